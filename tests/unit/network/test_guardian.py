import subprocess
import sys
from pathlib import Path

from network.files import private_folder
from network.processes.note import ProcessNote


def test_the_guardian_clears_up_when_the_guarded_is_gone(tmp_path: Path) -> None:
    state = tmp_path / "state"
    run = private_folder(state / "members" / "alpha" / "run")
    sleeper = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True
    )
    note = ProcessNote.of("peer", sleeper.pid)
    assert note is not None
    note.write(run / "peer.json")
    guardian = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "network.guardian", str(state)], stdin=subprocess.PIPE
    )
    assert guardian.stdin is not None
    assert note.alive()
    guardian.stdin.close()  # as the system does when the guarded process is killed
    sleeper.wait(timeout=60)
    assert guardian.wait(timeout=60) == 0
    assert not state.exists()
