"""The credit: applied for by the student, awarded by the home university."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self

from chaincode.domain.errors import WrongState
from chaincode.domain.keys import AccountKey, Kind
from chaincode.domain.record import Record
from chaincode.domain.values import Credits, Digest, Instant, Value, Version


class CreditStatus(StrEnum):
    """open → applied → awarded."""

    OPEN = "open"
    APPLIED = "applied"
    AWARDED = "awarded"


class Award(Value):
    """What was awarded, and on which versions of the slots."""

    credits: Credits
    result_commitment: Digest
    work_version: Version
    grade_version: Version
    by: AccountKey
    at: Instant


class Credit(Record):
    """The credit slot of one enrolment."""

    kind: ClassVar[Kind] = Kind.CREDIT

    status: CreditStatus
    applied_at: Instant | None
    award: Award | None

    def applied(self, *, at: datetime, operation: str) -> Self:
        """The student applies for the credit.

        Raises:
            WrongState: applied or awarded before.
        """
        if self.status is not CreditStatus.OPEN:
            raise WrongState(
                f"the credit is {self.status.value} already", facts={"status": self.status.value}
            )
        return self.next(operation, status=CreditStatus.APPLIED, applied_at=at)

    def awarded(self, award: Award, *, operation: str) -> Self:
        """AwardCredit.

        Raises:
            WrongState: not applied for, or awarded before.
        """
        if self.status is not CreditStatus.APPLIED:
            raise WrongState(
                f"the credit is {self.status.value}, not applied for",
                facts={"status": self.status.value},
            )
        return self.next(operation, status=CreditStatus.AWARDED, award=award)
