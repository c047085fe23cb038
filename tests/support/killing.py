"""Adapters of a process that is killed at a chosen moment."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from chaincode.domain.commands.base import Arguments, Command, Query
from chaincode.domain.json_value import JsonValue
from gateway.model.ledger import Endorsed, Identity, Proposed, TransactionOutcome
from gateway.services.ports import Ledger, Session, Signer


class Killed(BaseException):
    """The process is gone: nothing catches this."""


class Fuse:
    """Counts moments and kills at one of them, once."""

    def __init__(self, at: int | None) -> None:
        self.at = at
        self.passed = 0

    def reach(self) -> None:
        if self.passed == self.at:
            # Whatever runs in the process is gone with it: nobody waits to hear how it ended.
            for task in asyncio.all_tasks():
                task.add_done_callback(_heard)
            raise Killed
        self.passed += 1


def _heard(task: "asyncio.Task[Any]") -> None:
    if not task.cancelled():
        task.exception()


class KillableDatabase:
    def __init__(self, inner: Any, fuse: Fuse) -> None:
        self._inner = inner
        self._fuse = fuse

    async def open(self) -> None:
        await self._inner.open()

    async def close(self) -> None:
        await self._inner.close()

    async def has_room(self) -> bool:
        return True

    def reading(self) -> Any:
        return self._inner.reading()

    def one_view(self) -> Any:
        return self._inner.one_view()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Session]:
        self._fuse.reach()
        async with self._inner.writing() as session:
            yield session
        self._fuse.reach()


class KillableLedger:
    def __init__(self, inner: Ledger, fuse: Fuse) -> None:
        self._inner = inner
        self._fuse = fuse

    @property
    def is_ledger(self) -> bool:
        return self._inner.is_ledger

    async def evaluate(
        self, identity: Identity, signer: Signer, query: Query, private: Arguments | None = None
    ) -> Mapping[str, JsonValue]:
        return await self._inner.evaluate(identity, signer, query, private)

    async def prepare(
        self, identity: Identity, command: Command, private: Arguments | None = None
    ) -> Proposed:
        self._fuse.reach()
        return await self._inner.prepare(identity, command, private)

    async def endorse(
        self, proposed: Proposed, signature: bytes, endorsers: tuple[str, ...] | None
    ) -> Endorsed:
        self._fuse.reach()
        answer = await self._inner.endorse(proposed, signature, endorsers)
        self._fuse.reach()
        return answer

    async def submit(self, endorsed: Endorsed, signature: bytes) -> None:
        self._fuse.reach()
        await self._inner.submit(endorsed, signature)
        self._fuse.reach()

    async def outcome(
        self, identity: Identity, signer: Signer, transaction_id: str, *, wait_seconds: float
    ) -> TransactionOutcome:
        answer = await self._inner.outcome(
            identity, signer, transaction_id, wait_seconds=wait_seconds
        )
        self._fuse.reach()
        return answer
