"""Courses: proposed by a teacher, reviewed by a registrar (CheckCourse)."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from chaincode.domain import canonical
from chaincode.domain.errors import InvalidArgument, OutsideWindow, StaleReference, WrongState
from chaincode.domain.grading import Mode, Part, Scale, require_whole
from chaincode.domain.keys import AccountKey, CourseKey, Kind
from chaincode.domain.recognition.demands import Category, CourseKind
from chaincode.domain.record import Record
from chaincode.domain.values import (
    ClassHours,
    Credits,
    Digest,
    FieldOfStudy,
    Instant,
    Reason,
    Sparse,
    Title,
    Value,
)


class CourseStatus(StrEnum):
    """proposed → approved | refused."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


class Window(Value):
    """When students may apply and hand in."""

    opens: Instant
    closes: Instant

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("the window must open before it closes")
        return self

    def require_open(self, at: datetime, *, margin_seconds: int) -> None:
        """Judge a deadline with the margin by which a client's clock may be off.

        Raises:
            OutsideWindow: too early or too late.
        """
        margin = timedelta(seconds=margin_seconds)
        if at < self.opens - margin:
            raise OutsideWindow("the course has not opened yet")
        if at > self.closes + margin:
            raise OutsideWindow("the course is closed")


class CourseContent(Sparse):
    """What a course version is; everything that refers to it holds its digest."""

    title: Title
    field: FieldOfStudy
    credits: Credits
    class_hours: ClassHours
    parts: Annotated[tuple[Part, ...], Field(min_length=1, max_length=20)]
    scale: Scale
    window: Window
    teacher: AccountKey
    category: Category | None = None
    """What it is where it is taught; left out, the record does not say."""
    course_kind: CourseKind | None = None
    """How it is taught; left out, its parts say it."""

    @property
    def taught(self) -> CourseKind:
        """How it is taught and examined: as stated, else by its parts."""
        if self.course_kind is not None:
            return self.course_kind
        modes = {part.mode for part in self.parts}
        if Mode.OFFLINE not in modes:
            return CourseKind.ONLINE
        return CourseKind.ON_SITE if modes == {Mode.OFFLINE} else CourseKind.BLENDED

    def digest(self) -> str:
        """SHA-256 of the canonical form."""
        return canonical.digest(self.model_dump(mode="json"))


def require_consistent(parts: tuple[Part, ...], course_kind: CourseKind | None) -> None:
    """Hold the parts of a proposal to each other.

    Raises:
        InvalidArgument: the parts make no whole, or are none of a course taught so.
    """
    require_whole(parts)
    if course_kind is CourseKind.ON_SITE and all(part.mode is not Mode.OFFLINE for part in parts):
        raise InvalidArgument("a course taught on site has an offline part", field="course_kind")


class CourseReview(Value):
    """A registrar's finding on a proposed course."""

    by: AccountKey
    at: Instant
    reason: Reason | None


class Course(Record):
    """One version of a course at one university."""

    kind: ClassVar[Kind] = Kind.COURSE
    owner_field: ClassVar[str | None] = "owner"

    key: CourseKey
    owner: str
    status: CourseStatus
    content: CourseContent
    digest: Digest
    proposed_at: Instant
    review: CourseReview | None

    @classmethod
    def proposed(
        cls, key: str, owner: str, content: CourseContent, *, at: datetime, operation: str
    ) -> Self:
        """A teacher proposes a version.

        Raises:
            InvalidArgument: its parts do not fit together.
        """
        require_consistent(content.parts, content.course_kind)
        return cls(
            key=key,
            version=1,
            operation=operation,
            owner=owner,
            status=CourseStatus.PROPOSED,
            content=content,
            digest=content.digest(),
            proposed_at=at,
            review=None,
        )

    def checked(
        self, *, approve: bool, reason: str | None, by: str, at: datetime, operation: str
    ) -> Self:
        """CheckCourse: a registrar approves, or refuses with a reason.

        Raises:
            WrongState: it was reviewed before.
            InvalidArgument: a refusal without a reason.
        """
        if self.status is not CourseStatus.PROPOSED:
            raise WrongState(
                f"the course is {self.status.value} already", facts={"status": self.status.value}
            )
        if not approve and reason is None:
            raise InvalidArgument("a refusal needs its reason", field="reason")
        return self.next(
            operation,
            status=CourseStatus.APPROVED if approve else CourseStatus.REFUSED,
            review=CourseReview(by=by, at=at, reason=reason),
        )

    def require_approved(self, digest: str) -> None:
        """Hold a reference to what was approved.

        Raises:
            WrongState: the course is not approved.
            StaleReference: the content is not the one that was seen.
        """
        if self.status is not CourseStatus.APPROVED:
            raise WrongState(
                f"the course is {self.status.value}, not approved",
                facts={"status": self.status.value},
            )
        if self.digest != digest or self.content.digest() != digest:
            raise StaleReference("the course is not the one that was seen", field="course_digest")

    def part(self, identifier: str) -> Part:
        """One of its parts.

        Raises:
            InvalidArgument: the course has no such part.
        """
        for part in self.content.parts:
            if part.id == identifier:
                return part
        raise InvalidArgument(
            f"the course has no such part; it has: {', '.join(p.id for p in self.content.parts)}",
            field="part",
        )
