import asyncio
import sys
from pathlib import Path

import pytest

from network.commands import run
from network.errors import CommandFailedError
from network.processes.note import ProcessNote


async def test_output_of_both_kinds_is_returned_and_watched() -> None:
    seen: list[str] = []
    code = "import sys; print('one', flush=True); print('two', file=sys.stderr)"
    assert await run([sys.executable, "-c", code], timeout=30, watch=seen.append) == "one\ntwo"
    assert seen == ["one", "two"]


async def test_a_failure_quotes_the_end_of_what_was_printed() -> None:
    code = "[print('line', n) for n in range(40)]; raise SystemExit(3)"
    with pytest.raises(CommandFailedError, match="ended with status 3") as caught:
        await run([sys.executable, "-c", code], timeout=30)
    assert caught.value.status == 3
    assert caught.value.output.splitlines()[-1] == "line 39"
    assert "line 1\n" not in caught.value.output


async def test_a_command_that_is_not_there_fails(tmp_path: Path) -> None:
    with pytest.raises(CommandFailedError, match="status 127"):
        await run([tmp_path / "absent"], timeout=30)


async def test_a_command_that_does_not_end_is_killed() -> None:
    with pytest.raises(CommandFailedError, match=r"no end after 0\.3 s"):
        await run([sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.3)


async def test_a_cancelled_command_leaves_no_process() -> None:
    numbers: list[str] = []
    printed = asyncio.Event()

    def watch(line: str) -> None:
        numbers.append(line)
        printed.set()

    code = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    task = asyncio.ensure_future(run([sys.executable, "-c", code], timeout=60, watch=watch))
    await printed.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ProcessNote.of("command", int(numbers[0])) is None


async def test_settings_from_outside_do_not_reach_a_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CORE_PEER_LOCALMSPID", "other")
    code = "import os; print(os.environ.get('CORE_PEER_LOCALMSPID'), os.environ['MINE'])"
    printed = await run([sys.executable, "-c", code], timeout=30, environment={"MINE": "yes"})
    assert printed == "None yes"
