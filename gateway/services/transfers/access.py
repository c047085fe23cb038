"""Who sees which transfers of home, and how they stand on the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from chaincode.domain.caller import Role
from chaincode.domain.errors import NotParty
from chaincode.domain.holding import Holding
from chaincode.domain.transfer import TransferEntry, TransferStatus
from gateway.model.people import Person
from gateway.model.transfers import HomeTransfer, MovingCredit
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.errors import NotFound
from gateway.services.ports import Database, SecretBox
from gateway.services.recognition.gathering import Gathering
from gateway.services.transfers.completeness import Handovers, HandoverState

NAME_PURPOSE: Final = "transfer-name"
_RELEASED: Final = frozenset({TransferStatus.RELEASED, TransferStatus.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Names:
    """By which name each home knows the student; None where this gateway does not know it.

    That both are one person no ledger says: the new home's registrar compares and decides.
    """

    source: str | None
    target: str | None


@dataclass(frozen=True, slots=True)
class TransferInView:
    """A transfer with its credits as they are now."""

    transfer: HomeTransfer
    credits: Mapping[str, MovingCredit]
    """By the key of the enrolment, in order."""
    holdings: Mapping[str, Holding]
    """By the same."""
    names: Names = field(repr=False)
    handovers: Mapping[str, HandoverState]
    """By the same, at the new home: of the credits that were released to it."""

    def entry(self, enrolment: str) -> TransferEntry | None:
        """What the ledger says of one credit's move; None while it says nothing."""
        return _entry(self.holdings[enrolment], self.credits[enrolment])

    def version(self, enrolment: str) -> int:
        """Of the credit's transfers on the ledger, 0 while there are none."""
        found = self.holdings[enrolment].transfer
        return found.version if found else 0


class TransferAccess:
    """Finds transfers for the student, and for registrars of both homes."""

    def __init__(
        self,
        *,
        database: Database,
        box: SecretBox,
        gathering: Gathering,
        handovers: Handovers,
        msp_id: str,
    ) -> None:
        self._database = database
        self._box = box
        self._gathering = gathering
        self._handovers = handovers
        self._msp_id = msp_id

    async def mine(self, person: AuthenticatedPerson) -> tuple[HomeTransfer, ...]:
        """The student's own, or all that this member knows of; the latest first.

        Raises:
            NotPermitted: neither a student nor a registrar.
        """
        person.require(Role.STUDENT, Role.REGISTRAR)
        equal: dict[str, Any] = {"person": person.id} if person.role == Role.STUDENT else {}
        async with self._database.reading() as session:
            rows = await session.find(HomeTransfer, order_by=("-created_at", "-id"), **equal)
        return tuple(rows)

    async def read(self, person: AuthenticatedPerson, identifier: str) -> TransferInView:
        """One transfer.

        Raises:
            NotFound: there is none here; the new home hears of it with the release.
            NotParty: it is another student's.
            LedgerUnavailable: the peer cannot be reached.
        """
        async with self._database.reading() as session:
            row = await session.get(HomeTransfer, identifier)
            credits_ = await session.find(
                MovingCredit, transfer=identifier, order_by=("enrolment",)
            )
        if row is None:
            raise NotFound("there is no such transfer")
        own = person.role == Role.STUDENT and row.person == person.id
        if not own and person.role != Role.REGISTRAR:
            raise NotParty("this transfer concerns other people")
        holdings = await self._gathering.holdings(one.enrolment for one in credits_)
        return TransferInView(
            row,
            {one.enrolment: one for one in credits_},
            holdings,
            await self._names(row),
            await self._handed(row, credits_, holdings),
        )

    async def _handed(
        self,
        row: HomeTransfer,
        credits_: Sequence[MovingCredit],
        holdings: Mapping[str, Holding],
    ) -> dict[str, HandoverState]:
        if row.target != self._msp_id:
            return {}
        found = {}
        for one in credits_:
            holding = holdings[one.enrolment]
            entry = _entry(holding, one)
            if entry is not None and entry.status in _RELEASED:
                found[one.enrolment] = await self._handovers.state(holding, entry)
        return found

    async def _names(self, row: HomeTransfer) -> Names:
        async with self._database.reading() as session:
            person = await session.get(Person, row.person)
        own = person.name if person else None
        if row.source == self._msp_id:
            return Names(own, None)
        told = None
        if row.sealed_name is not None:
            told = self._box.open(row.sealed_name, owner=row.id, purpose=NAME_PURPOSE).decode()
        return Names(told, own)


def _entry(holding: Holding, row: MovingCredit) -> TransferEntry | None:
    entries = holding.transfer.entries if holding.transfer else ()
    return next((one for one in entries if one.number == row.number), None)
