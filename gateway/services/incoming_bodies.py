"""Bodies that come before the message that says what they are.

Nothing on the ledger names a body, so any member could fill the disk: each has room for a few
bodies that no message has claimed, and those are forgotten after a week.
"""

from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from gateway.evidence.store import WorkStore
from gateway.model.learning import SealedWork, UnclaimedBody
from gateway.services.evidence_errors import WorkStoreFull, translated
from gateway.services.ports import Clock, Database, Session

_LARGEST_AT_ONCE: Final = 4
"""How many bodies of the largest size a member may have here unclaimed, arriving ones included."""
_LEAST_CHARGE: Final = 1 << 20
"""Bytes that the smallest body counts: many small ones fill tables and folders too."""
_KEPT: Final = timedelta(days=7)


class IncomingBodies:
    """Takes bodies in, each on its sender's account until a message claims it."""

    def __init__(
        self, *, database: Database, store: WorkStore, clock: Clock, limit_bytes: int
    ) -> None:
        """Take the largest sealed body that is taken."""
        self._database = database
        self._store = store
        self._clock = clock
        self._limit_bytes = limit_bytes
        self._room = _LARGEST_AT_ONCE * max(limit_bytes, _LEAST_CHARGE)
        self._arriving: Counter[str] = Counter()

    @property
    def limit_bytes(self) -> int:
        """The largest sealed body that is taken."""
        return self._limit_bytes

    async def take(self, sender: str, digest: str, chunks: AsyncIterable[bytes]) -> None:
        """Keep a sealed body under its digest.

        Raises:
            BodyAltered: the bytes do not have this digest; nothing was kept.
            WorkStoreFull: also where the sender has too many here that no message has claimed.
            WorkTooLarge, WorkStoreFailed: nothing was kept.
        """
        await self._forget_old(sender)
        async with self._admitted(sender):
            with translated():
                stored = await self._store.put(chunks, limit=self._limit_bytes, expected=digest)
            async with self._database.writing() as session:
                known = await session.count(SealedWork, body=digest)
                if not known and await session.get(UnclaimedBody, digest) is None:
                    charged = max(stored.size, _LEAST_CHARGE)
                    session.add(UnclaimedBody(digest, sender, charged, self._clock()))

    @asynccontextmanager
    async def _admitted(self, sender: str) -> AsyncIterator[None]:
        async with self._database.reading() as session:
            rows = await session.find(UnclaimedBody, sender=sender)
        # From here to the count nothing else runs: each of many at once sees those before it.
        arriving = (self._arriving[sender] + 1) * max(self._limit_bytes, _LEAST_CHARGE)
        if sum(row.charged for row in rows) + arriving > self._room:
            raise WorkStoreFull("too many bodies of yours wait here for their messages")
        self._arriving[sender] += 1
        try:
            yield
        finally:
            self._arriving[sender] -= 1

    async def _forget_old(self, sender: str) -> None:
        before = self._clock() - _KEPT
        async with self._database.writing() as session:
            rows = await session.find(UnclaimedBody, sender=sender, at_most={"received_at": before})
            for row in rows:
                await session.delete(row)
        for row in rows:
            with translated():
                await self._store.delete(row.body)


async def claim(session: Session, body: str) -> None:
    """A message described the body: it is no longer on its sender's account."""
    row = await session.get(UnclaimedBody, body)
    if row is not None:
        await session.delete(row)
