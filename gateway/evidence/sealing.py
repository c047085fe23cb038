"""Sealing a stream of work, and opening it again, within a few MiB of memory.

Nothing of a chunk leaves before the chunk is verified; size and digest of the whole are verified
at the end, so a caller counts the work as read only when the iteration ended without an error.
"""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncGenerator, AsyncIterable, Iterable
from contextlib import aclosing
from typing import Final, NamedTuple

from pydantic import ValidationError

from gateway.evidence.batches import Batch, batches
from gateway.evidence.errors import (
    BodyAltered,
    BodyTruncated,
    DigestMismatch,
    NotARecipient,
    OpeningInvalid,
    WorkTooLarge,
)
from gateway.evidence.keys import SealingPrivateKey, SealingPublicKey
from gateway.evidence.opening import Opening, SealedDocument, Wrap, make_wrap, open_wrap
from gateway.evidence.store import WorkStore
from gateway.evidence.stream import (
    CHUNK_BYTES,
    HEADER_BYTES,
    KEY_BYTES,
    SEALED_CHUNK_BYTES,
    ChunkStream,
    new_header,
    sealed_size,
)

_BATCH_CHUNKS: Final = 16
"""1 MiB a batch: about a millisecond of one core, so that other requests come between."""
_SALT_BYTES: Final = 32


class SealedWork(NamedTuple):
    """The result of sealing: what may travel, and the secret that its maker keeps."""

    document: SealedDocument
    opening: Opening


async def seal(
    source: AsyncIterable[bytes],
    *,
    store: WorkStore,
    recipients: Iterable[SealingPublicKey],
    media_type: str,
    file_name: str,
    limit: int,
) -> SealedWork:
    """Seal `source` (at most `limit` bytes) into `store`, to each of `recipients`.

    Raises:
        OpeningInvalid: media type or file name has the wrong form; nothing was stored.
        WorkTooLarge: more than `limit` bytes came; nothing was stored.
        StoreFull, StoreFailed: see `WorkStore.put`.
    """
    sealer = _Sealer(limit)
    # Refused before a byte is read: a bad name must not cost an upload.
    _described(sealer, media_type=media_type, file_name=file_name)
    async with aclosing(sealer.body(source)) as body:
        stored = await store.put(body, limit=sealed_size(limit))
    opening = _described(sealer, media_type=media_type, file_name=file_name)
    wraps = tuple(
        make_wrap(opening, body=stored.digest, recipient=recipient)
        for recipient in dict.fromkeys(recipients)
    )
    document = SealedDocument(body=stored.digest, size=stored.size, wraps=wraps)
    return SealedWork(document, opening)


def unwrap(document: SealedDocument, private: SealingPrivateKey) -> Opening:
    """Open this key's wrap of a document.

    Raises:
        NotARecipient: the document was not sealed to this key.
        WrapRefused, OpeningInvalid: see `open_wrap`.
    """
    wrap = document.wrap_for(private.public.key_id)
    if wrap is None:
        raise NotARecipient(f"the document {document.body} was not sealed to {private.public!r}")
    return open_wrap(wrap, body=document.body, private=private)


def reseal(
    document: SealedDocument, private: SealingPrivateKey, recipient: SealingPublicKey
) -> Wrap:
    """Make a wrap for a further recipient; the body stays as it is.

    Raises:
        NotARecipient, WrapRefused, OpeningInvalid: see `unwrap`.
    """
    return make_wrap(unwrap(document, private), body=document.body, recipient=recipient)


async def open_body(
    chunks: AsyncIterable[bytes], *, opening: Opening, body: str
) -> AsyncGenerator[bytes, None]:
    """Give the plain text of the sealed body with digest `body`, in pieces of at most 1 MiB.

    Raises:
        BodyAltered: a byte is not as it was sealed; what was given before is verified.
        BodyTruncated: the body ends too early.
        DigestMismatch: the chunks are in order, and the whole is not what `opening` and `body` say.
    """
    opener = _Opener(opening)
    size = _BATCH_CHUNKS * SEALED_CHUNK_BYTES
    async with aclosing(batches(chunks, size, head=HEADER_BYTES)) as cut:
        async for batch in cut:
            plain = await asyncio.to_thread(opener.take, batch)
            if plain:
                yield plain
    opener.finish(body)


