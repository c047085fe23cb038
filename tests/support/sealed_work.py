"""Work that is sealed and opened by people who are always there."""

from collections.abc import AsyncIterator
from pathlib import Path

from gateway.evidence.folder_store import FolderStore
from gateway.evidence.keys import SealingPrivateKey
from gateway.evidence.sealing import SealedWork, open_body, seal

TEACHER = SealingPrivateKey.generate()
UNIVERSITY = SealingPrivateKey.generate()
STRANGER = SealingPrivateKey.generate()
LIMIT = 64 << 20
_PIECE_BYTES = 100_000


async def pieces(data: bytes, size: int = _PIECE_BYTES) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def collected(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def sealed(store: FolderStore, data: bytes) -> tuple[SealedWork, bytes]:
    """Seal for teacher and university; gives the body as it is stored too."""
    work = await seal(
        pieces(data),
        store=store,
        recipients=[TEACHER.public, UNIVERSITY.public],
        media_type="application/pdf",
        file_name="essay.pdf",
        limit=LIMIT,
    )
    return work, await collected(store.get(work.document.body))


async def opened(work: SealedWork, body: bytes, size: int = _PIECE_BYTES) -> bytes:
    return await collected(
        open_body(pieces(body, size), opening=work.opening, body=work.document.body)
    )
