"""Programmes: what a degree asks for, in versions that are published once."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import Field

from chaincode.domain import canonical
from chaincode.domain.errors import InvalidArgument, StaleReference
from chaincode.domain.keys import AccountKey, CourseKey, Kind, ProgrammeKey, split_key
from chaincode.domain.qualification.shares import Share, at_least, at_most
from chaincode.domain.recognition.demands import Category
from chaincode.domain.record import Record
from chaincode.domain.values import Digest, Instant, MspId, Slug, Sparse, Title, Value

CreditSum = Annotated[int, Field(ge=1, le=100_000)]
"""Credits of many courses together, in hundredths: 14000 is 140.00."""
CreditFloor = Annotated[int, Field(ge=0, le=100_000)]


class Trait(StrEnum):
    """How a credit was earned, as far as programmes tell credits apart; one may have several."""

    ACCREDITED = "accredited"
    """A course that the credit bank accredited."""
    PART_TIME = "part-time"
    ON_SITE = "on-site"
    BLENDED = "blended"
    ONLINE = "online"
    CERTIFICATE = "certificate"
    """A certificate of vocation, not a course."""
    PRIOR_LEARNING = "prior-learning"
    """Prior learning that a member assessed."""


Traits = Annotated[tuple[Trait, ...], Field(max_length=len(Trait))]


class Group(Value):
    """A kind of subject, such as major or liberal arts, with the credits it needs at least."""

    id: Slug
    title: Title
    at_least: CreditFloor


class Minimum(Value):
    """At least so many credits that have any of the traits."""

    id: Slug
    traits: Annotated[Traits, Field(min_length=1)]
    at_least: CreditSum


class Within(StrEnum):
    """What a limit is counted in: the whole degree, or each of the others by itself."""

    DEGREE = "degree"
    ACADEMIC_YEAR = "academic-year"
    TERM = "term"
    INSTITUTION = "institution"


class Limit(Value):
    """No more than so many credits count: of the degree, or of each year, term, institution."""

    id: Slug
    within: Within
    traits: Traits = ()
    """Credits that have any of these; empty means all."""
    at_most: CreditFloor

    def amount(self, whole: int) -> int:
        """How much may count, in hundredths; `whole` plays no part."""
        del whole
        return self.at_most


class ShareLimit(Value):
    """No more than this share counts, rounded down.

    Within the degree it is a share of the programme's total; within a year, a term or an
    institution, a share of the credits presented from it.
    """

    id: Slug
    within: Within
    traits: Annotated[Traits, Field(min_length=1)]
    at_most: Share

    def amount(self, whole: int) -> int:
        """How much may count, in hundredths, where the share is taken of `whole`."""
        return at_most(whole, self.at_most)


class ProgrammeCourse(Sparse):
    """A course version of the programme."""

    course: CourseKey
    category: Category | None = None
    groups: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=50)] | None = None
    """The groups in which it counts; left out, the programme does not say."""


ProgrammeCourses = Annotated[tuple[ProgrammeCourse, ...], Field(min_length=1, max_length=300)]
CourseCount = Annotated[int, Field(ge=1, le=1_000)]


class ProgrammeContent(Sparse):
    """What a programme version is; everything that refers to it holds its digest."""

    title: Title
    granted_by: MspId
    total: CreditSum
    groups: Annotated[tuple[Group, ...], Field(min_length=1, max_length=50)]
    minimums: Annotated[tuple[Minimum, ...], Field(max_length=20)] = ()
    limits: Annotated[tuple[Limit, ...], Field(max_length=20)] = ()
    shares: Annotated[tuple[ShareLimit, ...], Field(max_length=20)] = ()
    home_credits: CreditFloor = 0
    """At least so many at the university that grants the degree."""
    home_share: Share = 0
    """At least this share of the total there, rounded up; both hold."""
    courses: ProgrammeCourses | None = None
    """Its courses, those to choose from included; left out, they are not listed."""
    course_count: CourseCount | None = None
    """How many courses the degree has; left out, shares of courses are not known."""

    @property
    def home(self) -> int:
        """What is owed at the university that grants the degree, in hundredths."""
        return max(self.home_credits, at_least(self.total, self.home_share))

    @property
    def ceilings(self) -> tuple[Limit | ShareLimit, ...]:
        """All that bounds what counts from above."""
        return (*self.limits, *self.shares)

    def digest(self) -> str:
        """SHA-256 of the canonical form."""
        return canonical.digest(self.model_dump(mode="json"))

    def require_consistent(self) -> None:
        """Refuse what nobody could fulfil, and names that stand for two things.

        Raises:
            InvalidArgument: `field` says where.
        """
        groups, limits = [one.id for one in self.groups], [one.id for one in self.limits]
        _require_once("groups", "id", groups)
        _require_once("minimums", "id", (one.id for one in self.minimums), reserved=groups)
        _require_once("limits", "id", limits)
        _require_once("shares", "id", (one.id for one in self.shares), reserved=limits)
        for field, asked in self._asked():
            if asked > self.total:
                raise InvalidArgument(f"{field} asks for more than the whole degree", field=field)
        if sum(group.at_least for group in self.groups) > self.total:
            raise InvalidArgument("the groups ask for more than the whole degree", field="groups")
        self._require_courses()
        for place, limit in enumerate(self.limits):
            self._require_room(limit, f"limits.{place}.at_most")
        for place, share in enumerate(self.shares):
            self._require_room(share, f"shares.{place}.at_most")

    def _require_courses(self) -> None:
        groups = {group.id for group in self.groups}
        _require_once("courses", "course", (one.course for one in self.courses or ()))
        for place, listed in enumerate(self.courses or ()):
            field = f"courses.{place}"
            if split_key(listed.course).owner != self.granted_by:
                raise InvalidArgument("another member teaches this course", field=f"{field}.course")
            for number, name in enumerate(listed.groups or ()):
                if name not in groups or name in (listed.groups or ())[:number]:
                    raise InvalidArgument(
                        "a course names groups of the programme, once each",
                        field=f"{field}.groups.{number}",
                    )

    def _asked(self) -> Iterable[tuple[str, int]]:
        for place, minimum in enumerate(self.minimums):
            yield f"minimums.{place}.at_least", minimum.at_least
        yield "home_credits", self.home_credits

    def _require_room(self, bound: Limit | ShareLimit, field: str) -> None:
        """What bounds some credits must leave room for what is demanded of the same ones."""
        room = bound.amount(self.total)
        if bound.within is Within.DEGREE:
            if not bound.traits and room < self.total:
                raise InvalidArgument(f"{field} leaves less than the whole degree", field=field)
            for minimum in self.minimums:
                if set(minimum.traits) <= set(bound.traits) and room < minimum.at_least:
                    raise InvalidArgument(
                        f"{field} leaves less than {minimum.id} asks for", field=field
                    )
        if bound.within is Within.INSTITUTION and not bound.traits and room < self.home:
            raise InvalidArgument(
                f"{field} leaves less of one institution than is owed at home", field=field
            )


class Programme(Record):
    """One version of a programme. It is written once; a change is a new version."""

    kind: ClassVar[Kind] = Kind.PROGRAMME
    owner_field: ClassVar[str | None] = "owner"

    key: ProgrammeKey
    owner: MspId
    content: ProgrammeContent
    digest: Digest
    published_by: AccountKey
    published_at: Instant

    @classmethod
    def published(
        cls, key: str, content: ProgrammeContent, *, by: str, at: datetime, operation: str
    ) -> Self:
        """The owner's registrar publishes a version; whoever grants the degree owns it.

        Raises:
            InvalidArgument: the requirements contradict each other.
        """
        content.require_consistent()
        return cls(
            key=key,
            version=1,
            operation=operation,
            owner=content.granted_by,
            content=content,
            digest=content.digest(),
            published_by=by,
            published_at=at,
        )

    def require_seen(self, digest: str) -> None:
        """Hold a reference to what was seen.

        Raises:
            StaleReference: the content is not the one that was seen.
        """
        if self.digest != digest or self.content.digest() != digest:
            raise StaleReference(
                "the programme is not the one that was seen", field="programme_digest"
            )


def _require_once(
    field: str, part: str, names: Iterable[str], *, reserved: Iterable[str] = ()
) -> None:
    seen = set(reserved)
    for place, name in enumerate(names):
        if name in seen:
            raise InvalidArgument("each stands once", field=f"{field}.{place}.{part}")
        seen.add(name)
