"""One open file that threads use one after another."""

import os
import threading
from pathlib import Path
from typing import Final, Self

from gateway.evidence.errors import StoreFailed

_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL


class Descriptor:
    """A file descriptor that cannot be closed under a running read or write.

    A cancelled task leaves its thread at work; closing the number then would let that thread write
    into whatever file gets the number next. Every method blocks and runs in a thread.
    """

    def __init__(self, number: int) -> None:
        """Take over an open descriptor."""
        self._number: int | None = number
        self._lock = threading.Lock()

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make a new file, 0600."""
        return cls(os.open(path, _CREATE | os.O_CLOEXEC, 0o600))

    @classmethod
    def read_only(cls, path: Path) -> Self:
        """Open a file that stands there."""
        return cls(os.open(path, os.O_RDONLY | os.O_CLOEXEC))

    def read(self, size: int) -> bytes:
        """Read at most `size` bytes; none at the end."""
        with self._lock:
            return os.read(self._open_number(), size)

    def write(self, data: bytes) -> None:
        """Write all of `data`."""
        with self._lock:
            view = memoryview(data)
            while view:
                view = view[os.write(self._open_number(), view) :]

    def sync(self) -> None:
        """Have the file on the disk."""
        with self._lock:
            os.fsync(self._open_number())

    def close(self) -> None:
        """Close once what runs has ended; closing again does nothing."""
        with self._lock:
            if self._number is not None:
                os.close(self._number)
            self._number = None

    def __del__(self) -> None:
        # The task that had it opened may have been cancelled before it got it.
        self.close()

    def _open_number(self) -> int:
        if self._number is None:
            raise StoreFailed("the file was given up while it was used")
        return self._number


def sync_folder(folder: Path) -> None:
    """Have a folder's entries on the disk."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(number)
    finally:
        os.close(number)
