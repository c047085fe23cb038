"""What a decision has before it: the case, and whether an agreement was fulfilled."""

from dataclasses import dataclass, field, replace

from chaincode.domain.agreements.agreement import Agreement
from chaincode.domain.agreements.binding import Binding, BindingReport, Result, binding_on
from chaincode.domain.decision import Decision
from chaincode.domain.holding import Holding, Standing
from chaincode.domain.recognition.evaluate import evaluate
from gateway.model.recognition import KeptRevision
from gateway.services.ports import Database, SecretBox
from gateway.services.recognition.applied import Applied
from gateway.services.recognition.counting import Counting
from gateway.services.recognition.difference import holding_number, with_certificates_then
from gateway.services.recognition.gathering import Asked, Case, Gathering
from gateway.services.recognition.kept import KeptDecision, keep, opened_revision
from gateway.services.recognition.study_plan import StudyPlans
from gateway.services.records import Records


@dataclass(frozen=True, slots=True)
class Considered:
    """A decision considered again: what it was held to, and what it would say now."""

    case: Case = field(repr=False)
    held: KeptDecision | None = field(repr=False)
    """The revision that holds; while nothing has stood, the last one; None where none was kept."""
    now: KeptDecision = field(repr=False)


class Considering:
    """Arranges everything that an application is decided on."""

    def __init__(
        self,
        *,
        records: Records,
        database: Database,
        box: SecretBox,
        gathering: Gathering,
        counting: Counting,
        plans: StudyPlans,
    ) -> None:
        self._records = records
        self._database = database
        self._box = box
        self._gathering = gathering
        self._counting = counting
        self._plans = plans

    async def binding(self, applied: Applied) -> BindingReport | None:
        """What was agreed and has been fulfilled; None where nothing binds.

        Raises:
            LedgerRefused, RecordCorrupt: the agreement cannot be read.
        """
        key = applied.application.agreement
        if key is None:
            return None
        agreement = await self._records.load(Agreement, key)
        report = binding_on(agreement, map(_result, applied.holdings.values()))
        return report if report.binding is Binding.FULFILLED else None

    async def case(self, applied: Applied, binding: BindingReport | None) -> Case:
        """Facts and watched records of an application.

        Raises:
            LedgerUnavailable: the peer cannot be reached.
            RecordNotFound, RecordCorrupt: it names what is not there, or cannot be read.
        """
        wanted = None if binding is None else tuple(row.course for row in binding.recognised)
        asked = Asked(
            programme=applied.application.programme,
            permissions=applied.permissions,
            counted=await self._counting.before(applied.application),
            wanted=wanted,
            agreement=applied.application.agreement,
        )
        case = await self._gathering.case(asked, applied.rule.content)
        return await self._plans.into(applied.application.id, case)

    async def again(self, applied: Applied, decision: Decision) -> Considered:
        """Apply the decision's own rule and evaluator to the facts as they are now.

        The day is that of the last revision, so that only facts can make a difference; a
        withdrawn certificate counts as before where the rule does not ask for it again.

        Raises:
            LedgerUnavailable: the peer cannot be reached.
            InvalidArgument: this version has no such evaluator.
        """
        case = await self.case(applied, await self.binding(applied))
        held = await self._held(decision)
        rule = applied.rule.content
        if held is not None:
            facts = with_certificates_then(rule, case.facts, held.facts)
            case = replace(case, facts=facts)
        on = decision.latest.computed.decided_on
        verdict = evaluate(rule, case.facts, on, evaluator=decision.evaluator)
        return Considered(case, held, keep(case.facts, verdict))

    async def _held(self, decision: Decision) -> KeptDecision | None:
        number = holding_number(decision) or decision.latest.number
        async with self._database.reading() as session:
            row = await session.get(KeptRevision, decision.key, number)
        return None if row is None else opened_revision(self._box, row)


def _result(holding: Holding) -> Result:
    enrolment = holding.enrolment
    return Result(
        enrolment=enrolment.key,
        student=enrolment.student,
        course=enrolment.course,
        course_digest=enrolment.course_digest,
        stands=holding.standing is Standing.AWARDED,
    )
