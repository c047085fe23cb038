"""Running a command that ends by itself."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from network.environment import clean_environment
from network.errors import CommandFailedError

_SHOWN_LINES = 15


async def run(
    command: Sequence[str | Path],
    *,
    timeout: float,  # noqa: ASYNC109 - the timeout kills the command, not only the wait
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    watch: Callable[[str], None] | None = None,
) -> str:
    """Run a command and return what it printed on both its outputs.

    The command gets a process group of its own, which is killed when the caller is cancelled.

    Args:
        command: program and arguments; never a secret, since anybody may list them.
        timeout: seconds after which the command is killed.
        environment: variables added to the tool's own.
        folder: where to run it.
        watch: called with every line as it is printed.

    Raises:
        CommandFailedError: it could not be started, ended with an error, or took too long.
    """
    name = Path(command[0]).name
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**clean_environment(), **(environment or {})},
            cwd=folder,
            start_new_session=True,
            umask=0o077,
            limit=1 << 20,
        )
    except OSError as error:
        raise CommandFailedError(name, 127, error.strerror or str(error)) from error
    lines: list[str] = []
    try:
        async with asyncio.timeout(timeout):
            if process.stdout is not None:
                async for raw in process.stdout:
                    line = raw.decode(errors="replace").rstrip()
                    lines.append(line)
                    if watch is not None:
                        watch(line)
            status = await process.wait()
    except TimeoutError as error:
        await _kill(process)
        raise CommandFailedError(name, -1, f"no end after {timeout:g} s\n{_tail(lines)}") from error
    except BaseException:
        await _kill(process)
        raise
    if status != 0:
        raise CommandFailedError(name, status, _tail(lines))
    return "\n".join(lines)


def _tail(lines: Sequence[str]) -> str:
    return "\n".join(lines[-_SHOWN_LINES:])


async def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
