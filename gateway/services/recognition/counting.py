"""What was counted before towards the same degree: by decisions that hold."""

from chaincode.domain.decision import Decision, DecisionOutcome, DecisionStatus
from chaincode.domain.keys import Kind, sibling, split_key
from chaincode.domain.recognition.facts import CountedFacts, CountedHost, CreditFacts, Source
from chaincode.domain.recognition.verdict import Recognised
from gateway.model.recognition import KeptRevision, RecognitionApplication
from gateway.services.ports import Database, SecretBox
from gateway.services.recognition.kept import KeptDecision, opened_revision
from gateway.services.records import Records


class Counting:
    """Reads this decider's own decisions on one student."""

    def __init__(self, records: Records, database: Database, box: SecretBox) -> None:
        self._records = records
        self._database = database
        self._box = box

    async def before(self, application: RecognitionApplication) -> tuple[CountedFacts, ...]:
        """The home courses that other applications of the same student replaced already.

        A student is known by the handle that her home gives: another home's is another student.
        """
        async with self._database.reading() as session:
            rows = await session.find(
                RecognitionApplication,
                student=application.student,
                home=application.home,
                decider=application.decider,
                order_by=("created_at", "id"),
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
        if decision.status is DecisionStatus.WITHDRAWN:
            return []
        async with self._database.reading() as session:
            rows = await session.find(KeptRevision, decision=key, order_by=("-number",))
        recorded = [row for row in rows if row.number <= len(decision.revisions)]
        for row in recorded:
            # While a decision is reopened, what stood before holds.
            if decision.revisions[row.number - 1].computed.outcome in _WITH_ITEMS:
                kept = opened_revision(self._box, row)
                source = Source(key=decision.key, version=decision.version)
                return [one for item in kept.verdict.items for one in _counted(kept, item, source)]
        return []


_WITH_ITEMS = frozenset({DecisionOutcome.RECOGNISED, DecisionOutcome.NEEDS_PERSON})


def _counted(kept: KeptDecision, item: Recognised, source: Source) -> list[CountedFacts]:
    if item.home is None or not item.credits:
        return []
    by_key: dict[str, CreditFacts] = {credit.enrolment: credit for credit in kept.facts.credits}
    hosts = tuple(
        CountedHost(
            host=split_key(used.course).owner,
            course_kind=by_key[used.enrolment].course_kind,
            term=by_key[used.enrolment].term,
        )
        for used in item.used
    )
    return [CountedFacts(home=item.home, credits=item.credits, hosts=hosts, sources=(source,))]
