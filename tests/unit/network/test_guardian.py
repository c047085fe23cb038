import subprocess
import sys
from pathlib import Path

import pytest

from network.files import private_folder
from network.guardian import KEEP
from network.processes.note import ProcessNote


def sleeping(state: Path) -> "subprocess.Popen[bytes]":
    run = private_folder(state / "members" / "alpha" / "run")
    sleeper = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True
    )
    note = ProcessNote.of("peer", sleeper.pid)
    assert note is not None
    note.write(run / "peer.json")
    return sleeper


def guardian(*arguments: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "network.guardian", *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own command


@pytest.mark.parametrize("remove", [True, False])
def test_everything_is_stopped_when_the_guarded_is_gone(tmp_path: Path, *, remove: bool) -> None:
    state = tmp_path / "state"
    sleeper = sleeping(state)
    process = guardian(str(state), *(["--remove"] if remove else []))
    process.communicate(timeout=60)  # the pipe ends, as it does when its owner is killed
    assert process.returncode == 0
    assert sleeper.wait(timeout=60) != 0
    assert state.exists() is not remove


def test_nothing_is_touched_when_all_is_well(tmp_path: Path) -> None:
    state = tmp_path / "state"
    sleeper = sleeping(state)
    process = guardian(str(state), "--remove")
    process.communicate(KEEP, timeout=60)
    assert process.returncode == 0
    assert state.exists()
    assert sleeper.poll() is None
    sleeper.kill()
    sleeper.wait()
