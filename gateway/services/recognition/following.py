"""Follows what decisions were made on: whatever moved on the ledger is decided on anew.

Which records a decision read, and in which version, lies in the database; a sweep asks the own
peer for the versions of all of them, 200 keys a question. So nothing is missed that happened while
the gateway was down, and an event that never came costs seconds. What a sweep did not finish, the
next one finds again: an input's version moves on with the revision alone.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Final

import structlog

from chaincode.domain.errors import DomainError
from gateway.model.recognition import DecisionInput
from gateway.services.errors import ServiceError
from gateway.services.ports import Database
from gateway.services.recognition.following_agreements import FollowingAgreements
from gateway.services.recognition.reconsidering import Moved, Reconsidering
from gateway.services.recognition.snapshot import Snapshot
from gateway.services.records import Records

_log = structlog.get_logger()
_SWEEP_SECONDS: Final = 5.0
_SHARE: Final = 10
"""A sweep that takes long is followed by a pause so many times as long, however often woken."""
_AT_ONCE: Final = 8
_TOGETHER: Final = 200
_FIRST_PAUSE: Final = 5.0
_LONGEST_PAUSE: Final = 3600.0


class Following:
    """Keeps this member's decisions true; `sweep` may be called again after any failure."""

    def __init__(
        self,
        records: Records,
        database: Database,
        reconsidering: Reconsidering,
        agreements: FollowingAgreements | None = None,
    ) -> None:
        self._records = records
        self._database = database
        self._reconsidering = reconsidering
        self._agreements = agreements
        self._wake = asyncio.Event()
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._paused: dict[str, tuple[float, float]] = {}
        """Decisions that could not be recorded: until when they wait, and how long."""
        self._task: asyncio.Task[None] | None = None

    def notify(self) -> None:
        """Something came that decisions may depend on."""
        self._wake.set()

    async def start(self) -> None:
        """Follow from now on; the first sweep finds what moved meanwhile."""
        self._task = asyncio.create_task(self._work(), name="following")

    async def stop(self) -> None:
        """Stop following; the next start finds what is left."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def sweep(self) -> int:
        """Look at every decision whose inputs moved, once; how many were brought up to date.

        Raises:
            LedgerUnavailable: the peer cannot be reached.
        """
        moved = await self.moved()
        done = await asyncio.gather(*(self._follow(key, moved[key]) for key in sorted(moved)))
        if self._agreements is not None:
            # Last: what is decided meanwhile is told by its decision.
            await self._agreements.sweep()
        return sum(done)

    async def moved(self) -> dict[str, Moved]:
        """The decisions whose inputs moved, by ledger key, and what did.

        Raises:
            LedgerUnavailable: the peer cannot be reached.
        """
        async with self._database.reading() as session:
            rows = await session.find(DecisionInput)
        versions = await self._versions(rows)
        seen: dict[str, dict[str, int]] = {}
        again: set[str] = set()
        for row in rows:
            if versions[row.key] != row.version:
                seen.setdefault(row.decision, {})[row.key] = versions[row.key]
            if row.version < 0:
                again.add(row.decision)
        return {key: Moved(keys, key in again) for key, keys in seen.items()}

    async def _versions(self, rows: Sequence[DecisionInput]) -> dict[str, int]:
        keys = sorted({row.key for row in rows})
        versions: dict[str, int] = {}
        for start in range(0, len(keys), _TOGETHER):
            some = keys[start : start + _TOGETHER]
            read = Snapshot(self._records)
            await read.read(some)
            versions |= {key: read.version(key) for key in some}
        return versions

    async def _work(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            self._wake.clear()
            begun = clock()
            try:
                await self.sweep()
            except (ServiceError, DomainError) as error:
                _log.info("following waits", code=error.code)
            except Exception as error:  # noqa: BLE001 - decisions are followed as long as it runs
                _log.error("following failed", error=type(error).__name__)
            pause = _SHARE * (clock() - begun)
            await asyncio.sleep(min(pause, _SWEEP_SECONDS))
            # Not wait_for: before Python 3.12 it loses a cancellation that meets the event.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(pause, _SWEEP_SECONDS)):
                    await self._wake.wait()

    async def _follow(self, key: str, moved: Moved) -> bool:
        now = asyncio.get_running_loop().time()
        until, pause = self._paused.get(key, (now, _FIRST_PAUSE))
        if until > now:
            return False
        async with self._slots:
            done = await self._followed(key, moved)
        if done:
            self._paused.pop(key, None)
        else:
            self._paused[key] = (now + pause, min(2 * pause, _LONGEST_PAUSE))
        return done

    async def _followed(self, key: str, moved: Moved) -> bool:
        try:
            found = await self._reconsidering.again(key, moved)
            return found is None or await self._reconsidering.record(found)
        except (ServiceError, DomainError) as error:
            _log.info("a decision waits", decision=key, code=error.code)
        except Exception as error:  # noqa: BLE001 - the others must not wait for this one
            # The text may hold what is sealed: the type is enough.
            _log.error("following failed", decision=key, error=type(error).__name__)
        return False
