"""At the new home: whether it holds what a home holds of a credit, and what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chaincode.domain.enrolment import Work, WorkEntry
from chaincode.domain.holding import Holding
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.transfer import (
    MAX_FAULTS,
    FaultKind,
    HandoverFault,
    PieceKind,
    TransferEntry,
)
from gateway.model.learning import SealedWork, WorkWrap
from gateway.model.recognition import ShownResult
from gateway.model.transfers import FoundFault, HandedMark
from gateway.services.enrolment_access import EnrolmentAccess
from gateway.services.keyring import Keyring
from gateway.services.ports import Database
from gateway.services.records import Records
from gateway.services.transfers.held import fault, owed_marks, owes_result


@dataclass(frozen=True, slots=True)
class HandoverState:
    """How far a credit's handover has come."""

    lacking: tuple[HandoverFault, ...]
    """What is owed and not here now, with what was the matter with it when it came.

    What came on the ledger since the release the old home need not have had: as home this member
    fetches it.
    """
    found: tuple[FoundFault, ...]
    """All that ever came wrongly, also where it was mended since; by time."""

    @property
    def stated(self) -> tuple[HandoverFault, ...]:
        """What is lacking, as far as the ledger names it."""
        return self.lacking[:MAX_FAULTS]


class Handovers:
    """Compares what lies here with what the ledger commits to."""

    def __init__(
        self,
        *,
        records: Records,
        database: Database,
        keyring: Keyring,
        access: EnrolmentAccess,
        msp_id: str,
    ) -> None:
        self._records = records
        self._database = database
        self._keyring = keyring
        self._access = access
        self._msp_id = msp_id

    async def state(self, holding: Holding, entry: TransferEntry) -> HandoverState:
        """What this member has of a credit that was released to it.

        Args:
            holding: the credit.
            entry: the release, in its transfers.

        Raises:
            LedgerUnavailable: the peer cannot be reached.
        """
        key = holding.enrolment.key
        lacking = [
            *await self._values(holding, entry.released_at),
            *[(PieceKind.WORK, one.number) for one in await self._works(key)],
        ]
        async with self._database.reading() as session:
            found = await session.find(
                FoundFault, enrolment=key, transfer=entry.number, order_by=("found_at",)
            )
        kinds = {(one.piece, one.number): FaultKind(one.fault) for one in found}
        return HandoverState(
            tuple(
                fault(piece, kinds.get((piece.value, number or 0), FaultKind.MISSING), number)
                for piece, number in lacking
            ),
            tuple(found),
        )

    async def _values(
        self, holding: Holding, released_at: datetime | None
    ) -> list[tuple[PieceKind, int | None]]:
        enrolment, award = holding.enrolment, holding.require_result()
        lacking: list[tuple[PieceKind, int | None]] = []
        if await self._access.secret(enrolment.key) is None:
            lacking.append((PieceKind.ENROLMENT_KEY, None))
        if self._msp_id in enrolment.parties or released_at is None:
            return lacking
        async with self._database.reading() as session:
            result = await session.get(ShownResult, enrolment.key, award.result_commitment)
            marks = await session.find(HandedMark, enrolment=enrolment.key)
        if result is None and owes_result(holding, released_at):
            lacking.append((PieceKind.RESULT, None))
        here = {one.number for one in marks}
        owed = sorted(owed_marks(holding, released_at) - here)
        return [*lacking, *((PieceKind.MARK, number) for number in owed)]

    async def _works(self, enrolment: str) -> list[WorkEntry]:
        """The work that counts and that this university cannot open."""
        slot = await self._records.load(Work, sibling(enrolment, Kind.WORK))
        reader = (await self._keyring.intake_key()).public.key_id
        async with self._database.reading() as session:
            return [
                one
                for one in _latest(slot.entries)
                if await session.get(SealedWork, one.commitment) is None
                or await session.get(WorkWrap, one.commitment, reader) is None
            ]


def _latest(entries: Sequence[WorkEntry]) -> list[WorkEntry]:
    """The last work of each part."""
    return list({one.part: one for one in entries}.values())
