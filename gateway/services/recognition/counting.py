"""What was counted before towards the same degree: by decisions that hold."""

from typing import Final

from chaincode.domain.decision import Decision, DecisionOutcome
from chaincode.domain.keys import Kind, sibling, split_key
from chaincode.domain.recognition.facts import CountedFacts, CountedHost, CreditFacts, Source
from chaincode.domain.recognition.verdict import Recognised
from gateway.model.recognition import KeptRevision, RecognitionApplication
from gateway.services.ports import Database, SecretBox
from gateway.services.recognition.kept import KeptDecision, opened_revision
from gateway.services.records import Records

_PAGE: Final = 500


class Counting:
    """Reads this decider's own decisions on one student."""

    def __init__(self, records: Records, database: Database, box: SecretBox) -> None:
        self._records = records
        self._database = database
        self._box = box

    async def before(self, application: RecognitionApplication) -> tuple[CountedFacts, ...]:
        """The home courses that other applications of the same student replaced already."""
        async with self._database.reading() as session:
            rows = await session.find(
                RecognitionApplication,
                student=application.student,
                order_by=("created_at",),
                limit=_PAGE,
            )
        degree = sibling(application.programme, Kind.PROGRAMME)
        counted: list[CountedFacts] = []
        for row in rows:
            same = sibling(row.programme, Kind.PROGRAMME) == degree
            if same and row.id != application.id and row.decision is not None:
                counted += await self._recognised(row.decision)
        return tuple(counted)

    async def _recognised(self, key: str) -> list[CountedFacts]:
        decision = await self._records.find(Decision, key)
        if decision is None or decision.holds is not DecisionOutcome.RECOGNISED:
            return []
        async with self._database.reading() as session:
            row = await session.get(KeptRevision, key, decision.latest.number)
        if row is None:
            return []
        kept = opened_revision(self._box, row)
        source = Source(key=decision.key, version=decision.version)
        return [
            _counted(kept, item, source)
            for item in kept.verdict.items
            if item.home is not None and item.credits is not None
        ]


def _counted(kept: KeptDecision, item: Recognised, source: Source) -> CountedFacts:
    by_key: dict[str, CreditFacts] = {credit.enrolment: credit for credit in kept.facts.credits}
    hosts = tuple(
        CountedHost(
            host=split_key(used.course).owner,
            course_kind=by_key[used.enrolment].course_kind,
            term=by_key[used.enrolment].term,
        )
        for used in item.used
    )
    return CountedFacts(
        home=str(item.home), credits=int(item.credits or 0), hosts=hosts, sources=(source,)
    )
