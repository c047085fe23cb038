"""Holding what an old home sends to the release that stands on this member's ledger."""

from dataclasses import dataclass
from datetime import datetime

from chaincode.domain.errors import NotParty
from chaincode.domain.holding import Holding
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.transfer import Transfer, TransferEntry, TransferStatus
from gateway.model.people import Account
from gateway.services.ports import Database
from gateway.services.recognition.gathering import Gathering
from gateway.services.records import Records
from gateway.services.visible import visible


@dataclass(frozen=True, slots=True)
class ReleasedHere:
    """A credit that was released to this member, or has its home here since."""

    holding: Holding
    entry: TransferEntry
    released_at: datetime


class Releases:
    """What other members let go to this one."""

    def __init__(
        self, records: Records, database: Database, gathering: Gathering, msp_id: str
    ) -> None:
        self._records = records
        self._database = database
        self._gathering = gathering
        self._msp_id = msp_id

    async def here(self, sender: str, enrolment: str, number: int) -> ReleasedHere:
        """The release of a credit by the sender to this member.

        Args:
            sender: MSP id of the old home.
            enrolment: ledger key.
            number: of the entry in the credit's transfers.

        Raises:
            NotYetRecorded: this peer does not show the release yet: send again.
            NotParty: another member's, replaced by another request, or moved on since.
            LedgerUnavailable: the peer cannot be reached.
        """

        async def look() -> Transfer | None:
            found = await self._records.find(Transfer, sibling(enrolment, Kind.TRANSFER))
            entry = _entry(found, number)
            waiting = entry is None or entry.status is TransferStatus.REQUESTED
            return None if waiting else found

        transfer = await visible(look, "the release is not")
        entry = _entry(transfer, number)
        if entry is None or (entry.source, entry.target) != (sender, self._msp_id):
            raise NotParty("the ledger has another transfer of this credit", field="credits")
        current = transfer.in_force
        moved_on = current is not None and current.number > number
        if entry.status is TransferStatus.REPLACED or entry.released_at is None or moved_on:
            raise NotParty("the student has asked for something else since", field="credits")
        holding = (await self._gathering.holdings([enrolment]))[enrolment]
        return ReleasedHere(holding, entry, entry.released_at)

    async def account(self, entry: TransferEntry) -> Account:
        """The student's account here that the credit goes to.

        Raises:
            NotParty: it is nobody's here.
        """
        async with self._database.reading() as session:
            found = await session.get(Account, entry.student)
        if found is None:
            raise NotParty("the account is no student's here", field="credits")
        return found


def _entry(transfer: Transfer | None, number: int) -> TransferEntry | None:
    entries = transfer.entries if transfer else ()
    return next((one for one in entries if one.number == number), None)
