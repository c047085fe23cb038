"""Whether ports are free, and who has them when they are not."""

import contextlib
import socket
import time
from collections.abc import Iterable
from pathlib import Path

from network.endpoint import Endpoint
from network.errors import PortTakenError

_LISTENING = "0A"
_UNSEEN = "a process that this user cannot see"
_LEAVING_SECONDS = 2.0
"""A program counts as ended with its first thread; the others may hold its ports a moment longer,
and nobody's files show them."""
_PROC = Path("/proc")
_LENT = _PROC / "sys/net/ipv4/ip_local_port_range"


def taken(endpoint: Endpoint) -> bool:
    """Whether something listens there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((endpoint.host, endpoint.port))
        except OSError:
            return True
    return False


def need_free(endpoints: Iterable[tuple[str, Endpoint]]) -> None:
    """Check that all ports are free before anything is started.

    Args:
        endpoints: every component's name with where it will listen.

    Raises:
        PortTakenError: one is taken; all taken ones are named, with their owner where known.
    """
    needed = list(endpoints)
    until = time.monotonic() + _LEAVING_SECONDS
    lines = _taken_ones(needed)
    while any(line.endswith(_UNSEEN) for line in lines) and time.monotonic() < until:
        time.sleep(0.05)
        lines = _taken_ones(needed)
    if lines:
        advice = (
            "Stop what listens there, or choose other ports: --port-offset, "
            "or CROSSCREDIT_PORT_OFFSET."
        )
        raise PortTakenError("\n".join([*lines, advice]))


def _taken_ones(needed: Iterable[tuple[str, Endpoint]]) -> list[str]:
    return [
        f"port {endpoint.port}, needed by {component}, is taken by {owner(endpoint.port)}"
        for component, endpoint in needed
        if taken(endpoint)
    ]


def lent(endpoints: Iterable[Endpoint]) -> str | None:
    """Say which of the ports the system may give to any outgoing connection; None where none."""
    try:
        first, last = map(int, _LENT.read_text(encoding="ascii").split())
    except (OSError, ValueError):
        return None
    ports = sorted({one.port for one in endpoints if first <= one.port <= last})
    if not ports:
        return None
    return (
        f"Ports {ports[0]} to {ports[-1]} are among those that this machine gives to outgoing "
        f"connections ({first} to {last}): one of them can be taken when it is needed. "
        "Should the start fail, choose a smaller --port-offset."
    )


def owner(port: int) -> str:
    """Name the process that listens on a port, as far as the system tells."""
    inodes = _listening_inodes(port)
    if not inodes:
        return "an outgoing connection, for a minute or so"
    for folder in _PROC.glob("[0-9]*"):
        if _open_files(folder) & inodes:
            return f"{_command(folder)} (process {folder.name})"
    return _UNSEEN


def _open_files(process: Path) -> set[str]:
    links = set()
    # A process may end, and close files, meanwhile; others' are not to be looked at.
    with contextlib.suppress(OSError):
        for link in (process / "fd").iterdir():
            with contextlib.suppress(OSError):
                links.add(str(link.readlink()))
    return links


def _listening_inodes(port: int) -> set[str]:
    inodes = set()
    for table in ("net/tcp", "net/tcp6"):
        try:
            lines = (_PROC / table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    return inodes


def _command(folder: Path) -> str:
    try:
        line = (folder / "cmdline").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "a process"
    return Path(line.partition("\0")[0]).name or "a process"


def free_offset(endpoint_sets: Iterable[tuple[int, Iterable[Endpoint]]]) -> int:
    """Return the first offset all of whose endpoints are free.

    Raises:
        PortTakenError: there is none among those offered.
    """
    for offset, endpoints in endpoint_sets:
        if not any(taken(endpoint) for endpoint in endpoints):
            return offset
    raise PortTakenError("no offered range of ports is free; choose one with --port-offset")
