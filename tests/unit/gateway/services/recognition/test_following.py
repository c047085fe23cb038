"""When who follows decisions looks: at once where it is woken, and never all the time."""

import asyncio
from typing import cast

import pytest

from gateway.services.ports import Database
from gateway.services.recognition import following
from gateway.services.recognition.following import Following
from gateway.services.recognition.reconsidering import Reconsidering
from gateway.services.records import Records

_SAFE_SECONDS = 30.0


class Looking(Following):
    """Notes when it looks instead of asking the ledger."""

    def __init__(self, *, seconds: float) -> None:
        super().__init__(cast("Records", None), cast("Database", None), cast("Reconsidering", None))
        self.begun: list[float] = []
        self.ended: list[float] = []
        self._seconds = seconds

    async def sweep(self) -> int:
        clock = asyncio.get_running_loop().time
        self.begun.append(clock())
        await asyncio.sleep(self._seconds)
        self.ended.append(clock())
        return 0

    async def looked(self, times: int) -> None:
        async with asyncio.timeout(_SAFE_SECONDS):
            while len(self.ended) < times:  # noqa: ASYNC110 - what is watched is a plain list
                await asyncio.sleep(0.005)


async def test_it_looks_as_soon_as_it_is_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_SWEEP_SECONDS", 3600.0)
    looking = Looking(seconds=0.0)
    await looking.start()
    try:
        await looking.looked(1)
        looking.notify()
        await looking.looked(2)
    finally:
        await looking.stop()


async def test_it_looks_without_being_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_SWEEP_SECONDS", 0.01)
    looking = Looking(seconds=0.0)
    await looking.start()
    try:
        await looking.looked(3)
    finally:
        await looking.stop()


async def test_looks_that_take_long_are_rare_however_often_it_is_woken() -> None:
    looking = Looking(seconds=0.05)
    await looking.start()
    try:
        async with asyncio.timeout(_SAFE_SECONDS):
            while len(looking.begun) < 3:
                looking.notify()
                await asyncio.sleep(0.005)
    finally:
        await looking.stop()
    pauses = [begun - ended for begun, ended in zip(looking.begun[1:], looking.ended, strict=False)]
    assert all(pause >= 0.5 for pause in pauses), pauses
