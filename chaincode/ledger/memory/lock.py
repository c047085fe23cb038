"""Many simulations or one commit at a time, as on a Fabric peer: commits go first."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class CommitLock:
    """A simulation sees one block height from beginning to end."""

    def __init__(self) -> None:
        """Start free."""
        self._simulations = 0
        self._commits_waiting = 0
        self._committing = False
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def simulating(self) -> AsyncIterator[None]:
        """Hold the committed state still; shared with other simulations."""
        async with self._changed:
            while self._committing or self._commits_waiting:
                await self._changed.wait()
            self._simulations += 1
        try:
            yield
        finally:
            async with self._changed:
                self._simulations -= 1
                self._changed.notify_all()

    @asynccontextmanager
    async def committing(self) -> AsyncIterator[None]:
        """Have the state alone, once the running simulations have ended."""
        async with self._changed:
            self._commits_waiting += 1
            try:
                while self._simulations or self._committing:
                    await self._changed.wait()
            finally:
                self._commits_waiting -= 1
            self._committing = True
        try:
            yield
        finally:
            async with self._changed:
                self._committing = False
                self._changed.notify_all()
