"""Grades: commitments on the channel, values with home and teaching university alone."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import Field

from chaincode.domain.errors import InvalidArgument, NotPermitted, WrongState
from chaincode.domain.grading import Mode, Part
from chaincode.domain.keys import AccountKey, Kind
from chaincode.domain.record import Record
from chaincode.domain.values import Digest, Instant, Number, Slug, Value


class GradeReason(StrEnum):
    """Why a grade stands: a closed list, since arguments stay in blocks for good."""

    FIRST = "first"
    CLERICAL_ERROR = "clerical-error"
    RE_EXAMINATION = "re-examination"
    APPEAL = "appeal"
    RETURNED_BY_REVIEW = "returned-by-review"


class ReviewOutcome(StrEnum):
    """A registrar's finding on an offline grade."""

    APPROVED = "approved"
    RETURNED = "returned"


class GradeReview(Value):
    """The second level of review."""

    by: AccountKey
    at: Instant
    outcome: ReviewOutcome


class GradeEntry(Value):
    """One grading of one part; a later entry of the part replaces it."""

    number: Number
    part: Slug
    mode: Mode
    work_number: Number
    commitment: Digest
    reason: GradeReason
    by: AccountKey
    at: Instant
    review: GradeReview | None

    @property
    def stands(self) -> bool:
        """Whether it counts: offline parts count once a second person approved them."""
        if self.mode is Mode.OFFLINE:
            return self.review is not None and self.review.outcome is ReviewOutcome.APPROVED
        return self.review is None or self.review.outcome is ReviewOutcome.APPROVED


class Grade(Record):
    """The slot that collects the grades of one enrolment."""

    kind: ClassVar[Kind] = Kind.GRADE

    entries: Annotated[tuple[GradeEntry, ...], Field(max_length=128)]

    def graded(
        self,
        *,
        part: Part,
        work_number: int,
        commitment: str,
        reason: GradeReason,
        by: str,
        at: datetime,
        limit: int,
        operation: str,
    ) -> Self:
        """AddGrade: the first grade of a part, or a correction with its reason.

        Raises:
            WrongState: the slot is full.
            InvalidArgument: the reason does not fit a first grade or a correction.
        """
        if len(self.entries) >= limit:
            raise WrongState(f"an enrolment holds at most {limit} grades")
        if (self.latest(part.id) is None) is not (reason is GradeReason.FIRST):
            raise InvalidArgument(
                "the first grade of a part has the reason first, a correction another one",
                field="reason",
            )
        entry = GradeEntry(
            number=len(self.entries) + 1,
            part=part.id,
            mode=part.mode,
            work_number=work_number,
            commitment=commitment,
            reason=reason,
            by=by,
            at=at,
            review=None,
        )
        return self.next(operation, entries=(*self.entries, entry))

    def reviewed(
        self, number: int, *, outcome: ReviewOutcome, by: str, at: datetime, operation: str
    ) -> Self:
        """A second person approves or returns an offline grade as seen.

        Raises:
            InvalidArgument: there is no such entry.
            WrongState: reviewed before, replaced since, or not an offline grade.
            NotPermitted: the reviewer entered it.
        """
        if number > len(self.entries):
            raise InvalidArgument("there is no grade with this number", field="number")
        entry = self.entries[number - 1]
        if entry.by == by:
            raise NotPermitted("who entered a grade does not review it")
        if entry.mode is not Mode.OFFLINE:
            raise WrongState("only offline grades are reviewed on a second level")
        if entry.review is not None or self.latest(entry.part) != entry:
            raise WrongState("this grade was reviewed or replaced meanwhile")
        reviewed = entry.model_copy(update={"review": GradeReview(by=by, at=at, outcome=outcome)})
        entries = (*self.entries[: number - 1], reviewed, *self.entries[number:])
        return self.next(operation, entries=entries)

    def stands(self, part: str) -> bool:
        """Whether the part has a grade that counts."""
        entry = self.latest(part)
        return entry is not None and entry.stands

    def latest(self, part: str) -> GradeEntry | None:
        """The last grade of a part, which is the one that counts."""
        return next((entry for entry in reversed(self.entries) if entry.part == part), None)
