"""The enrolment and its four slots: enrolment, work, grade, credit.

They are created empty under a majority by the student's application and change afterwards only
with the endorsement of both the home and the teaching university (design, what must hold).
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import Field

from chaincode.domain.caller import Caller
from chaincode.domain.errors import InvalidArgument, NotParty, WrongState
from chaincode.domain.keys import AccountKey, CourseKey, EnrolmentKey, Kind
from chaincode.domain.record import Record
from chaincode.domain.values import Digest, Instant, Number, Slug, Value


class EnrolmentStatus(StrEnum):
    """applied → admitted | refused."""

    APPLIED = "applied"
    ADMITTED = "admitted"
    REFUSED = "refused"


class AdmissionRefusal(StrEnum):
    """Why a teacher refuses: a closed list, since blocks keep what is said of a student."""

    COURSE_FULL = "course-full"
    PREREQUISITES_MISSING = "prerequisites-missing"
    TOO_LATE = "too-late"
    OTHER = "other"


class Enrolment(Record):
    """One student, under one pseudonym, in one course version."""

    kind: ClassVar[Kind] = Kind.ENROLMENT
    owner_field: ClassVar[str | None] = "teaching"

    key: EnrolmentKey
    course: CourseKey
    course_digest: Digest
    student: AccountKey
    teacher: AccountKey
    home: str
    teaching: str
    key_commitment: Digest
    """Commits to the key that encrypts this enrolment's private values."""
    status: EnrolmentStatus
    applied_at: Instant
    decided_at: Instant | None
    reason: AdmissionRefusal | None

    @property
    def parties(self) -> tuple[str, ...]:
        """The universities that must both endorse, each once."""
        return tuple(sorted({self.home, self.teaching}))

    def learned(
        self, *, admit: bool, reason: AdmissionRefusal | None, at: datetime, operation: str
    ) -> Self:
        """LearnCourse: the teacher admits, or refuses with a reason.

        Raises:
            WrongState: it was decided before.
            InvalidArgument: a refusal without a reason.
        """
        if self.status is not EnrolmentStatus.APPLIED:
            raise WrongState(
                f"the application is {self.status.value} already",
                facts={"status": self.status.value},
            )
        if not admit and reason is None:
            raise InvalidArgument("a refusal needs its reason", field="reason")
        status = EnrolmentStatus.ADMITTED if admit else EnrolmentStatus.REFUSED
        return self.next(operation, status=status, decided_at=at, reason=reason)

    def require_admitted(self) -> None:
        """Hold further steps to admitted students.

        Raises:
            WrongState: not admitted.
        """
        if self.status is not EnrolmentStatus.ADMITTED:
            raise WrongState(
                f"the enrolment is {self.status.value}, not admitted",
                facts={"status": self.status.value},
            )

    def require_student(self, caller: Caller) -> None:
        """Hold the caller to the enrolment's own pseudonym.

        Raises:
            NotParty: somebody else's enrolment.
        """
        if caller.account != self.student:
            raise NotParty("this is another student's enrolment")

    def require_teacher(self, caller: Caller) -> None:
        """Hold the caller to the course's teacher.

        Raises:
            NotParty: another teacher's student.
        """
        if caller.account != self.teacher:
            raise NotParty("this student is in another teacher's course")


class WorkEntry(Value):
    """One piece of work: only its salted commitment stands on the channel."""

    number: Number
    part: Slug
    commitment: Digest
    by: AccountKey
    at: Instant


class Work(Record):
    """The slot that collects the work of one enrolment."""

    kind: ClassVar[Kind] = Kind.WORK

    entries: Annotated[tuple[WorkEntry, ...], Field(max_length=128)]

    def uploaded(
        self, *, part: str, commitment: str, by: str, at: datetime, limit: int, operation: str
    ) -> Self:
        """WorkUpload: append a commitment.

        Raises:
            WrongState: the slot is full, or holds this commitment already.
        """
        if len(self.entries) >= limit:
            raise WrongState(f"an enrolment holds at most {limit} pieces of work")
        if any(entry.commitment == commitment for entry in self.entries):
            raise WrongState("this very commitment stands in the slot already")
        entry = WorkEntry(
            number=len(self.entries) + 1, part=part, commitment=commitment, by=by, at=at
        )
        return self.next(operation, entries=(*self.entries, entry))

    def latest(self, part: str) -> WorkEntry | None:
        """The last work of a part, which is the one that counts."""
        return next((entry for entry in reversed(self.entries) if entry.part == part), None)
