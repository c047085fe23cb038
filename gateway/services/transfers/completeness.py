"""At the new home: whether it holds what a home holds of a credit, and what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

from chaincode.domain.enrolment import Work, WorkEntry
from chaincode.domain.holding import Holding
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.transfer import MAX_FAULTS, FaultKind, HandoverFault, PieceKind
from gateway.model.learning import SealedWork, WorkWrap
from gateway.model.recognition import ShownResult
from gateway.model.transfers import FoundFault, HandedMark
from gateway.services.enrolment_access import EnrolmentAccess
from gateway.services.keyring import Keyring
from gateway.services.ports import Database
from gateway.services.records import Records
from gateway.services.transfers.held import fault


@dataclass(frozen=True, slots=True)
class HandoverState:
    """How far a credit's handover has come."""

    lacking: tuple[HandoverFault, ...]
    """What is not here now, with what was the matter with it when it came."""
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

    async def state(self, holding: Holding, transfer: int) -> HandoverState:
        """What this member has of a credit that was released to it.

        Args:
            holding: the credit.
            transfer: number of the entry in its transfers.

        Raises:
            LedgerUnavailable: the peer cannot be reached.
        """
        key = holding.enrolment.key
        lacking = [
            *await self._values(holding),
            *[(PieceKind.WORK, one.number) for one in await self._works(key)],
        ]
        async with self._database.reading() as session:
            found = await session.find(
                FoundFault, enrolment=key, transfer=transfer, order_by=("found_at",)
            )
        kinds = {(one.piece, one.number): FaultKind(one.fault) for one in found}
        return HandoverState(
            tuple(
                fault(piece, kinds.get((piece.value, number or 0), FaultKind.MISSING), number)
                for piece, number in lacking
            ),
            tuple(found),
        )

    async def _values(self, holding: Holding) -> list[tuple[PieceKind, int | None]]:
        enrolment, award = holding.enrolment, holding.require_result()
        lacking: list[tuple[PieceKind, int | None]] = []
        if await self._access.secret(enrolment.key) is None:
            lacking.append((PieceKind.ENROLMENT_KEY, None))
        if self._msp_id in enrolment.parties:
            return lacking
        async with self._database.reading() as session:
            result = await session.get(ShownResult, enrolment.key, award.result_commitment)
            marks = await session.find(HandedMark, enrolment=enrolment.key)
        if result is None:
            lacking.append((PieceKind.RESULT, None))
        here = {one.number for one in marks}
        numbers = range(1, len(holding.grade.entries) + 1)
        return [*lacking, *((PieceKind.MARK, number) for number in numbers if number not in here)]

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
