"""Content-Digest (RFC 9530), SHA-256 alone, checked while the body streams."""

import base64
import hashlib
import re
from collections.abc import AsyncGenerator, AsyncIterable
from typing import Final

from gateway.exchange.errors import BodyTooLarge, DigestDiffers, DigestMissing

EMPTY: Final = hashlib.sha256().hexdigest()
_FIELD: Final = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")


def write_digest(digest: str) -> str:
    """Write the field for a body whose SHA-256 is `digest` (64 hexadecimal digits)."""
    return f"sha-256=:{base64.b64encode(bytes.fromhex(digest)).decode()}:"


def read_digest(field: str) -> str:
    """Read the field: 64 hexadecimal digits. Members write no other algorithm to each other.

    Raises:
        DigestMissing: another form.
    """
    found = _FIELD.fullmatch(field)
    if found is None:
        raise DigestMissing("Content-Digest must be one sha-256 digest (RFC 9530)")
    return base64.b64decode(found[1]).hex()


async def checked_body(
    chunks: AsyncIterable[bytes], *, digest: str, limit: int
) -> AsyncGenerator[bytes, None]:
    """Pass a body on, and fail at its end when it is not the one that was signed.

    What is made of the body counts only when the iteration ended without an error.

    Raises:
        BodyTooLarge: more than `limit` bytes; raised before the byte that is too much is given.
        DigestDiffers: the whole has another SHA-256 than `digest`.
    """
    seen, size = hashlib.sha256(), 0
    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge(f"the body has more than {limit} bytes")
        seen.update(chunk)
        yield chunk
    if seen.hexdigest() != digest:
        raise DigestDiffers("the body is not the one that was signed: send it again")
