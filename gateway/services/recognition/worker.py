"""Brings every application at this decider to its end, from wherever a crash left it.

Each pass reads what the ledger holds and takes the next step: reserve the credits, record the
decision, then redeem or give free. A step that somebody else was faster than is seen as a change
of the facts, and decided on anew.
"""

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Final

import structlog

from chaincode.domain.decision import Decision, DecisionOutcome, DecisionStatus
from chaincode.domain.errors import DomainError
from chaincode.domain.json_value import JsonValue
from chaincode.domain.qualification.days import day_of
from chaincode.domain.recognition.evaluate import evaluate
from chaincode.domain.recognition.facts import CountedFacts
from chaincode.domain.recognition.verdict import Verdict
from chaincode.domain.redemption import RedemptionStatus
from chaincode.domain.rules.rule_version import RuleVersion
from gateway.model.operations import Operation
from gateway.model.recognition import AppliedCredit, KeptRevision, RecognitionApplication
from gateway.services.errors import ServiceError
from gateway.services.operations import OperationView
from gateway.services.ports import Clock, Database, SecretBox, Session
from gateway.services.recognition.acting import Acting, Applied, committed
from gateway.services.recognition.counting import Counting
from gateway.services.recognition.gathering import Gathering, own_entry
from gateway.services.recognition.kept import keep, opened_revision
from gateway.services.records import Records

_log = structlog.get_logger()
_IDLE_SECONDS: Final = 30.0
_AGAIN_SECONDS: Final = 0.5
_PAGE: Final = 500
_MAY_COUNT = frozenset({DecisionOutcome.RECOGNISED, DecisionOutcome.NEEDS_PERSON})
_WAITING = frozenset({DecisionStatus.AWAITING_CONFIRMATION, DecisionStatus.REOPENED})
_ENDED = frozenset(
    {RedemptionStatus.WITHDRAWN, RedemptionStatus.RELEASED, RedemptionStatus.GIVEN_BACK}
)


