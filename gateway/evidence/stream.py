"""The body of a sealed document: STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) with AES-GCM.

Layout: header (magic, 9 bytes; nonce prefix, 7 bytes), then chunks of 64 KiB of plain text, each
AES-256-GCM with 16 bytes of tag. A chunk's nonce is prefix ‖ counter (4 bytes, big-endian) ‖ last
flag (1 byte), its associated data the header. The counter catches chunks that were reordered,
repeated or left out, the flag a body that was cut or continued. Only an empty document has an
empty chunk. Synchronous: `sealing` runs it in batches outside the event loop.
"""

import secrets
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.evidence.errors import BodyAltered, WorkTooLarge

KEY_BYTES: Final = 32
CHUNK_BYTES: Final = 64 * 1024
TAG_BYTES: Final = 16
SEALED_CHUNK_BYTES: Final = CHUNK_BYTES + TAG_BYTES
MAGIC: Final = b"ccwork/1\n"
PREFIX_BYTES: Final = 7
HEADER_BYTES: Final = len(MAGIC) + PREFIX_BYTES
_CHUNKS_LIMIT: Final = 1 << 32


def new_header() -> bytes:
    """Draw the header of a new body."""
    return MAGIC + secrets.token_bytes(PREFIX_BYTES)


def sealed_size(size: int) -> int:
    """Bytes of the sealed body of `size` bytes of plain text."""
    chunks = max(1, -(-size // CHUNK_BYTES))
    return HEADER_BYTES + size + chunks * TAG_BYTES


class ChunkStream:
    """One pass over the chunks of one body, in order; sealing or opening, not both."""

    def __init__(self, key: bytes, header: bytes) -> None:
        """Take the content key (32 bytes) and the 16 bytes that the body starts with.

        Raises:
            BodyAltered: the header is none of this format.
        """
        if len(header) != HEADER_BYTES or not header.startswith(MAGIC):
            raise BodyAltered("the body does not start as a sealed body of this format does")
        self._cipher = AESGCM(key)
        self._header = header
        self._count = 0

    def seal(self, chunk: bytes, *, last: bool) -> bytes:
        """Encrypt the next chunk: 64 KiB, fewer only in the last.

        Raises:
            WorkTooLarge: the 2**32 chunks (256 TiB) of a body are used up.
        """
        return self._next(self._cipher.encrypt, chunk, last=last)

    def open(self, sealed: bytes, *, last: bool) -> bytes:
        """Decrypt the next chunk.

        Raises:
            BodyAltered: it is not the chunk that was sealed here.
        """
        try:
            chunk = self._next(self._cipher.decrypt, sealed, last=last)
        except (InvalidTag, ValueError) as error:
            raise BodyAltered(f"chunk {self._count} is not as it was sealed") from error
        if not chunk and self._count > 1:
            raise BodyAltered("the body ends with an empty chunk, as no sealer writes it")
        return chunk

    def _next(
        self, step: Callable[[bytes, bytes, bytes], bytes], data: bytes, *, last: bool
    ) -> bytes:
        if self._count >= _CHUNKS_LIMIT:
            raise WorkTooLarge("a sealed body has at most 2**32 chunks")
        nonce = self._header[len(MAGIC) :] + self._count.to_bytes(4, "big") + bytes([last])
        done = step(nonce, data, self._header)
        self._count += 1
        return done
