"""Decisions: registrars look, confirm, redeem and grant; students look at their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chaincode.domain.caller import Role
from chaincode.domain.commands.decisions import ConfirmDecision
from chaincode.domain.course import Course
from chaincode.domain.decision import (
    ConfirmationReason,
    Decision,
    DecisionOutcome,
    DecisionStatus,
    DecisionTrigger,
)
from chaincode.domain.errors import NotParty, WrongState
from chaincode.domain.keys import split_key
from chaincode.domain.recognition.verdict import Verdict
from chaincode.domain.redemption import RedemptionStatus
from gateway.model.recognition import KeptRevision, RecognitionApplication, ShownDecision
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.errors import Conflict
from gateway.services.intent import Intent, LedgerCall, WriteRequest, new_id
from gateway.services.operations import Operations, OperationView
from gateway.services.ports import Database, SecretBox, Session
from gateway.services.recognition import steps
from gateway.services.recognition.acting import Acting
from gateway.services.recognition.application_access import ApplicationAccess
from gateway.services.recognition.applied import Applied, Applying
from gateway.services.recognition.considering import Considering
from gateway.services.recognition.kept import KeptDecision, opened_revision
from gateway.services.recognition.shown import opened_decision
from gateway.services.recognition.worker import used_in
from gateway.services.records import Records

_PAGE = 50


class FactsMoved(Conflict):
    """What the decision was computed on has changed: it was computed anew, look again."""

    code = "facts-moved"
    title = "The facts have changed"


@dataclass(frozen=True, slots=True)
class DecisionInView:
    """A decision with what is known here of the reasons for its last revision."""

    decision: Decision
    application: RecognitionApplication
    number: int | None
    """Of the revision that the verdict is of."""
    verdict: Verdict | None = field(repr=False)
    titles: Mapping[str, str]
    """Of the courses that are recognised, by ledger key."""


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """Some decisions of this member; `after` continues behind them."""

    decisions: tuple[Decision, ...]
    after: str | None


class Decisions:
    """What this member decided, and what was decided of its students' applications."""

    def __init__(
        self,
        *,
        operations: Operations,
        records: Records,
        database: Database,
        box: SecretBox,
        access: ApplicationAccess,
        applying: Applying,
        considering: Considering,
        acting: Acting,
        msp_id: str,
    ) -> None:
        self._operations = operations
        self._records = records
        self._database = database
        self._box = box
        self._access = access
        self._applying = applying
        self._considering = considering
        self._acting = acting
        self._msp_id = msp_id

    async def page(
        self, person: AuthenticatedPerson, *, status: DecisionStatus | None, after: str | None
    ) -> DecisionPage:
        """This member's decisions in the order of their keys, those of a status if one is given.

        Raises:
            NotPermitted: the person is no registrar.
        """
        person.require(Role.REGISTRAR)
        found = await self._records.page(Decision, self._msp_id, after=after, limit=_PAGE)
        last = split_key(found[-1].key).identifier if len(found) == _PAGE else None
        return DecisionPage(tuple(one for one in found if status in {None, one.status}), last)

    async def read(self, person: AuthenticatedPerson, key: str) -> DecisionInView:
        """One decision, for registrars of the decider and the student.

        Raises:
            NotParty: it concerns other people.
            LedgerRefused: there is none (record-not-found).
        """
        application = await self._access.of_decision(person, key)
        decision = await self._records.load(Decision, key)
        async with self._database.reading() as session:
            kept = await session.get(KeptRevision, key, decision.latest.number)
            shown = await session.get(ShownDecision, application.id)
        number, verdict = None, None
        if kept is not None:
            number, verdict = kept.number, opened_revision(self._box, kept).verdict
        elif shown is not None:
            number, verdict = shown.number, opened_decision(self._box, shown)
        titles = await self._titles(verdict)
        return DecisionInView(decision, application, number, verdict, titles)

    async def confirm(
        self,
        person: AuthenticatedPerson,
        key: str,
        *,
        outcome: DecisionOutcome,
        reason: ConfirmationReason,
        expected_version: int,
        write: WriteRequest,
    ) -> OperationView:
        """A registrar's word on the last revision (ConfirmDecision).

        Where the rule wants a person for all that a credit may bring, she also redeems
        (RedeemCredit for each credit).

        Raises:
            NotPermitted: the person is no registrar.
            NotParty: another member decides this.
            FactsMoved: the decision does not follow from what holds now; it was computed anew.
            LedgerRefused: there is no such decision (record-not-found).
        """
        person.require(Role.REGISTRAR)
        if (before := await self._operations.repeated(write)) is not None:
            return before
        applied, decision = await self._decided(person, key)
        decision.expect(expected_version)
        kept = await self._require_current(applied, decision)
        operation = new_id()
        command = ConfirmDecision(
            operation=operation,
            decision=key,
            expected_version=expected_version,
            outcome=outcome,
            reason=reason,
        )
        calls = [LedgerCall(person.account, command)]
        held = self._held(applied, kept.verdict)
        if outcome is DecisionOutcome.RECOGNISED and applied.registrar_redeems(held):
            calls += await self._redemptions(person, applied, held, operation)
        return await self._accept(applied, "confirm-decision", operation, calls, write)

    async def redeem(
        self, person: AuthenticatedPerson, key: str, write: WriteRequest
    ) -> OperationView:
        """Redeem what a standing recognition still holds (RedeemCredit for each credit).

        For credits that a registrar redeems, where something came between her word and this.

        Raises:
            NotPermitted: the person is no registrar.
            NotParty: another member decides this.
            WrongState: no recognition stands, or nothing is held for it.
            LedgerRefused: there is no such decision (record-not-found).
        """
        person.require(Role.REGISTRAR)
        if (before := await self._operations.repeated(write)) is not None:
            return before
        applied, decision = await self._decided(person, key)
        _require_recognised(decision)
        kept = await self._kept(decision)
        operation = new_id()
        held = self._held(applied, kept.verdict)
        calls = await self._redemptions(person, applied, held, operation)
        if not calls:
            raise WrongState("nothing is held for this decision")
        return await self._accept(applied, "redeem-credits", operation, calls, write)

    async def grant(
        self, person: AuthenticatedPerson, key: str, write: WriteRequest
    ) -> OperationView:
        """The degree is granted: all that the decision redeemed stays used (GrantDegree for each).

        Raises:
            NotPermitted: the person is no registrar.
            NotParty: another member decides this.
            WrongState: no recognition stands, or nothing is redeemed for it.
            LedgerRefused: there is no such decision (record-not-found).
        """
        person.require(Role.REGISTRAR)
        if (before := await self._operations.repeated(write)) is not None:
            return before
        applied, decision = await self._decided(person, key)
        _require_recognised(decision)
        redeemed = applied.with_status(RedemptionStatus.REDEEMED)
        if not redeemed:
            raise WrongState("nothing is redeemed for this decision")
        operation = new_id()
        calls = steps.grant(applied, redeemed, operation, person.account)
        return await self._accept(applied, "grant-degree", operation, calls, write)

    async def _titles(self, verdict: Verdict | None) -> dict[str, str]:
        keys = sorted({item.home for item in verdict.items if item.home} if verdict else ())
        found = await self._records.find_all(Course, keys)
        return {course.key: course.content.title for course in found if course is not None}

    async def _decided(self, person: AuthenticatedPerson, key: str) -> tuple[Applied, Decision]:
        if split_key(key).owner != self._msp_id:
            raise NotParty("another member decides this", field="decision")
        decision = await self._records.load(Decision, key)
        application = await self._access.of_decision(person, key)
        return await self._applying.load(application.id), decision

    async def _require_current(self, applied: Applied, decision: Decision) -> KeptDecision:
        """Hold a confirmation to what still follows from the facts, as this peer has them now."""
        kept = await self._kept(decision)
        found = await self._considering.again(applied, decision)
        said, says = kept.verdict, found.now.verdict
        if (said.outcome, said.items) == (says.outcome, says.items):
            return kept
        await self._acting.revise(
            applied.application,
            decision,
            found.now,
            decision.latest.computed.decided_on,
            trigger=DecisionTrigger.REVIEW,
            differs=True,
            automatic=False,
            watched=found.case.watched,
        )
        raise FactsMoved(
            "what this was computed on has changed, and it was computed anew: look again",
            facts={"before": said.outcome.value, "now": says.outcome.value},
        )

    async def _kept(self, decision: Decision) -> KeptDecision:
        async with self._database.reading() as session:
            row = await session.get(KeptRevision, decision.key, decision.latest.number)
        if row is None:
            raise Conflict("this gateway has kept nothing of the decision")
        return opened_revision(self._box, row)

    def _held(self, applied: Applied, verdict: Verdict) -> frozenset[str]:
        return applied.with_status(RedemptionStatus.HELD) & used_in(verdict)

    async def _redemptions(
        self, person: AuthenticatedPerson, applied: Applied, held: frozenset[str], operation: str
    ) -> list[LedgerCall]:
        commitments = await self._acting.commitments(applied.application)
        return steps.redeem(applied, held, operation, person.account, commitments)

    async def _accept(
        self,
        applied: Applied,
        kind: str,
        operation: str,
        calls: list[LedgerCall],
        write: WriteRequest,
    ) -> OperationView:
        async def opened(session: Session) -> None:
            row = await session.get(RecognitionApplication, applied.application.id)
            if row is not None:
                # Whatever follows from it for the credits is the worker's to do.
                row.open, row.problem = True, None

        return await self._operations.accept(
            Intent(
                operation=operation,
                kind=kind,
                request=write,
                calls=tuple(calls),
                result={"decision": str(applied.application.decision)},
                guard=opened,
            )
        )


def _require_recognised(decision: Decision) -> None:
    standing = decision.status is DecisionStatus.STANDING
    if not standing or decision.holds is not DecisionOutcome.RECOGNISED:
        raise WrongState(
            "no recognition stands here",
            facts={
                "status": decision.status.value,
                "holds": decision.holds.value if decision.holds else None,
            },
        )
