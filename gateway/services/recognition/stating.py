"""A registrar of the decider states a study plan: what was decided is decided on it again."""

from collections.abc import Callable
from typing import Final

from chaincode.domain.caller import Role
from chaincode.domain.decision import Decision, DecisionOutcome, DecisionStatus, DecisionTrigger
from chaincode.domain.errors import InvalidArgument, WrongState
from chaincode.domain.keys import split_key
from chaincode.domain.qualification.term import Term
from chaincode.domain.redemption import RedemptionStatus
from gateway.model.recognition import KeptRevision, RecognitionApplication
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.errors import Conflict
from gateway.services.ports import Clock, Database, SecretBox, Session
from gateway.services.recognition.acting import Acting, committed, refusal_of
from gateway.services.recognition.application_access import ApplicationAccess
from gateway.services.recognition.applied import Applied, Applying
from gateway.services.recognition.considering import Considering
from gateway.services.recognition.gathering import Case
from gateway.services.recognition.kept import KeptDecision, opened_revision
from gateway.services.recognition.study_plan import StatedPlan, StudyPlans
from gateway.services.recognition.worker import may_be_automatic, used_in
from gateway.services.records import Records

_MAY_COUNT: Final = frozenset({DecisionOutcome.RECOGNISED, DecisionOutcome.NEEDS_PERSON})


class PlanNotTaken(Conflict):
    """The plan is kept, and a step that follows from it was refused: state it again."""

    code = "plan-not-taken"
    title = "The plan is kept, and could not be decided on"


class Stating:
    """Plans are stated at the decider; facts of one decision and of no other."""

    def __init__(
        self,
        *,
        records: Records,
        database: Database,
        box: SecretBox,
        access: ApplicationAccess,
        applying: Applying,
        considering: Considering,
        acting: Acting,
        plans: StudyPlans,
        clock: Clock,
        notify: Callable[[], None],
        msp_id: str,
    ) -> None:
        """Take `notify`, which wakes who decides."""
        self._records = records
        self._database = database
        self._box = box
        self._access = access
        self._applying = applying
        self._considering = considering
        self._acting = acting
        self._plans = plans
        self._clock = clock
        self._notify = notify
        self._msp_id = msp_id

    async def state(self, person: AuthenticatedPerson, identifier: str, plan: StatedPlan) -> None:
        """Keep a plan, and decide on it: now where there is a decision, else when there is one.

        Saying the same again changes nothing, and finishes what was interrupted.

        Raises:
            NotPermitted: the person is no registrar.
            NotFound, NotParty: not an application that this member decides.
            InvalidArgument: the plan contradicts itself, the application, or names another
                member's term.
            LedgerRefused: there is no such term.
            WrongState: the decision was withdrawn.
            PlanNotTaken: a credit is not to be had any more, or the decision moved on.
        """
        person.require(Role.REGISTRAR)
        await self._access.require(person, identifier)
        applied = await self._applying.load(identifier)
        plan.require_consistent(applied.credits)
        await self._require_terms(plan)
        key = applied.application.decision
        decision = None if key is None else await self._records.find(Decision, key)
        if decision is not None and decision.status is DecisionStatus.WITHDRAWN:
            raise WrongState("the decision was withdrawn: the student asks again")
        await self._plans.keep(identifier, plan, by=person.id, at=self._clock())
        if decision is not None:
            await self._decide_again(applied, decision)
        self._notify()

    async def read(self, person: AuthenticatedPerson, identifier: str) -> StatedPlan | None:
        """What was stated last; None where nothing was, or at another member than the decider.

        Raises:
            NotFound, NotParty: it concerns other people.
        """
        await self._access.require(person, identifier)
        return await self._plans.of(identifier)

    async def _require_terms(self, plan: StatedPlan) -> None:
        for place, one in enumerate(plan.terms):
            if split_key(one.term).owner != self._msp_id:
                raise InvalidArgument("a term of the decider is named", field=f"terms.{place}.term")
            await self._records.load(Term, one.term)

    async def _decide_again(self, applied: Applied, decision: Decision) -> None:
        kept = await self._kept(decision)
        found = await self._considering.again(applied, decision)
        case, now = found.case, found.now
        if kept is not None and kept.facts == now.facts:
            return
        if now.verdict.outcome in _MAY_COUNT:
            wanted = used_in(now.verdict) & applied.with_status(RedemptionStatus.PERMITTED)
            if wanted:
                view = await self._acting.hold(applied, wanted)
                if not committed(view):
                    raise _not_taken(refusal_of(view))
        await self._revise(applied, decision, case, now, before=found.held)

    async def _revise(
        self,
        applied: Applied,
        decision: Decision,
        case: Case,
        now: KeptDecision,
        *,
        before: KeptDecision | None,
    ) -> None:
        binding = await self._considering.binding(applied)
        stood = decision.holds is not None
        said = before.verdict if before else None
        differs = said is None or (said.outcome, said.items) != (
            now.verdict.outcome,
            now.verdict.items,
        )

        async def opened(session: Session) -> None:
            row = await session.get(RecognitionApplication, applied.application.id)
            if row is not None:
                # Whatever follows from it for the credits is the worker's to do.
                row.open, row.problem = True, None

        view = await self._acting.revise(
            applied.application,
            decision,
            now,
            decision.latest.computed.decided_on,
            trigger=DecisionTrigger.REVIEW,
            differs=stood and differs,
            automatic=not stood
            and may_be_automatic(applied, now.verdict, agreed=binding is not None),
            watched=case.watched,
            guard=opened,
        )
        if not committed(view):
            raise _not_taken(refusal_of(view))

    async def _kept(self, decision: Decision) -> KeptDecision | None:
        async with self._database.reading() as session:
            row = await session.get(KeptRevision, decision.key, decision.latest.number)
        return None if row is None else opened_revision(self._box, row)


def _not_taken(refusal: str | None) -> PlanNotTaken:
    return PlanNotTaken(
        f"a step that follows from it was not taken ({refusal or 'pending'}): state it again",
        facts={"refusal": refusal},
    )
