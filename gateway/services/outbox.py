"""Messages to other members' gateways: delivered until acknowledged, in order for each."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
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
        self._delivering: dict[str, asyncio.Task[None]] = {}
        """By recipient."""

    def notify(self) -> None:
        """Something may be due."""
        self._wake.set()

    async def start(self) -> None:
        """Deliver from now on."""
        self._task = asyncio.create_task(self._work(), name="outbox")

    async def stop(self) -> None:
        """Stop delivering; what is left goes at the next start."""
        tasks = [*self._delivering.values(), *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def deliver_due(self) -> int:
        """Try once whatever is due; how many were delivered."""
        recipients = await self._recipients(at_most={"next_attempt_at": self._clock()})
        return sum(await asyncio.gather(*map(self._deliver_to, recipients)))

    async def _work(self) -> None:
        while True:
            self._wake.clear()
            try:
                pause = await self._begin()
            except Exception as error:  # noqa: BLE001 - a message is never given up
                _log.error("delivery failed", error=type(error).__name__)
                pause = self._pace.first_pause
            # Not wait_for: before Python 3.12 it loses a cancellation that meets the event.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()

    async def _begin(self) -> float:
        """Deliver to each member by itself: one that takes its time holds up nobody else.

        Returns:
            How long nothing else is due, in seconds.
        """
        for recipient in await self._recipients(at_most={"next_attempt_at": self._clock()}):
            if recipient not in self._delivering:
                task = asyncio.create_task(self._deliver_all(recipient), name="delivery")
                self._delivering[recipient] = task
                task.add_done_callback(partial(self._ended, recipient))
        return await self._until_next()

    def _ended(self, recipient: str, _task: asyncio.Task[None]) -> None:
        del self._delivering[recipient]
        self._wake.set()

    async def _deliver_all(self, recipient: str) -> None:
        try:
            while await self._deliver_to(recipient):
                pass
        except Exception as error:  # noqa: BLE001 - a message is never given up
            _log.error("delivery failed", error=type(error).__name__)
            await asyncio.sleep(self._pace.first_pause)

    async def _deliver_to(self, recipient: str) -> int:
        async with self._database.reading() as session:
            found = await session.find(
                OutboxMessage,
                recipient=recipient,
                active=True,
                delivered_at=None,
                at_most={"next_attempt_at": self._clock()},
                order_by=("next_attempt_at", "operation", "position"),
                limit=_BATCH,
            )
        return await self._deliver_in_order(found)

    async def _recipients(self, *, at_most: Mapping[str, object] | None = None) -> set[str]:
        """For whom something is left to be delivered."""
        async with self._database.reading() as session:
            found = await session.values(
                OutboxMessage, "recipient", active=True, delivered_at=None, at_most=at_most
            )
        return {str(recipient) for recipient in found}

    async def _until_next(self) -> float:
        """How long nothing is due for members to whom nothing is being delivered."""
        waiting = tuple(await self._recipients() - self._delivering.keys())
        async with self._database.reading() as session:
            found = await session.find(
                OutboxMessage,
                recipient=waiting,
                active=True,
                delivered_at=None,
                order_by=("next_attempt_at",),
                limit=1,
            )
        if not found:
            return self._pace.idle
        wait = (found[0].next_attempt_at - self._clock()).total_seconds()
        return min(max(wait, 0.0), self._pace.idle)

    async def _deliver_in_order(self, messages: Sequence[OutboxMessage]) -> int:
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
