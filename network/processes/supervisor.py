"""Starting, watching and stopping one consortium's processes."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from network.environment import clean_environment
from network.errors import ComponentFailedError
from network.files import PRIVATE_FILE, private_folder
from network.processes.note import ProcessNote

_POLL_SECONDS = 0.05
_TERM_SECONDS = 15.0
_KILL_SECONDS = 5.0
_SHOWN_LINES = 6


# A process begins when its note is written: who is killed before that leaves none behind, since
# the pipe then ends. The shell is replaced, so that number and start stay those of the note.
_ONCE_NOTED = ("/bin/sh", "-c", 'read -r noted && exec "$@" </dev/null', "sh")


class Process(Protocol):
    """A process to be: how messages call it, where its note and its log stand."""

    @property
    def component(self) -> str:
        """Its name within its member."""

    @property
    def title(self) -> str:
        """How messages call it."""

    @property
    def pid_file(self) -> Path:
        """Where the running process is noted."""

    @property
    def log(self) -> Path:
        """Its log."""


@dataclass(frozen=True, slots=True)
class ProcessPlan:
    """What a process is started with: command and variables, never a secret."""

    process: Process
    command: Sequence[str | Path]
    environment: Mapping[str, str] = field(default_factory=dict)


def start(plan: ProcessPlan) -> ProcessNote:
    """Start a process in a session of its own and note it; nothing waits for it.

    Not asynchronous, so that no cancellation can fall between the start and the note.

    Raises:
        ComponentFailedError: the program cannot be run.
    """
    program = plan.command[0]
    if shutil.which(program) is None:
        raise ComponentFailedError(plan.process.title, f"does not start: no program {program}")
    private_folder(plan.process.log.parent)
    log = os.open(plan.process.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
    waiting, noted = os.pipe()
    try:
        process = subprocess.Popen(  # noqa: S603 - our own plans, no shell of theirs
            [*_ONCE_NOTED, *plan.command],
            stdin=waiting,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**clean_environment(), **plan.environment},
            cwd="/",
            start_new_session=True,
            umask=0o077,
        )
        note = ProcessNote.of(plan.process.component, process.pid)
        # The process is left to itself from here on: its note, not this object, stands for it.
        process.returncode = 0
        if note is None:
            raise ComponentFailedError(
                plan.process.title, _last_words(plan.process.log), plan.process.log
            )
        note.write(plan.process.pid_file)
        with contextlib.suppress(BrokenPipeError):  # it was ended: whoever waits for it is told
            os.write(noted, b"\n")
    except OSError as error:
        raise ComponentFailedError(
            plan.process.title, f"does not start: {error}", plan.process.log
        ) from error
    finally:
        for number in (log, waiting, noted):
            os.close(number)
    return note


async def wait_until(
    process: Process,
    note: ProcessNote,
    ready: Callable[[], Awaitable[bool]],
    *,
    seconds: float,
) -> None:
    """Wait until a process is ready, watching that it lives.

    Args:
        process: what was started.
        note: the process.
        ready: asks the process itself; False or OSError mean not yet.
        seconds: the safety net.

    Raises:
        ComponentFailedError: it ended, or was not ready in time; its last words are quoted.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            if await ready():
                return
        except OSError:
            pass
        if not note.alive():
            raise ComponentFailedError(
                process.title, f"ended. {_last_words(process.log)}", process.log
            )
        if time.monotonic() > deadline:
            reason = f"not ready after {seconds:g} s. {_last_words(process.log)}"
            raise ComponentFailedError(process.title, reason, process.log)
        await asyncio.sleep(_POLL_SECONDS)


async def stop(pid_files: Iterable[Path]) -> list[str]:
    """Stop the noted processes, politely and then not, and remove their notes.

    Returns:
        The components that had to be killed.
    """
    noted = _noted(pid_files)
    for _, note in noted:
        note.send(signal.SIGTERM)
    left = await _ended([note for _, note in noted], _TERM_SECONDS)
    await _kill(left)
    for path, _ in noted:
        path.unlink(missing_ok=True)
    return [note.component for note in left]


async def kill(pid_files: Iterable[Path]) -> None:
    """End the noted processes at once, for where nothing that they hold is kept."""
    noted = _noted(pid_files)
    await _kill([note for _, note in noted])
    for path, _ in noted:
        path.unlink(missing_ok=True)


def _noted(pid_files: Iterable[Path]) -> list[tuple[Path, ProcessNote]]:
    return [(path, note) for path in pid_files if (note := ProcessNote.read(path)) is not None]


async def _kill(notes: list[ProcessNote]) -> None:
    for note in notes:
        note.send(signal.SIGKILL)
    await _ended(notes, _KILL_SECONDS)


async def _ended(notes: list[ProcessNote], seconds: float) -> list[ProcessNote]:
    deadline = time.monotonic() + seconds
    # Whoever started them, only the system knows when they have ended: it is asked.
    while (left := [n for n in notes if n.alive()]) and time.monotonic() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(_POLL_SECONDS)
    return left


def _last_words(log: Path) -> str:
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "Its last words:\n" + "\n".join(lines[-_SHOWN_LINES:])
