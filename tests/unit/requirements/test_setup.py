"""Making the virtual environment: what a person sees who stops it, or lacks a part of Python."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.support.documents import ROOT

SECONDS = 60


def begun(folder: Path, python: str) -> "subprocess.Popen[str]":
    """Begin, as a person's terminal does: a group of processes that Ctrl-C reaches as a whole."""
    return subprocess.Popen(  # noqa: S603 - our own script
        ["/bin/sh", "requirements/setup.sh", str(folder)],
        cwd=ROOT,
        env=os.environ | {"PYTHON": python},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_who_interrupts_the_making_of_the_environment_sees_no_traceback(tmp_path: Path) -> None:
    folder = tmp_path / "venv"
    process = begun(folder, sys.executable)
    ends = time.monotonic() + SECONDS
    while not (folder / "bin" / "python").exists():
        assert time.monotonic() < ends
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=SECONDS)
    assert out == f"setup: making the virtual environment in {folder}\n"
    assert err == "setup: interrupted; the next try goes on\n"
    assert process.returncode == 130


def test_what_venv_says_of_its_failure_is_told(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\n[ "$1" = -c ] && exit 0\necho ensurepip is not here\nexit 1\n')
    python.chmod(0o755)
    process = begun(tmp_path / "venv", str(python))
    _, err = process.communicate(timeout=SECONDS)
    assert err.splitlines()[0] == "ensurepip is not here"
    assert "apt install python3-venv" in err
    assert process.returncode == 1
