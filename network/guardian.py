"""`python -m network.guardian STATE [--remove]`: clear up STATE should the one guarded be killed.

Whoever starts it holds the other end of its standard input, a pipe, and writes `KEEP` when all is
well. If the pipe ends without, as it does when that process is killed even by SIGKILL, everything
noted in STATE is stopped, and with --remove the directory is removed too.
"""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from network.interrupt import whole

KEEP = b"keep"
_END_SECONDS = 60.0


@asynccontextmanager
async def guarded(state: Path, *, remove: bool) -> AsyncIterator[None]:
    """Have a process of its own clear up a state directory should this one be killed.

    However the block ends, it ends here: clearing up is then the caller's.
    """
    guardian = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "network.guardian",
        str(state),
        *(["--remove"] if remove else []),
        stdin=asyncio.subprocess.PIPE,
        cwd="/",
        start_new_session=True,
    )
    try:
        yield
    finally:
        await whole(_dismiss(guardian))


async def _dismiss(guardian: asyncio.subprocess.Process) -> None:
    with suppress(ConnectionError):
        async with asyncio.timeout(_END_SECONDS):
            await guardian.communicate(KEEP)


def main(arguments: list[str]) -> int:
    """Guard one state directory."""
    state, *options = arguments
    # A terminal's Ctrl-C and a closing terminal are for the guarded process, which then ends.
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if sys.stdin.buffer.read() != KEEP:
        _clear_up(Path(state), remove="--remove" in options)
    return 0


def _clear_up(state: Path, *, remove: bool) -> None:
    # Imported here, so that a guardian that is never needed costs next to nothing.
    from network.down import kill_noted, stop_noted  # noqa: PLC0415
    from network.files import remove_tree  # noqa: PLC0415

    if remove:
        asyncio.run(kill_noted(state))
        remove_tree(state)
    else:
        asyncio.run(stop_noted(state))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