class RecognitionWorker:
    """Settles applications one after the other; `settle` may be called again after any failure."""

    def __init__(
        self,
        *,
        acting: Acting,
        gathering: Gathering,
        counting: Counting,
        records: Records,
        database: Database,
        box: SecretBox,
        clock: Clock,
    ) -> None:
        self._acting = acting
        self._gathering = gathering
        self._counting = counting
        self._records = records
        self._database = database
        self._box = box
        self._clock = clock
        self._wake = asyncio.Event()
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
        """One step for each open application; whether any was taken."""
        async with self._database.reading() as session:
            rows = await session.find(
                RecognitionApplication, open=True, order_by=("created_at",), limit=_PAGE
            )
        moved = False
        for row in rows:
            try:
                moved = await self.settle(row.id) or moved
            except (ServiceError, DomainError) as error:
                await self._note(row.id, error.code)
                _log.info("application waits", application=row.id, code=error.code)
        return moved

    async def settle(self, identifier: str) -> bool:
        """Take the next step for one application; whether there was one.

        Raises:
            ServiceError, DomainError: it cannot be taken now.
        """
        applied = await self._applied(identifier)
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
            pause = _IDLE_SECONDS
            try:
                if await self.settle_open():
                    pause = _AGAIN_SECONDS
            except Exception as error:  # noqa: BLE001 - an application is never given up
                _log.error("settling failed", error=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), timeout=pause)

    async def _applied(self, identifier: str) -> Applied:
        async with self._database.reading() as session:
            application = await session.get(RecognitionApplication, identifier)
            credits_ = await session.find(AppliedCredit, application=identifier)
        if application is None:
            raise LookupError(f"there is no application {identifier}")
        rule = await self._records.load(RuleVersion, application.rule)
        counted: tuple[CountedFacts, ...] = await self._counting.before(application)
        case = await self._gathering.case(
            application, [row.enrolment for row in credits_], rule.content, counted=counted
        )
        return Applied(application, rule, case)

    async def _decide(self, applied: Applied) -> bool:
        statuses = _statuses(applied)
        if None in statuses.values():
            return False
        if any(status in _ENDED for status in statuses.values()):
            return await self._give_up(applied)
        on = day_of(self._clock(), applied.rule.content.valid.time_zone)
        verdict = evaluate(applied.rule.content, applied.case.facts, on)
        if verdict.outcome in _MAY_COUNT:
            free = _with_status(applied, RedemptionStatus.PERMITTED) & used_in(verdict)
            if free:
                return await self._done(applied, await self._acting.hold(applied, free))
        view = await self._acting.record(
            applied,
            keep(applied.case.facts, verdict),
            on,
            automatic=not applied.rule.content.confirmation.always,
        )
        return await self._done(applied, view)

    async def _give_up(self, applied: Applied) -> bool:
        """The holder withdrew before anything was decided: what is held goes free."""
        held = _with_status(applied, RedemptionStatus.HELD)
        if held:
            return await self._done(applied, await self._acting.release(applied, held))
        await self._close(applied.application.id, problem="withdrawn")
        return False

    async def _follow(self, applied: Applied, decision: Decision) -> bool:
        """Bring the credits to what the decision says now."""
        held = _with_status(applied, RedemptionStatus.HELD)
        redeemed = _with_status(applied, RedemptionStatus.REDEEMED)
        stands = decision.status is DecisionStatus.STANDING
        if decision.status in _WAITING:
            if decision.holds is None and _with_status(applied, RedemptionStatus.WITHDRAWN):
                return await self._done(applied, await self._acting.withdraw(applied, decision))
            return False
        if stands and decision.holds is DecisionOutcome.RECOGNISED:
            used = used_in(await self._verdict(decision))
            if held & used:
                return await self._done(applied, await self._acting.redeem(applied, held & used))
            freed = held - used
        else:
            freed = held | redeemed
        if freed:
            return await self._done(applied, await self._acting.release(applied, freed))
        await self._close(applied.application.id)
        return False

    async def _verdict(self, decision: Decision) -> Verdict:
        async with self._database.reading() as session:
            row = await session.get(KeptRevision, decision.key, decision.latest.number)
        if row is None:
            raise LookupError(f"nothing was kept of {decision.key}")
        return opened_revision(self._box, row).verdict

    async def _done(self, applied: Applied, view: OperationView) -> bool:
        if committed(view):
            return True
        problem = view.problem or {}
        await self._note(applied.application.id, str(problem.get("code", "pending")))
        return False

    async def _note(self, identifier: str, problem: str) -> None:
        async with self._database.writing() as session:
            row = await session.get(RecognitionApplication, identifier)
            if row is not None:
                row.problem = problem[:64]

    async def _close(self, identifier: str, *, problem: str | None = None) -> None:
        async with self._database.writing() as session:
            row = await session.get(RecognitionApplication, identifier)
            if row is not None:
                row.open, row.problem = False, problem


class DecisionRecorded:
    """What the database learns when a first decision is final."""

    async def committed(
        self, session: Session, operation: Operation, arguments: dict[str, JsonValue]
    ) -> None:
        """The row names the decision already."""

    async def refused(
        self, session: Session, operation: Operation, arguments: dict[str, JsonValue]
    ) -> None:
        """There is no decision: the application is decided anew on what holds now."""
        del operation
        row = await session.get(RecognitionApplication, str(arguments["application"]))
        if row is not None:
            row.decision = None


def used_in(verdict: Verdict) -> frozenset[str]:
    """The credits that a recognition uses up."""
    return frozenset(used.enrolment for item in verdict.items for used in item.used)


def _statuses(applied: Applied) -> dict[str, RedemptionStatus | None]:
    entries = {
        key: own_entry(holding, applied.application)
        for key, holding in applied.case.holdings.items()
    }
    return {key: entry.status if entry else None for key, entry in entries.items()}


def _with_status(applied: Applied, status: RedemptionStatus) -> frozenset[str]:
    found: Iterable[str] = (key for key, one in _statuses(applied).items() if one is status)
    return frozenset(found)
