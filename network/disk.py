import shutil
from pathlib import Path

from network.errors import StateDirectoryError

_NEXT_TO_NOTHING = 4 * 1024**2


def need_space(folder: Path, size: int, purpose: str) -> None:
    """Check that a file system has room.

    Args:
        folder: a folder on it, which exists.
        size: bytes that must be free.
        purpose: what they are for, as it reads after "for".

    Raises:
        StateDirectoryError: there is less.
    """
    free = shutil.disk_usage(folder).free
    if free < size:
        raise StateDirectoryError(
            f"{folder} has {free // 2**20} MiB free; {size // 2**20} MiB are needed for {purpose}. "
            "Make room, or use another disk (--state, XDG_CACHE_HOME)."
        )


def is_full(folder: Path) -> bool:
    """Whether next to nothing can be written any more; less than a process asks for at once."""
    return shutil.disk_usage(folder).free < _NEXT_TO_NOTHING
