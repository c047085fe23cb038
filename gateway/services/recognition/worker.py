"""Brings every application at this decider to its end, from wherever a crash left it.

Each pass reads what the ledger holds and takes the next step: reserve the credits, record the
decision, then redeem or give free. A step that somebody else was faster than is seen as a change
of the facts, and decided on anew.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Final

import structlog

from chaincode.domain.decision import Decision, DecisionOutcome, DecisionStatus, DecisionTrigger
from chaincode.domain.errors import DomainError, TooIntricate
from chaincode.domain.qualification.days import day_of
from chaincode.domain.recognition.evaluate import evaluate
from chaincode.domain.recognition.verdict import Verdict
from chaincode.domain.redemption import RedemptionStatus
from gateway.model.recognition import KeptRevision, RecognitionApplication
from gateway.services.errors import ServiceError
from gateway.services.operations import OperationView
from gateway.services.ports import Clock, Database, SecretBox
from gateway.services.recognition.acting import Acting, committed, refusal_of
from gateway.services.recognition.applied import Applied, Applying
from gateway.services.recognition.considering import Considering
from gateway.services.recognition.difference import holding_number
from gateway.services.recognition.gathering import Undecidable
from gateway.services.recognition.kept import KeptDecision, keep, opened_revision
from gateway.services.records import Records

_log = structlog.get_logger()
_IDLE_SECONDS: Final = 30.0
_AT_ONCE: Final = 8
_PROBLEM_LENGTH: Final = 64
_MAY_COUNT = frozenset({DecisionOutcome.RECOGNISED, DecisionOutcome.NEEDS_PERSON})
_WAITING = frozenset({DecisionStatus.AWAITING_CONFIRMATION, DecisionStatus.REOPENED})
_ENDED = (
    RedemptionStatus.WITHDRAWN,
    RedemptionStatus.RELEASED,
    RedemptionStatus.GIVEN_BACK,
)
_GONE = (RedemptionStatus.WITHDRAWN, RedemptionStatus.RELEASED)
"""Of what waits for a person: taken back, or moved to another home."""
_TAKEN = (RedemptionStatus.HELD, RedemptionStatus.REDEEMED)
_FOR_GOOD = frozenset(
    {"outside-window", "rule-not-in-force", "framework-broken", "not-permitted", "not-party"}
)
"""Refusals of a step that no later fact undoes: the application ends, and says why."""
_UNDECIDED: Mapping[type[DomainError], str] = {
    Undecidable: "undecidable",
    TooIntricate: TooIntricate.code,
}
"""What is asked is too much for one decision: the student asks with fewer credits."""


class RecognitionWorker:
    """Settles applications; `settle` may be called again after any failure."""

    def __init__(
        self,
        *,
        acting: Acting,
        applying: Applying,
        considering: Considering,
        records: Records,
        database: Database,
        box: SecretBox,
        clock: Clock,
    ) -> None:
        self._acting = acting
        self._applying = applying
        self._considering = considering
        self._records = records
        self._database = database
        self._box = box
        self._clock = clock
        self._wake = asyncio.Event()
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._task: asyncio.Task[None] | None = None

    def notify(self) -> None:
        """Something may have to be settled."""
        self._wake.set()

    async def start(self) -> None:
        """Settle from now on."""
        self._task = asyncio.create_task(self._work(), name="recognition")

    async def stop(self) -> None:
        """Stop settling; what is left goes on at the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def settle_open(self) -> bool:
        """One step for each open application; whether any was taken.

        Applications of one student come one after the other: each counts what those before it
        brought.
        """
        async with self._database.reading() as session:
            rows = await session.find(
                RecognitionApplication, open=True, order_by=("created_at", "id")
            )
        by_student: dict[tuple[str, str], list[str]] = {}
        for row in rows:
            by_student.setdefault((row.home, row.student), []).append(row.id)
        moved = await asyncio.gather(*map(self._settle_all, by_student.values()))
        return any(moved)

    async def settle(self, identifier: str) -> bool:
        """Take the next step for one application; whether there was one.

        Raises:
            ServiceError, DomainError: it cannot be taken now.
        """
        applied = await self._applying.load(identifier)
        key = applied.application.decision
        if key is None:
            return await self._decide(applied)
        decision = await self._records.find(Decision, key)
        if decision is None:
            return False
        return await self._follow(applied, decision)

    async def _work(self) -> None:
        while True:
            self._wake.clear()
            try:
                if await self.settle_open():
                    continue
            except Exception as error:  # noqa: BLE001 - applications are never given up
                _log.error("settling failed", error=type(error).__name__)
            # Not wait_for: before Python 3.12 it loses a cancellation that meets the event.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_IDLE_SECONDS):
                    await self._wake.wait()

    async def _settle_all(self, identifiers: list[str]) -> bool:
        moved = False
        for identifier in identifiers:
            async with self._slots:
                moved = await self._settle_or_note(identifier) or moved
        return moved

    async def _settle_or_note(self, identifier: str) -> bool:
        try:
            return await self.settle(identifier)
        except (ServiceError, DomainError) as error:
            await self._note(identifier, error.code)
        except Exception as error:  # noqa: BLE001 - the others must not wait for this one
            # The text may hold what is sealed: the type is enough.
            _log.error("settling failed", application=identifier, error=type(error).__name__)
        return False

    async def _decide(self, applied: Applied) -> bool:
        if any(applied.entry(enrolment) is None for enrolment in applied.credits):
            return False
        if applied.with_status(*_ENDED):
            return await self._give_up(applied, "withdrawn")
        binding = await self._considering.binding(applied)
        on = day_of(self._clock(), applied.rule.content.valid.time_zone)
        try:
            case = await self._considering.case(applied, binding)
            verdict = evaluate(applied.rule.content, case.facts, on)
        except (Undecidable, TooIntricate) as error:
            return await self._give_up(applied, _UNDECIDED[type(error)])
        if verdict.outcome in _MAY_COUNT:
            free = applied.with_status(RedemptionStatus.PERMITTED) & used_in(verdict)
            if free:
                return await self._stepped(applied, await self._acting.hold(applied, free))
        view = await self._acting.record(
            applied,
            case,
            keep(case.facts, verdict),
            on,
            automatic=may_be_automatic(applied, verdict, agreed=binding is not None),
            trigger=DecisionTrigger.AGREEMENT if binding else DecisionTrigger.APPLICATION,
        )
        return await self._stepped(applied, view)

    async def _give_up(self, applied: Applied, problem: str) -> bool:
        """Nothing will be decided: what is held goes free."""
        held = applied.with_status(RedemptionStatus.HELD)
        if held:
            view = await self._acting.release(applied, held)
            return await self._noted(applied, view)
        await self._close(applied, problem)
        return False

    async def _follow(self, applied: Applied, decision: Decision) -> bool:
        """Bring the credits to what the decision says now."""
        if decision.status in _WAITING:
            if await self._lost(applied, decision):
                return await self._end(applied, decision)
            return False
        freed = applied.with_status(*_TAKEN)
        stands = decision.status is DecisionStatus.STANDING
        if stands and decision.holds is DecisionOutcome.RECOGNISED:
            used = used_in((await self._kept(decision)).verdict)
            if used & applied.with_status(*_ENDED):
                return await self._end(applied, decision)
            held = used & applied.with_status(RedemptionStatus.HELD)
            if held:
                return await self._redeem(applied, decision, held)
            freed -= used
        if freed:
            view = await self._acting.release(applied, freed)
            return await self._noted(applied, view)
        await self._close(applied, None)
        return False

    async def _lost(self, applied: Applied, decision: Decision) -> bool:
        """Whether nobody can confirm any more what waits, since a credit of it is gone."""
        gone = applied.with_status(*_GONE)
        if not gone or decision.holds is None:
            return bool(gone)
        if decision.holds is not DecisionOutcome.RECOGNISED:
            return False
        return bool(gone & used_in((await self._kept(decision, holding_number(decision))).verdict))

    async def _redeem(self, applied: Applied, decision: Decision, held: frozenset[str]) -> bool:
        if applied.registrar_redeems(held):
            await self._note(applied.application.id, "registrar-redeems")
            return False
        view = await self._acting.redeem(applied, held)
        if refusal_of(view) in _FOR_GOOD:
            return await self._end(applied, decision)
        return await self._noted(applied, view)

    async def _end(self, applied: Applied, decision: Decision) -> bool:
        """A credit that the decision uses is not there any more: what was decided ends."""
        if decision.full:
            await self._close(applied, "decision-full")
            return False
        view = await self._acting.revise(
            applied.application,
            decision,
            await self._kept(decision),
            decision.latest.computed.decided_on,
            trigger=DecisionTrigger.WITHDRAWAL,
            differs=False,
            automatic=False,
        )
        return await self._noted(applied, view)

    async def _kept(self, decision: Decision, number: int | None = None) -> KeptDecision:
        """What was kept of a revision, of the last one unless another is named."""
        async with self._database.reading() as session:
            row = await session.get(KeptRevision, decision.key, number or decision.latest.number)
        if row is None:
            raise LookupError(f"nothing was kept of {decision.key}")
        return opened_revision(self._box, row)

    async def _stepped(self, applied: Applied, view: OperationView) -> bool:
        """A step before the decision: where it is refused for good, nothing will be decided."""
        code = refusal_of(view)
        if code in _FOR_GOOD:
            return await self._give_up(applied, str(code))
        return await self._noted(applied, view)

    async def _noted(self, applied: Applied, view: OperationView) -> bool:
        if committed(view):
            return True
        await self._note(applied.application.id, refusal_of(view) or "pending")
        return False

    async def _note(self, identifier: str, problem: str) -> None:
        async with self._database.writing() as session:
            row = await session.get(RecognitionApplication, identifier)
            if row is not None:
                row.problem = problem[:_PROBLEM_LENGTH]

    async def _close(self, applied: Applied, problem: str | None) -> None:
        async with self._database.writing() as session:
            row = await session.get(RecognitionApplication, applied.application.id)
            if row is not None:
                row.open, row.problem = False, problem


def used_in(verdict: Verdict) -> frozenset[str]:
    """The credits that a recognition uses up."""
    return frozenset(used.enrolment for item in verdict.items for used in item.used)


def may_be_automatic(applied: Applied, verdict: Verdict, *, agreed: bool) -> bool:
    """Whether no person has to look.

    What was agreed binds: a gateway alone does not refuse any of it.
    """
    if applied.rule.content.confirmation.always:
        return False
    complete = verdict.outcome is DecisionOutcome.RECOGNISED and not verdict.missing
    return complete or not agreed
