"""The credit: applied for by the student, awarded by the home university."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self

from chaincode.domain.errors import StaleReference, WrongState
from chaincode.domain.grade import Grade, GradeEntry
from chaincode.domain.keys import AccountKey, Kind
from chaincode.domain.record import Record
from chaincode.domain.values import Credits, Digest, Instant, Number, Value, Version


class CreditStatus(StrEnum):
    """open → applied → awarded; applied anew where grades changed meanwhile.

    An accepted correction replaces the award: awarded ↔ failed, by the pass mark.
    """

    OPEN = "open"
    APPLIED = "applied"
    AWARDED = "awarded"
    FAILED = "failed"


class Award(Value):
    """What was awarded, and on which versions of the slots.

    `grade_entries` says how many grades it knew: later ones are corrections, not accepted yet.
    """

    credits: Credits
    result_commitment: Digest
    work_version: Version
    grade_version: Version
    grade_entries: Number
    by: AccountKey
    at: Instant


class Credit(Record):
    """The credit slot of one enrolment."""

    kind: ClassVar[Kind] = Kind.CREDIT

    status: CreditStatus
    applied_at: Instant | None
    applied_grades: Version | None
    """The version of the grade slot that the student has seen and wants awarded."""
    award: Award | None

    def applied(self, *, grades: int, at: datetime, operation: str) -> Self:
        """The student applies for the credit on grades as seen.

        Raises:
            WrongState: awarded before, or applied for on the same grades.
        """
        again = self.status is CreditStatus.APPLIED and self.applied_grades != grades
        if self.status is not CreditStatus.OPEN and not again:
            raise WrongState(
                f"the credit is {self.status.value} already", facts={"status": self.status.value}
            )
        return self.next(
            operation, status=CreditStatus.APPLIED, applied_at=at, applied_grades=grades
        )

    def awarded(self, award: Award, *, operation: str) -> Self:
        """AwardCredit.

        Raises:
            WrongState: not applied for, or awarded before.
            StaleReference: the student applied on other grades than these.
        """
        if self.status is not CreditStatus.APPLIED:
            raise WrongState(
                f"the credit is {self.status.value}, not applied for",
                facts={"status": self.status.value},
            )
        if self.applied_grades != award.grade_version:
            raise StaleReference(
                "the grades changed since the student applied: the student applies anew",
                field="grade_version",
                facts={"applied": self.applied_grades},
            )
        return self.next(operation, status=CreditStatus.AWARDED, award=award)

    def corrected(self, award: Award, *, passed: bool, operation: str) -> Self:
        """AcceptCorrection: home replaces the award by what the corrected grades give.

        Raises:
            WrongState: never awarded, or no grade was entered since.
        """
        if self.award is None:
            raise WrongState(
                f"the credit is {self.status.value}, not awarded",
                facts={"status": self.status.value},
            )
        if self.award.grade_entries == award.grade_entries:
            raise WrongState("no correction awaits acceptance")
        status = CreditStatus.AWARDED if passed else CreditStatus.FAILED
        return self.next(operation, status=status, award=award)

    def pending(self, grade: Grade) -> tuple[GradeEntry, ...]:
        """The grades that were entered since the award, all still to be accepted by home."""
        return grade.entries[self.award.grade_entries :] if self.award else ()