def _described(sealer: "_Sealer", *, media_type: str, file_name: str) -> Opening:
    try:
        return Opening(
            content_key=sealer.key.hex(),
            salt=sealer.salt.hex(),
            digest=sealer.plain.hexdigest(),
            size=sealer.size,
            media_type=media_type,
            file_name=file_name,
        )
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, found["loc"])) for found in error.errors())
        # Not chained: the error may quote a file name, and that can be personal.
        raise OpeningInvalid(f"the work is described wrongly: {fields}") from None


class _Sealer:
    """Encrypts one document, hashing the plain text on the way."""

    def __init__(self, limit: int) -> None:
        self.key = secrets.token_bytes(KEY_BYTES)
        self.salt = secrets.token_bytes(_SALT_BYTES)
        self.plain = hashlib.sha256()
        self.size = 0
        self._limit = limit
        self._header = new_header()
        self._stream = ChunkStream(self.key, self._header)

    async def body(self, source: AsyncIterable[bytes]) -> AsyncGenerator[bytes, None]:
        yield self._header
        async with aclosing(batches(source, _BATCH_CHUNKS * CHUNK_BYTES)) as cut:
            async for batch in cut:
                self.size += len(batch.data)
                if self.size > self._limit:
                    raise WorkTooLarge(f"the work has more than {self._limit} bytes")
                yield await asyncio.to_thread(self._take, batch)

    def _take(self, batch: Batch) -> bytes:
        self.plain.update(batch.data)
        return b"".join(
            self._stream.seal(chunk, last=last) for chunk, last in _chunks(batch, CHUNK_BYTES)
        )


class _Opener:
    """Decrypts one document, hashing both texts on the way."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._stream: ChunkStream | None = None
        self._sealed = hashlib.sha256()
        self._plain = hashlib.sha256()
        self._sealed_size = 0
        self._size = 0

    def take(self, batch: Batch) -> bytes:
        """Open one batch; the first is the header."""
        self._sealed.update(batch.data)
        self._sealed_size += len(batch.data)
        if self._stream is None:
            if batch.last:
                raise BodyTruncated("the body ends within its header")
            self._stream = ChunkStream(bytes.fromhex(self._opening.content_key), batch.data)
            return b""
        plain = b"".join(self._open(self._stream, batch))
        self._plain.update(plain)
        self._size += len(plain)
        if self._size > self._opening.size:
            raise DigestMismatch(f"the work has more than the {self._opening.size} bytes announced")
        return plain

    def finish(self, body: str) -> None:
        """Compare the whole with what was announced."""
        if self._sealed.hexdigest() != body:
            raise DigestMismatch(f"the body announced as {body} is {self._sealed.hexdigest()}")
        if self._size != self._opening.size or self._plain.hexdigest() != self._opening.digest:
            raise DigestMismatch(f"the work in the body {body} is not what its opening describes")

    def _open(self, stream: ChunkStream, batch: Batch) -> Iterable[bytes]:
        for sealed, last in _chunks(batch, SEALED_CHUNK_BYTES):
            try:
                yield stream.open(sealed, last=last)
            except BodyAltered as error:
                if batch.last and self._sealed_size < sealed_size(self._opening.size):
                    raise BodyTruncated(
                        f"the body ends after {self._sealed_size} bytes, "
                        f"{sealed_size(self._opening.size)} were sealed: fetch it again"
                    ) from error
                raise


def _chunks(batch: Batch, size: int) -> Iterable[tuple[bytes, bool]]:
    """Cut a batch into chunks and tell which is the body's last; an empty batch is one chunk."""
    starts = range(0, max(1, len(batch.data)), size)
    for start in starts:
        yield batch.data[start : start + size], batch.last and start == starts[-1]
