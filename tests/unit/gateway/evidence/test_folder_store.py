import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from gateway.evidence.descriptor import Descriptor
from gateway.evidence.errors import (
    DigestMismatch,
    EvidenceError,
    StoreFailed,
    StoreFull,
    WorkNotFound,
    WorkTooLarge,
)
from gateway.evidence.folder_store import FolderStore
from tests.support.sealed_work import files

BODY = hashlib.shake_128(b"body").digest(3_000_000)
DIGEST = hashlib.sha256(BODY).hexdigest()
LIMIT = 10_000_000


async def pieces(data: bytes = BODY) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 65536):
        yield data[start : start + 65536]


async def test_gives_back_what_it_was_given(store: FolderStore) -> None:
    stored = await store.put(pieces(), limit=LIMIT, expected=DIGEST)
    assert stored == (DIGEST, len(BODY))
    assert await store.size(DIGEST) == len(BODY)
    async with aclosing(store.get(DIGEST)) as body:
        assert b"".join([piece async for piece in body]) == BODY


async def test_files_are_their_owners_alone(store: FolderStore, tmp_path: Path) -> None:
    await store.put(pieces(), limit=LIMIT)
    for path in (tmp_path / "work").rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600)
    assert (tmp_path / "work").stat().st_mode & 0o777 == 0o700


async def test_an_unexpected_digest_is_refused_and_nothing_kept(
    store: FolderStore, tmp_path: Path
) -> None:
    with pytest.raises(DigestMismatch):
        await store.put(pieces(), limit=LIMIT, expected="0" * 64)
    assert files(tmp_path) == []


async def test_the_same_body_twice_is_one_file_and_heals_a_damaged_one(
    store: FolderStore, tmp_path: Path
) -> None:
    await store.put(pieces(), limit=LIMIT)
    [path] = files(tmp_path)
    path.write_bytes(b"damaged")
    await asyncio.gather(*(store.put(pieces(), limit=LIMIT) for _ in range(5)))
    assert files(tmp_path) == [path]
    assert path.read_bytes() == BODY


async def test_a_limit_holds_at_its_byte(store: FolderStore, tmp_path: Path) -> None:
    with pytest.raises(WorkTooLarge):
        await store.put(pieces(), limit=len(BODY) - 1)
    assert files(tmp_path) == []
    await store.put(pieces(), limit=len(BODY))


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, StoreFull),
        (errno.EDQUOT, StoreFull),
        (errno.EFBIG, StoreFull),
        (errno.EIO, StoreFailed),
    ],
)
async def test_what_the_disk_refuses_is_typed_and_leaves_nothing(
    store: FolderStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    kind: type[EvidenceError],
) -> None:
    real_write, written = Descriptor.write, 0

    def refusing(self: Descriptor, data: bytes) -> None:
        nonlocal written
        written += len(data)
        if written > 1_500_000:
            raise OSError(number, os.strerror(number))
        real_write(self, data)

    monkeypatch.setattr(Descriptor, "write", refusing)
    with pytest.raises(kind):
        await store.put(pieces(), limit=LIMIT)
    assert files(tmp_path) == []


async def test_a_cancelled_put_leaves_nothing(store: FolderStore, tmp_path: Path) -> None:
    started = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield BODY
        started.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(store.put(endless(), limit=LIMIT))
    await started.wait()
    assert len(files(tmp_path)) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert files(tmp_path) == []


async def test_what_is_not_there_is_said(store: FolderStore) -> None:
    with pytest.raises(WorkNotFound):
        await store.size("0" * 64)
    with pytest.raises(WorkNotFound):
        await anext(store.get("0" * 64))
    await store.delete("0" * 64)


@pytest.mark.parametrize("address", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
async def test_an_address_is_a_digest_and_no_path(store: FolderStore, address: str) -> None:
    for use in (store.size, store.delete):
        with pytest.raises(WorkNotFound):
            await use(address)


async def test_deleted_is_gone(store: FolderStore, tmp_path: Path) -> None:
    await store.put(pieces(), limit=LIMIT)
    await store.delete(DIGEST)
    assert files(tmp_path) == []


async def test_strays_of_a_killed_process_go_when_nobody_can_still_write_them(
    tmp_path: Path,
) -> None:
    await FolderStore.open(tmp_path)
    old, fresh = tmp_path / ".incoming" / "old", tmp_path / ".incoming" / "fresh"
    for path in (old, fresh):
        path.write_bytes(b"half a body")
    os.utime(old, (0, 0))
    await FolderStore.open(tmp_path)
    assert files(tmp_path) == [fresh]


async def test_a_place_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "work").write_text("in the way")
    with pytest.raises(StoreFailed):
        await FolderStore.open(tmp_path / "work")


async def test_a_vanished_folder_is_the_stores_failure(store: FolderStore, tmp_path: Path) -> None:
    (tmp_path / "work" / ".incoming").rmdir()
    with pytest.raises(StoreFailed):
        await store.put(pieces(), limit=LIMIT)


def test_a_closed_descriptor_refuses_use(tmp_path: Path) -> None:
    file = Descriptor.create(tmp_path / "file")
    file.close()
    file.close()
    with pytest.raises(StoreFailed):
        file.write(b"late")
