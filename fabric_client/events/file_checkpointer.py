import asyncio
import json
import os
import tempfile
from pathlib import Path

from fabric_client.errors import FabricClientError
from fabric_client.events.in_memory_checkpointer import InMemoryCheckpointer


class CheckpointUnreadableError(FabricClientError):
    """A checkpoint file holds something else; delete it to start from the beginning."""


class FileCheckpointer(InMemoryCheckpointer):
    """A checkpointer in a file of its own.

    Each note replaces the file as a whole and is on the disk before the call returns, so that a
    crash leaves the old note or the new one.
    """

    def __init__(self, path: Path, block_number: int | None, transaction_id: str | None) -> None:
        super().__init__(block_number, transaction_id)
        self._path = path

    @classmethod
    async def open(cls, path: Path) -> "FileCheckpointer":
        """Read the note in a file, if there is one.

        Raises:
            CheckpointUnreadableError: the file holds something else.
            OSError: it cannot be read.
        """
        return cls(path, *await asyncio.to_thread(_read, path))

    async def _note(self, block_number: int, transaction_id: str | None) -> None:
        await asyncio.to_thread(_replace, self._path, block_number, transaction_id)
        await super()._note(block_number, transaction_id)


def _read(path: Path) -> tuple[int | None, str | None]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None, None
    try:
        note = json.loads(text)
        block_number, transaction_id = note["block_number"], note["transaction_id"]
    except (ValueError, KeyError, TypeError):
        raise CheckpointUnreadableError(f"{path} holds no checkpoint") from None
    if type(block_number) is not int or not isinstance(transaction_id, str | None):
        raise CheckpointUnreadableError(f"{path} holds no checkpoint")
    return block_number, transaction_id


def _replace(path: Path, block_number: int, transaction_id: str | None) -> None:
    note = json.dumps({"block_number": block_number, "transaction_id": transaction_id})
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
