import asyncio

import pytest

from network.interrupt import whole


async def test_a_cancellation_does_not_cut_short_what_is_awaited_whole() -> None:
    begun, may_end, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def clear_up() -> None:
        begun.set()
        await may_end.wait()
        done.set()

    task = asyncio.create_task(whole(clear_up()))
    await begun.wait()
    for _ in range(2):
        task.cancel()
        await asyncio.sleep(0)
        assert not task.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done.is_set()


async def test_results_and_errors_come_through() -> None:
    async def answer(*, fails: bool) -> int:
        await asyncio.sleep(0)
        if fails:
            raise ValueError
        return 42

    assert await whole(answer(fails=False)) == 42
    with pytest.raises(ValueError):  # noqa: PT011 - it has no text
        await whole(answer(fails=True))
