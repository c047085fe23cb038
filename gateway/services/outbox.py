"""Messages to other members' gateways: delivered until acknowledged, in order for each."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from gateway.model.operations import OutboxMessage
from gateway.services.errors import ServiceError
from gateway.services.ports import Clock, Courier, Database

_log = structlog.get_logger()
_BATCH: Final = 200
_PROBLEM_LENGTH: Final = 500


@dataclass(frozen=True, slots=True)
class DeliveryPace:
    """How often a delivery is tried again, in seconds."""

    first_pause: float = 1.0
    longest_pause: float = 300.0
    idle: float = 60.0
    """How long it sleeps at most when nothing is due."""


class Outbox:
    """Delivers what committed operations left to be sent."""

    def __init__(
        self,
        *,
        database: Database,
        courier: Courier,
        clock: Clock,
        pace: DeliveryPace | None = None,
    ) -> None:
        """Take the courier that knows the way."""
        self._database = database
        self._courier = courier
        self._clock = clock
        self._pace = pace or DeliveryPace()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def notify(self) -> None:
        """Something may be due."""
        self._wake.set()

    async def start(self) -> None:
        """Deliver from now on."""
        self._task = asyncio.create_task(self._work(), name="outbox")

    async def stop(self) -> None:
        """Stop delivering; what is left goes at the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def deliver_due(self) -> int:
        """Try once whatever is due; how many were delivered."""
        by_recipient: dict[str, list[OutboxMessage]] = {}
        for message in await self._due():
            by_recipient.setdefault(message.recipient, []).append(message)
        delivered = await asyncio.gather(*map(self._deliver_in_order, by_recipient.values()))
        return sum(delivered)

    async def _work(self) -> None:
        while True:
            self._wake.clear()
            try:
                if await self.deliver_due():
                    continue
                pause = await self._until_next()
            except Exception as error:  # noqa: BLE001 - a message is never given up
                _log.error("delivery failed", error=type(error).__name__)
                pause = self._pace.first_pause
            # Not wait_for: before Python 3.12 it loses a cancellation that meets the event.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()

    async def _due(self) -> Sequence[OutboxMessage]:
        async with self._database.reading() as session:
            return await session.find(
                OutboxMessage,
                active=True,
                delivered_at=None,
                at_most={"next_attempt_at": self._clock()},
                order_by=("next_attempt_at", "operation", "position"),
                limit=_BATCH,
            )

    async def _until_next(self) -> float:
        async with self._database.reading() as session:
            found = await session.find(
                OutboxMessage,
                active=True,
                delivered_at=None,
                order_by=("next_attempt_at",),
                limit=1,
            )
        if not found:
            return self._pace.idle
        wait = (found[0].next_attempt_at - self._clock()).total_seconds()
        return min(max(wait, 0.0), self._pace.idle)

    async def _deliver_in_order(self, messages: list[OutboxMessage]) -> int:
        for delivered, message in enumerate(messages):
            try:
                await self._courier.deliver(message)
            except ServiceError as error:
                await self._failed(message, f"{error.code}: {error.detail}")
                return delivered
            except Exception as error:  # noqa: BLE001 - another message must not wait for this one
                await self._failed(message, type(error).__name__)
                return delivered
            await self._delivered(message)
        return len(messages)

    async def _delivered(self, message: OutboxMessage) -> None:
        async with self._database.writing() as session:
            row = await session.get(OutboxMessage, message.id)
            if row is not None:
                row.delivered_at = self._clock()
                row.problem = None

    async def _failed(self, message: OutboxMessage, problem: str) -> None:
        _log.info("message waits", message=message.id, kind=message.kind, to=message.recipient)
        doublings = min(message.attempts, 20)
        pause = min(self._pace.first_pause * 2**doublings, self._pace.longest_pause)
        async with self._database.writing() as session:
            row = await session.get(OutboxMessage, message.id)
            if row is not None:
                row.attempts += 1
                row.problem = problem[:_PROBLEM_LENGTH]
                row.next_attempt_at = self._clock() + timedelta(seconds=pause)
