"""What holds of a credit now: derived from its slot and everything that others say about it."""

from dataclasses import dataclass
from enum import StrEnum

from chaincode.domain.caller import Caller
from chaincode.domain.credit import Award, Credit
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.errors import NotParty, WrongState
from chaincode.domain.grade import Grade, GradeEntry
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.redemption import Redemption, RedemptionEntry
from chaincode.domain.redemption_count import left
from chaincode.domain.ruling import Ruling, RulingKind
from chaincode.domain.transfer import Transfer

BEARING = (
    Kind.ENROLMENT,
    Kind.CREDIT,
    Kind.GRADE,
    Kind.REDEMPTION,
    Kind.RULING,
    Kind.TRANSFER,
)
"""The closed list of what bears on a credit; whoever writes on it reads all, present or absent."""


class Standing(StrEnum):
    """What a credit is worth now: rulings go before the slot's own status."""

    OPEN = "open"
    APPLIED = "applied"
    AWARDED = "awarded"
    FAILED = "failed"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


def bearing_keys(enrolment: str) -> tuple[str, ...]:
    """The keys of everything that bears on a credit, in the list's order."""
    return tuple(sibling(enrolment, kind) for kind in BEARING)


@dataclass(frozen=True, slots=True)
class Holding:
    """A credit with all that bears on it."""

    enrolment: Enrolment
    credit: Credit
    grade: Grade
    redemption: Redemption | None
    ruling: Ruling | None
    transfer: Transfer | None

    @property
    def home(self) -> str:
        """The university whose student the holder is now."""
        moved = self.transfer.in_force if self.transfer else None
        return moved.target if moved else self.enrolment.home

    @property
    def holder(self) -> str:
        """The account that speaks for the credit now."""
        moved = self.transfer.in_force if self.transfer else None
        return moved.student if moved else self.enrolment.student

    @property
    def standing(self) -> Standing:
        """What the credit is worth now."""
        ruling = self.ruling.in_force if self.ruling else None
        if ruling is not None:
            revoked = ruling.ruling is RulingKind.REVOKE
            return Standing.REVOKED if revoked else Standing.SUSPENDED
        return Standing(self.credit.status.value)

    @property
    def pending(self) -> tuple[GradeEntry, ...]:
        """Grades entered since the award: corrections that home has not accepted."""
        return self.credit.pending(self.grade)

    @property
    def redemptions(self) -> tuple[RedemptionEntry, ...]:
        """All redemptions, whatever became of them."""
        return self.redemption.entries if self.redemption else ()

    @property
    def left(self) -> int:
        """What can still be redeemed, in hundredths: nothing while the credit does not stand."""
        if self.standing is not Standing.AWARDED or self.credit.award is None:
            return 0
        return left(self.redemptions, self.credit.award.credits)

    def require_standing(self) -> Award:
        """Hold a use of the credit to one that is awarded and free of rulings.

        Raises:
            WrongState: open, applied for, failed, suspended or revoked.
        """
        if self.standing is not Standing.AWARDED or self.credit.award is None:
            raise WrongState(
                f"the credit is {self.standing.value}, not awarded",
                facts={"status": self.standing.value},
            )
        return self.credit.award

    def require_result(self) -> Award:
        """Hold a step to a credit that was awarded once, whatever holds of it now.

        Raises:
            WrongState: never awarded.
        """
        if self.credit.award is None:
            raise WrongState(
                f"the credit is {self.credit.status.value}, not awarded",
                facts={"status": self.credit.status.value},
            )
        return self.credit.award

    def require_unruled(self) -> None:
        """Hold an award to a credit that no ruling bars.

        Raises:
            WrongState: suspended or revoked.
        """
        if self.standing in (Standing.SUSPENDED, Standing.REVOKED):
            raise WrongState(
                f"the credit is {self.standing.value}", facts={"status": self.standing.value}
            )

    def require_holder(self, caller: Caller) -> None:
        """Hold the caller to the account that speaks for the credit now.

        Raises:
            NotParty: somebody else's credit, or a pseudonym that it moved away from.
        """
        if caller.account != self.holder:
            raise NotParty("this is another student's credit")

    def require_home(self, caller: Caller) -> None:
        """Hold the caller to the holder's home as it is now.

        Raises:
            NotParty: another university.
        """
        if caller.msp_id != self.home:
            raise NotParty("the holder's home is another university", field="enrolment")
