"""A consortium for the length of a block: nothing of it is left, however the block ends."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from network.config import Consortium
from network.down import kill_noted
from network.errors import ComponentFailedError
from network.files import remove_tree
from network.guardian import guarded
from network.interrupt import whole
from network.progress import Progress
from network.up import Options, Running, up


@asynccontextmanager
async def ephemeral(
    consortium: Consortium, progress: Progress, options: Options | None = None
) -> AsyncIterator[Running]:
    """Start a consortium in a temporary directory, end it and remove the directory at the end.

    Also at the end of this process, should it be killed.

    Raises:
        NetworkError: as `up`.
    """
    # Not in a thread: a cancellation would lose the name of what the thread makes.
    state = _temporary()
    try:
        async with guarded(state, remove=True):
            try:
                yield await up(consortium, state, progress, options)
            except ComponentFailedError as error:
                # Its log is about to be removed: who reads this has the last words alone.
                raise ComponentFailedError(error.component, error.reason) from error
            finally:
                await whole(_end(state))
    finally:
        remove_tree(state)


async def _end(state: Path) -> None:
    await kill_noted(state)
    await asyncio.to_thread(remove_tree, state)


def _temporary() -> Path:
    return Path(tempfile.mkdtemp(prefix="crosscredit-"))
