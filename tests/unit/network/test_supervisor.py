import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from network.errors import ComponentFailedError
from network.processes.note import ProcessNote
from network.processes.supervisor import ProcessPlan, kill, start, stop, wait_until


@dataclass(frozen=True)
class Named:
    folder: Path
    component: str = "peer"

    @property
    def title(self) -> str:
        return f"alpha/{self.component}"

    @property
    def pid_file(self) -> Path:
        return self.folder / "run" / f"{self.component}.json"

    @property
    def log(self) -> Path:
        return self.folder / "logs" / f"{self.component}.log"


def python(process: Named, code: str) -> ProcessPlan:
    return ProcessPlan(process, [sys.executable, "-c", code], {"CHAINCODE_OWN": "given"})


async def never() -> bool:
    return False


async def test_a_process_is_noted_logged_and_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORE_PEER_ADDRESS", "from outside")
    named = Named(tmp_path)
    code = (
        "import os, time; print(os.environ.get('CORE_PEER_ADDRESS'),"
        " os.environ['CHAINCODE_OWN'], os.getsid(0) == os.getpid(), flush=True); time.sleep(60)"
    )
    note = start(python(named, code))
    assert ProcessNote.read(named.pid_file) == note

    async def printed() -> bool:
        return "\n" in named.log.read_text()

    await wait_until(named, note, printed, seconds=30)
    assert named.log.read_text() == "None given True\n"
    assert named.log.stat().st_mode & 0o077 == 0
    assert await stop([named.pid_file]) == []
    assert not note.alive()
    assert not named.pid_file.exists()


async def test_a_process_that_ends_is_reported_with_its_last_words(tmp_path: Path) -> None:
    named = Named(tmp_path)
    note = start(python(named, "import time; time.sleep(0.2); raise SystemExit('no such key')"))
    with pytest.raises(ComponentFailedError, match=r"alpha/peer: ended.*\n.*no such key") as caught:
        await wait_until(named, note, never, seconds=30)
    assert caught.value.log == named.log


async def test_a_process_that_never_answers_is_reported(tmp_path: Path) -> None:
    named = Named(tmp_path)
    note = start(python(named, "import time; time.sleep(60)"))
    with pytest.raises(ComponentFailedError, match=r"not ready after 0\.2 s"):
        await wait_until(named, note, never, seconds=0.2)
    await stop([named.pid_file])


async def test_a_program_that_is_not_there_is_reported(tmp_path: Path) -> None:
    plan = ProcessPlan(Named(tmp_path), [tmp_path / "absent"])
    with pytest.raises(ComponentFailedError, match="does not start"):
        start(plan)
    assert not plan.process.pid_file.exists()


async def test_what_could_not_be_noted_never_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named, begun = Named(tmp_path), tmp_path / "begun"
    pids = []

    def full(note: ProcessNote, _path: Path) -> None:
        pids.append(note.pid)
        raise OSError("no space left")

    monkeypatch.setattr(ProcessNote, "write", full)
    with pytest.raises(ComponentFailedError, match="no space left"):
        start(python(named, f"open({str(begun)!r}, 'w')"))
    await asyncio.to_thread(os.waitpid, pids[0], 0)
    assert not begun.exists()


async def test_what_ignores_the_polite_signal_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("network.processes.supervisor._TERM_SECONDS", 0.3)
    named = Named(tmp_path)
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        " print('deaf', flush=True); time.sleep(60)"
    )
    note = start(python(named, code))

    async def deaf() -> bool:
        return await asyncio.to_thread(named.log.read_text) == "deaf\n"

    await wait_until(named, note, deaf, seconds=30)
    assert await stop([named.pid_file]) == ["peer"]
    assert not note.alive()


async def test_children_of_a_process_end_with_it(tmp_path: Path) -> None:
    named = Named(tmp_path)
    code = (
        "import subprocess, sys, time;"
        " c = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        " print(c.pid, flush=True); time.sleep(60)"
    )
    note = start(python(named, code))

    async def printed() -> bool:
        return "\n" in named.log.read_text()

    await wait_until(named, note, printed, seconds=30)
    child = ProcessNote.of("child", int(named.log.read_text()))
    assert child is not None
    await stop([named.pid_file])

    async def gone() -> bool:
        return not child.alive()

    await wait_until(named, child, gone, seconds=30)


async def test_what_nothing_is_kept_of_is_not_asked_to_end(tmp_path: Path) -> None:
    named = Named(tmp_path)
    asked = tmp_path / "asked"
    code = (
        "import signal, sys, time; from pathlib import Path;"
        f" signal.signal(signal.SIGTERM, lambda *_: Path({str(asked)!r}).touch());"
        " print('ready', flush=True); time.sleep(60)"
    )
    note = start(python(named, code))

    async def ready() -> bool:
        return "ready" in named.log.read_text()

    await wait_until(named, note, ready, seconds=30)
    await kill([named.pid_file])
    assert not note.alive()
    assert not asked.exists()
    assert not named.pid_file.exists()
