import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from network.processes.note import ProcessNote


@pytest.fixture
def sleeper() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True
    )


def noted(process: "subprocess.Popen[bytes]") -> ProcessNote:
    note = ProcessNote.of("peer", process.pid)
    assert note is not None
    return note


def test_a_note_survives_being_written(sleeper: "subprocess.Popen[bytes]", tmp_path: Path) -> None:
    note = noted(sleeper)
    note.write(tmp_path / "peer.json")
    assert ProcessNote.read(tmp_path / "peer.json") == note
    assert note.alive()
    assert (note.resident_bytes() or 0) > 0
    note.send(signal.SIGKILL)
    sleeper.wait()
    assert not note.alive()
    assert note.resident_bytes() is None


def test_a_reused_number_is_not_believed(sleeper: "subprocess.Popen[bytes]") -> None:
    note = noted(sleeper)
    earlier = replace(note, start=note.start - 1)
    other_boot = replace(note, boot="another")
    assert not earlier.alive()
    assert not other_boot.alive()
    earlier.send(signal.SIGKILL)
    other_boot.send(signal.SIGKILL)
    assert note.alive()
    note.send(signal.SIGKILL)
    sleeper.wait()


def test_an_ended_child_that_nobody_waited_for_is_not_alive() -> None:
    process = subprocess.Popen([sys.executable, "-c", "pass"], start_new_session=True)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert ProcessNote.of("peer", process.pid) is None
    process.wait()


@pytest.mark.parametrize(
    "content", ["", "{", '{"pid": 1}', "[]", '{"component": "peer", "pid": "x"}']
)
def test_a_damaged_note_is_no_note(tmp_path: Path, content: str) -> None:
    (tmp_path / "note.json").write_text(content)
    assert ProcessNote.read(tmp_path / "note.json") is None
    assert ProcessNote.read(tmp_path / "absent.json") is None
