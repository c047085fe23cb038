"""A consortium for the length of a block: nothing of it is left, however the block ends."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from network.config import Consortium
from network.down import stop_noted
from network.files import remove_tree
from network.layout import Layout
from network.progress import Progress
from network.up import Options, Running, up

_GUARDIAN_SECONDS = 60.0


@asynccontextmanager
async def ephemeral(
    consortium: Consortium, progress: Progress, options: Options | None = None
) -> AsyncIterator[Running]:
    """Start a consortium in a temporary directory, stop it and remove the directory at the end.

    A guardian, a process of its own, does the same should this process be killed: its standard
    input is a pipe from here, and ends with us.

    Raises:
        NetworkError: as `up`.
    """
    state = await asyncio.to_thread(_temporary)
    guardian = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "network.guardian",
        str(state),
        stdin=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield await up(consortium, state, progress, options)
    finally:
        await asyncio.shield(_end(Layout.of(consortium, state), guardian))


async def _end(layout: Layout, guardian: asyncio.subprocess.Process) -> None:
    await stop_noted(layout.state)
    await asyncio.to_thread(remove_tree, layout.state)
    if guardian.stdin is not None:
        guardian.stdin.close()
    async with asyncio.timeout(_GUARDIAN_SECONDS):
        await guardian.wait()


def _temporary() -> Path:
    return Path(tempfile.mkdtemp(prefix="crosscredit-"))
