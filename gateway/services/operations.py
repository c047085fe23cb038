"""Writes are operations: stored before they are sent, resolved after any crash."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import structlog

from gateway.model.operations import (
    CallState,
    Operation,
    OperationCall,
    OperationStatus,
    OutboxMessage,
)
from gateway.model.people import Account
from gateway.services.errors import (
    DatabaseBusy,
    DatabaseFull,
    IdempotencyKeyReused,
    LedgerConflict,
    LedgerUnavailable,
    NotFound,
    NotPermitted,
    OutcomeUnknown,
)
from gateway.services.execution import PRIVATE_PURPOSE, Execution
from gateway.services.intent import GATEWAY, Intent, LedgerCall, WriteRequest, new_id
from gateway.services.operation_views import OperationView, TransactionView, view_of
from gateway.services.ports import Clock, Database, SecretBox, Session

__all__ = ["OperationView", "Operations", "Pace", "TransactionView"]

_log = structlog.get_logger()
_UNDER_WAY: Final = (OperationStatus.ACCEPTED, OperationStatus.PENDING)
_REQUEST_PURPOSE: Final = "request-digest"
_AGAIN: Final = (LedgerUnavailable, LedgerConflict, OutcomeUnknown, DatabaseBusy, DatabaseFull)


@dataclass(frozen=True, slots=True)
class Pace:
    """How operations are tried again, in seconds, and how many run at once."""

    first_pause: float = 0.25
    longest_pause: float = 30.0
    at_once: int = 16


class Operations:
    """Accepts intents and brings each to its end exactly once."""

    def __init__(
        self,
        *,
        database: Database,
        execution: Execution,
        box: SecretBox,
        clock: Clock,
        pace: Pace | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take what runs an operation; `pause` waits between two attempts."""
        self._database = database
        self._execution = execution
        self._box = box
        self._clock = clock
        self._listeners: list[Callable[[], None]] = []
        self._pace = pace or Pace()
        self._pause = pause
        self._slots = asyncio.Semaphore(self._pace.at_once)
        self._running: dict[str, asyncio.Task[None]] = {}

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever an operation has ended: messages may be due."""
        self._listeners.append(listener)

    async def start(self) -> None:
        """Go on with everything that is not final."""
        async with self._database.reading() as session:
            found = await session.find(Operation, status=_UNDER_WAY, order_by=("created_at",))
        for operation in found:
            self._drive(operation.id)

    async def stop(self) -> None:
        """Stop working; what is not final goes on at the next start."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def repeated(self, request: WriteRequest) -> OperationView | None:
        """The operation that the same request made before, waited for as `accept` waits.

        For use cases that do costly things before `accept`; None where the request is new.

        Raises:
            IdempotencyKeyReused: the key stands for another request.
        """
        async with self._database.reading() as session:
            found = await self._existing(session, request)
        return None if found is None else await self._answer(found.id, request.wait_seconds)

    async def accept(self, intent: Intent) -> OperationView:
        """Store an intent, start it, and wait at most `intent.request.wait_seconds`.

        The same idempotency key and digest give the operation that was made before; the new
        intent is dropped.

        Raises:
            IdempotencyKeyReused: the key stands for another request.
            NotPermitted: a call is for somebody else's account.
            RowConflict: one of the intent's rows clashes with another.
        """
        async with self._database.writing() as session:
            found = await self._existing(session, intent.request)
            if found is None:
                await _require_own_accounts(session, intent)
                if intent.guard is not None:
                    await intent.guard(session)
                found = self._operation(intent)
                session.add(found, *self._calls(intent), *self._messages(intent), *intent.rows)
        return await self._answer(found.id, intent.request.wait_seconds)

    async def view(
        self,
        operation: str,
        *,
        person: str,
        gateways_own: bool = False,
        wait_seconds: float = 0.0,
    ) -> OperationView:
        """An operation as its owner sees it, at its end or after so long.

        With `gateways_own` also one that the gateway wrote by itself.

        Raises:
            NotFound: there is none, or it is another person's.
        """
        view = await self._view(operation)
        owners = {person, GATEWAY} if gateways_own else {person}
        if view is None or view.person not in owners:
            raise NotFound("there is no such operation of yours")
        return view if view.status.final else await self._answer(operation, wait_seconds)

    async def _answer(self, identifier: str, wait_seconds: float) -> OperationView:
        view = await self._view(identifier)
        if view is None or not view.status.final:
            # What has ended is not driven again: listeners hear of each end once.
            await asyncio.wait({self._drive(identifier)}, timeout=wait_seconds)
            view = await self._view(identifier)
        if view is None:
            raise NotFound("there is no such operation")
        return view

    async def _view(self, identifier: str) -> OperationView | None:
        async with self._database.reading() as session:
            operation = await session.get(Operation, identifier)
            if operation is None:
                return None
            calls = await session.find(OperationCall, operation=identifier, order_by=("position",))
        return view_of(operation, calls)

    def _drive(self, identifier: str) -> asyncio.Task[None]:
        task = self._running.get(identifier)
        if task is None:
            task = asyncio.create_task(self._finish(identifier), name=f"operation {identifier}")
            self._running[identifier] = task
            task.add_done_callback(lambda _: self._running.pop(identifier, None))
        return task

    async def _finish(self, identifier: str) -> None:
        pause = self._pace.first_pause
        while True:
            try:
                async with self._slots:
                    await self._execution.run(identifier)
            except _AGAIN as error:
                _log.info("operation waits", operation=identifier, code=error.code)
            except Exception as error:  # noqa: BLE001 - an accepted operation is never dropped
                # The text may hold what somebody wrote: the type and the place are enough.
                _log.error("operation failed", operation=identifier, error=type(error).__name__)
            else:
                for listener in self._listeners:
                    listener()
                return
            await self._pause(pause)
            pause = min(pause * 2, self._pace.longest_pause)

    def _operation(self, intent: Intent) -> Operation:
        effect = intent.effect
        return Operation(
            id=intent.operation,
            person=intent.request.person,
            kind=intent.kind,
            idempotency_key=intent.request.idempotency_key or f"none:{intent.operation}",
            sealed_request=self._box.seal(
                intent.request.request_digest.encode(),
                owner=intent.operation,
                purpose=_REQUEST_PURPOSE,
            ),
            status=OperationStatus.ACCEPTED,
            created_at=self._clock(),
            finished_at=None,
            result=dict(intent.result),
            problem=None,
            effect=effect.name if effect else None,
            effect_arguments=dict(effect.arguments) if effect else {},
        )

    def _calls(self, intent: Intent) -> list[OperationCall]:
        return [
            OperationCall(
                operation=intent.operation,
                position=position,
                function=type(call.command).__name__,
                account=call.account,
                command=call.command.encode(),
                sealed_private=self._sealed(intent, call),
                endorsers=None if call.endorsers is None else sorted(set(call.endorsers)),
                state=CallState.WAITING,
                attempts=0,
                transaction_id=None,
                envelope=None,
                signature=None,
                endorsed_by=[],
                block=None,
                code=None,
            )
            for position, call in enumerate(intent.calls)
        ]

    def _sealed(self, intent: Intent, call: LedgerCall) -> bytes | None:
        if call.private is None:
            return None
        return self._box.seal(
            call.private.encode(), owner=intent.operation, purpose=PRIVATE_PURPOSE
        )

    async def _existing(self, session: Session, request: WriteRequest) -> Operation | None:
        if request.idempotency_key is None:
            return None
        rows = await session.find(
            Operation, person=request.person, idempotency_key=request.idempotency_key
        )
        if not rows:
            return None
        [found] = rows
        before = self._box.open(found.sealed_request, owner=found.id, purpose=_REQUEST_PURPOSE)
        if before != request.request_digest.encode():
            raise IdempotencyKeyReused(
                "this Idempotency-Key came with another request: choose another"
            )
        return found

    def _messages(self, intent: Intent) -> list[OutboxMessage]:
        return [
            OutboxMessage(
                id=new_id(),
                operation=intent.operation,
                position=position,
                recipient=message.recipient,
                kind=message.kind,
                document=dict(message.document),
                body=message.body,
                active=False,
                attempts=0,
                next_attempt_at=self._clock(),
                delivered_at=None,
                problem=None,
            )
            for position, message in enumerate(intent.messages)
        ]


async def _require_own_accounts(session: Session, intent: Intent) -> None:
    new = {row.key: row for row in intent.rows if isinstance(row, Account)}
    for call in intent.calls:
        if call.account == GATEWAY:
            continue
        account = new.get(call.account) or await session.get(Account, call.account)
        if account is None or account.person != intent.request.person:
            raise NotPermitted("a key signs for its own owner alone")
