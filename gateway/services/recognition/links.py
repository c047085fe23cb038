"""Which decision is about which use of a credit, as far as this member knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chaincode.domain.decision import Decision
from gateway.model.recognition import (
    AppliedCredit,
    DecisionInput,
    RecognitionApplication,
    ShownDecision,
)
from gateway.services.ports import Database, SecretBox
from gateway.services.recognition.changes import Used
from gateway.services.recognition.difference import cited
from gateway.services.recognition.shown import opened_decision
from gateway.services.recognition.snapshot import Snapshot
from gateway.services.records import Records


@dataclass(frozen=True, slots=True)
class Link:
    """A decision, and the versions of the records that its last revision was made on."""

    decision: Decision
    seen: Mapping[str, int] | None
    """By ledger key; None where this member was not told."""


class Links:
    """Applications that this member keeps: as home, or as the decider."""

    def __init__(self, records: Records, database: Database, box: SecretBox, msp_id: str) -> None:
        self._records = records
        self._database = database
        self._box = box
        self._msp_id = msp_id

    async def of(self, uses: Sequence[Used]) -> dict[tuple[str, int], Link]:
        """By enrolment and number of the permission.

        Raises:
            LedgerUnavailable: the peer cannot be reached.
            RecordCorrupt: a decision cannot be read.
            SecretUnreadable: what was kept was altered.
        """
        enrolments = tuple(sorted({one.holding.enrolment.key for one in uses}))
        async with self._database.reading() as session:
            credits_ = await session.find(AppliedCredit, enrolment=enrolments)
            named = tuple(sorted({one.application for one in credits_}))
            rows = await session.find(RecognitionApplication, id=named)
        applications = {row.id: row for row in rows if row.decision is not None}
        read = Snapshot(self._records)
        await read.read(str(row.decision) for row in applications.values())
        links = {
            identifier: Link(decision, await self._seen(row, decision))
            for identifier, row in applications.items()
            if (decision := read.find(Decision, str(row.decision))) is not None
        }
        return {
            (one.enrolment, one.number): links[one.application]
            for one in credits_
            if one.application in links
        }

    async def _seen(
        self, row: RecognitionApplication, decision: Decision
    ) -> Mapping[str, int] | None:
        async with self._database.reading() as session:
            if row.decider == self._msp_id:
                inputs = await session.find(DecisionInput, decision=decision.key)
                return {one.key: one.version for one in inputs}
            told = await session.get(ShownDecision, row.id)
        if told is None or told.number != decision.latest.number:
            return None
        return cited(opened_decision(self._box, told))
