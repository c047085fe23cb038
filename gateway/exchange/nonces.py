"""Seeing a request twice."""

import heapq
from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from gateway.exchange.errors import NonceStoreFull, RequestReplayed

_CAPACITY: Final = 100_000


class NonceStore(Protocol):
    """Remembers nonces as long as their requests would still be taken.

    A gateway whose process may restart, or that has several, needs one that outlives a process.
    """

    async def claim(self, sender: str, nonce: str, *, until: datetime) -> None:
        """Remember a nonce of a sender until then; at most one caller gets through.

        Raises:
            RequestReplayed: it was claimed before.
            NonceStoreFull: it cannot be remembered now.
        """


class MemoryNonceStore:
    """A `NonceStore` for one process: a restart forgets."""

    def __init__(self, clock: Callable[[], datetime], *, capacity: int = _CAPACITY) -> None:
        """Take a clock of aware times; `capacity` bounds the memory that signers can take."""
        self._clock = clock
        self._capacity = capacity
        self._seen: set[tuple[str, str]] = set()
        self._by_time: list[tuple[datetime, tuple[str, str]]] = []

    async def claim(self, sender: str, nonce: str, *, until: datetime) -> None:
        """Remember a nonce: see `NonceStore.claim`."""
        now = self._clock()
        while self._by_time and self._by_time[0][0] < now:
            self._seen.discard(heapq.heappop(self._by_time)[1])
        key = (sender, nonce)
        if key in self._seen:
            raise RequestReplayed("this request was taken before: sign a new one")
        if len(self._seen) >= self._capacity:
            raise NonceStoreFull("too many requests at once: send again in a few minutes")
        self._seen.add(key)
        heapq.heappush(self._by_time, (until, key))
