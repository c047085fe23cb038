"""Sealed bodies in a folder: one file for each, named by its digest."""

import asyncio
import errno
import hashlib
import re
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterable, Generator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Final, Self

from gateway.evidence.batches import batches
from gateway.evidence.descriptor import Descriptor, sync_folder
from gateway.evidence.errors import (
    DigestMismatch,
    EvidenceError,
    StoreFailed,
    StoreFull,
    WorkNotFound,
    WorkTooLarge,
)
from gateway.evidence.store import StoredBody

_BATCH_BYTES: Final = 1 << 20
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_ABANDONED_SECONDS: Final = 24 * 3600


class FolderStore:
    """A `WorkStore` for one machine. Files are 0600 in folders of 0700.

    A body is written beside its place, synced, then renamed: a crash leaves a stray file that the
    next `open` removes after a day, never half a body under a digest. Concurrent writers of one
    body are safe: the last rename puts the same bytes there.
    """

    def __init__(self, root: Path) -> None:
        """Use `open`, which makes the folders."""
        self._root = root
        self._incoming = root / ".incoming"

    @classmethod
    async def open(cls, root: Path) -> Self:
        """Make the folders and sweep what killed processes left.

        Raises:
            StoreFailed: the folders cannot be made.
        """
        store = cls(root)
        await asyncio.to_thread(store._prepare)
        return store

    async def put(
        self, chunks: AsyncIterable[bytes], *, limit: int, expected: str | None = None
    ) -> StoredBody:
        """Keep a body: see `WorkStore.put`."""
        path = self._incoming / secrets.token_hex(16)
        digest, size = hashlib.sha256(), 0
        with _translated("a new body"):
            file = await asyncio.to_thread(Descriptor.create, path)
        try:
            async with aclosing(batches(chunks, _BATCH_BYTES)) as cut:
                async for batch in cut:
                    size += len(batch.data)
                    if size > limit:
                        raise WorkTooLarge(f"the sealed body has more than {limit} bytes")
                    with _translated("a new body"):
                        await asyncio.to_thread(_append, file, digest, batch.data)
            stored = StoredBody(digest.hexdigest(), size)
            if expected is not None and stored.digest != expected:
                raise DigestMismatch(
                    f"the body announced as {expected} is {stored.digest}: send it again"
                )
            with _translated(stored.digest):
                await asyncio.to_thread(_publish, file, path, self._path(stored.digest))
        finally:
            await asyncio.to_thread(_discard, file, path)
        return stored

    async def get(self, digest: str) -> AsyncGenerator[bytes, None]:
        """Give the body in pieces of at most 1 MiB: see `WorkStore.get`."""
        with _translated(digest, missing=WorkNotFound):
            file = await asyncio.to_thread(Descriptor.read_only, self._path(digest))
        try:
            with _translated(digest):
                while piece := await asyncio.to_thread(file.read, _BATCH_BYTES):
                    yield piece
        finally:
            await asyncio.to_thread(file.close)

    async def size(self, digest: str) -> int:
        """Give the body's bytes: see `WorkStore.size`."""
        with _translated(digest, missing=WorkNotFound):
            return (await asyncio.to_thread(self._path(digest).stat)).st_size

    async def delete(self, digest: str) -> None:
        """Forget a body: see `WorkStore.delete`."""
        with _translated(digest):
            await asyncio.to_thread(self._path(digest).unlink, missing_ok=True)

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise WorkNotFound("a body's address is 64 hexadecimal digits")
        return self._root / digest[:2] / digest

    def _prepare(self) -> None:
        with _translated(str(self._root)):
            self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in (self._root, self._incoming):
                folder.chmod(0o700)
            for stray in self._incoming.iterdir():
                # Other workers share the folder: only what nobody can still be writing goes.
                if time.time() - stray.stat().st_mtime > _ABANDONED_SECONDS:
                    stray.unlink(missing_ok=True)


def _append(file: Descriptor, digest: "hashlib._Hash", data: bytes) -> None:
    digest.update(data)
    file.write(data)


def _publish(file: Descriptor, path: Path, place: Path) -> None:
    file.sync()
    place.parent.mkdir(mode=0o700, exist_ok=True)
    path.replace(place)
    sync_folder(place.parent)
    sync_folder(place.parent.parent)


def _discard(file: Descriptor, path: Path) -> None:
    # Closing waits for a thread of a cancelled call; what was published has no such path any more.
    file.close()
    path.unlink(missing_ok=True)


@contextmanager
def _translated(
    name: str, *, missing: type[EvidenceError] = StoreFailed
) -> Generator[None, None, None]:
    """Turn the operating system's words into the store's."""
    try:
        yield
    except FileNotFoundError as error:
        raise missing(f"the store has no place for {name}, or no file of that name") from error
    except OSError as error:
        kind: type[EvidenceError] = StoreFull if error.errno in _FULL else StoreFailed
        raise kind(f"the store cannot keep or give {name}: {error.strerror}") from error
