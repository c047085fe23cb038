"""Carries plans out, from wherever a crash left them: each item is an operation of its own.

An item's operation has an idempotency key that follows from plan and position, so it is accepted
once; what became of it is noted afterwards, and asked for again where the note was lost.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import structlog

from chaincode.domain.errors import DomainError
from chaincode.domain.json_value import JsonValue
from gateway.model.bulk import BulkItem, BulkItemState, BulkKind, BulkPlan
from gateway.model.operations import OperationStatus
from gateway.services.bulk.makers import Makers
from gateway.services.bulk.plan import Planner
from gateway.services.bulk.store import PlanStore
from gateway.services.errors import (
    DatabaseBusy,
    DatabaseFull,
    LedgerConflict,
    LedgerUnavailable,
    OutcomeUnknown,
    ServiceError,
)
from gateway.services.evidence_errors import NotYetRecorded
from gateway.services.execution import problem_of
from gateway.services.intent import WriteRequest
from gateway.services.operations import Operations, OperationView

_log = structlog.get_logger()
_AT_ONCE: Final = 8
"""Half of the operations that run at the same time: there is room for other people's."""
_WAIT_SECONDS: Final = 30.0
_FIRST_PAUSE: Final = 0.25
_LONGEST_PAUSE: Final = 30.0
_AGAIN: Final = (
    LedgerUnavailable,
    LedgerConflict,
    OutcomeUnknown,
    DatabaseBusy,
    DatabaseFull,
    NotYetRecorded,
)
"""What passes by itself: the item waits."""


class Carrying:
    """Runs plans; one that was started is brought to its end."""

    def __init__(
        self,
        *,
        store: PlanStore,
        planners: Mapping[BulkKind, Planner[Any, Any]],
        makers: Makers,
        operations: Operations,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take what carries out each kind; `pause` waits between two attempts."""
        self._store = store
        self._planners = planners
        self._makers = makers
        self._operations = operations
        self._pause = pause
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._running: dict[str, asyncio.Task[None]] = {}

    async def start(self) -> None:
        """Go on with every plan that is under way."""
        for plan in await self._store.running():
            self.drive(plan)

    async def stop(self) -> None:
        """Stop working; what is not done goes on at the next start."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def drive(self, plan: BulkPlan) -> asyncio.Task[None]:
        """Carry a started plan out; the task ends when it is finished."""
        task = self._running.get(plan.id)
        if task is None:
            task = asyncio.create_task(self._carry(plan), name=f"plan {plan.id}")
            self._running[plan.id] = task
            task.add_done_callback(lambda _: self._running.pop(plan.id, None))
        return task

    async def _carry(self, plan: BulkPlan) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                waiting = await self._store.waiting(plan.id)
                async with asyncio.TaskGroup() as group:
                    tasks = [group.create_task(self._item(plan, item)) for item in waiting]
                if all(task.result() for task in tasks):
                    await self._store.finish(plan.id)
                    return
            except Exception as error:  # noqa: BLE001 - what was accepted is never dropped
                _log.error("plan waits", plan=plan.id, error=type(error).__name__)
            await self._pause(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _item(self, plan: BulkPlan, item: BulkItem) -> bool:
        """Bring one item to its end; whether it has come there."""
        async with self._slots:
            try:
                await self._settle(plan, item)
            except _AGAIN as error:
                _log.info("item waits", plan=plan.id, item=item.position, code=error.code)
                return False
            except (ServiceError, DomainError) as error:
                problem = error.document() if isinstance(error, DomainError) else problem_of(error)
                await self._refused(item, None, problem)
            except Exception as error:  # noqa: BLE001 - what was accepted is never dropped
                # The text may hold marks: the type is enough.
                _log.error("item failed", plan=plan.id, error=type(error).__name__)
                return False
        return True

    async def _settle(self, plan: BulkPlan, item: BulkItem) -> None:
        planner = self._planners[plan.kind]
        found = planner.kind.item.check(self._store.document(item))
        person = await self._makers.of(plan.person)
        view = await planner.carry_out(person, found, _request(plan, item))
        while not view.status.final:
            view = await self._operations.view(
                view.id, person=plan.person, wait_seconds=_WAIT_SECONDS
            )
        await self._noted(item, view)

    async def _noted(self, item: BulkItem, view: OperationView) -> None:
        if view.status is OperationStatus.REFUSED:
            await self._refused(item, view.id, view.problem)
        else:
            await self._store.note(item, BulkItemState.COMMITTED, operation=view.id, problem=None)

    async def _refused(
        self, item: BulkItem, operation: str | None, problem: dict[str, JsonValue] | None
    ) -> None:
        await self._store.note(item, BulkItemState.REFUSED, operation=operation, problem=problem)


def _request(plan: BulkPlan, item: BulkItem) -> WriteRequest:
    """The same for every attempt at an item."""
    key = f"plan:{plan.id}:{item.position}"
    digest = hashlib.sha256(key.encode()).hexdigest()
    return WriteRequest(plan.person, key, digest, wait_seconds=_WAIT_SECONDS)
