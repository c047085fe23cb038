import asyncio
import os
import shutil
from pathlib import Path

from network.binaries.build import build
from network.binaries.cache import cache_folder, cached
from network.binaries.programs import PROGRAMS, Binaries, examine
from network.errors import BinariesError
from network.progress import Progress

VARIABLE = "CROSSCREDIT_FABRIC_BIN"


async def find(progress: Progress, named: Path | None = None) -> Binaries:
    """Find Fabric's programs: the named folder, PATH, the cache, a build, in that order.

    Args:
        progress: where a build and refused programs are shown.
        named: the folder that the user names; the variable CROSSCREDIT_FABRIC_BIN otherwise.

    Raises:
        BinariesError: the named folder does not fit (it is never passed over silently), or
            there was nothing anywhere and the build failed.
    """
    named = named_folder(named)
    if named is not None:
        try:
            return await examine(named, "named folder")
        except BinariesError as error:
            raise BinariesError(
                f"{error}\nName a folder that holds {', '.join(PROGRAMS)}, or unset {VARIABLE}."
            ) from error
    on_path = _folder_on_path()
    if on_path is not None:
        try:
            return await examine(on_path, "PATH")
        except BinariesError as error:
            progress.note(f"Fabric on PATH is not used: {error}")
    folder = cache_folder()
    if (found := await asyncio.to_thread(cached, folder)) is not None:
        return found
    return await build(folder, progress)


def named_folder(named: Path | None = None) -> Path | None:
    """The folder that the user names, by an option or by the variable; None where none is."""
    value = os.environ.get(VARIABLE)
    return named or (Path(value).absolute() if value else None)


def _folder_on_path() -> Path | None:
    peer = shutil.which("peer")
    return Path(peer).absolute().parent if peer else None
