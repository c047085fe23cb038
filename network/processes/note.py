"""A running process as it is noted on disk; a number that was given away again is not believed."""

import contextlib
import json
import os
import signal
from dataclasses import dataclass
from pathlib import Path

from network.files import write_private

_PROC = Path("/proc")
# Fields of /proc/<pid>/stat counted after the command's closing parenthesis (proc(5)).
_STATE, _START_TIME = 0, 19


@dataclass(frozen=True, slots=True)
class ProcessNote:
    """A process, told apart from a later one of the same number by its start.

    `start` counts clock ticks since boot; `boot` names the boot.
    """

    component: str
    pid: int
    start: int
    boot: str

    @classmethod
    def of(cls, component: str, pid: int) -> "ProcessNote | None":
        """Take the note of a running process; None when it has ended."""
        start = _start_of(pid)
        return None if start is None else cls(component, pid, start, _boot())

    @classmethod
    def read(cls, path: Path) -> "ProcessNote | None":
        """Read a note; None when there is none or it was cut short."""
        try:
            fields = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                component=str(fields["component"]),
                pid=int(fields["pid"]),
                start=int(fields["start"]),
                boot=str(fields["boot"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, path: Path) -> None:
        """Write the note."""
        fields = {
            "component": self.component,
            "pid": self.pid,
            "start": self.start,
            "boot": self.boot,
        }
        write_private(path, json.dumps(fields).encode())

    def alive(self) -> bool:
        """Whether this very process still runs; an ended child is taken off the system's list."""
        # Not a child when another run of the tool started it.
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)
        return self.boot == _boot() and _start_of(self.pid) == self.start

    def send(self, number: signal.Signals) -> None:
        """Signal the process's whole group, unless it has ended."""
        if not self.alive():
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def resident_bytes(self) -> int | None:
        """Memory in use (proportional set size is dearer; resident counts shared pages too)."""
        try:
            pages = int((_PROC / str(self.pid) / "statm").read_text().split()[1])
        except (OSError, ValueError, IndexError):
            return None
        return pages * os.sysconf("SC_PAGE_SIZE")


def _start_of(pid: int) -> int | None:
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[_STATE] in {"Z", "X"} else int(fields[_START_TIME])


def _boot() -> str:
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return "unknown"
