import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.exchange.digest import EMPTY, checked_body, read_digest, write_digest
from gateway.exchange.errors import BodyTooLarge, DigestDiffers, DigestMissing
from tests.support.exchange import pieces


def test_the_field_agrees_with_rfc_9530() -> None:
    digest = hashlib.sha256(b'{"hello": "world"}').hexdigest()
    assert write_digest(digest) == "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"
    digest = hashlib.sha256(b'{"hello": "world"}\n').hexdigest()
    assert write_digest(digest) == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"


@given(st.binary(min_size=32, max_size=32))
def test_what_is_written_is_read(digest: bytes) -> None:
    assert read_digest(write_digest(digest.hex())) == digest.hex()


@given(st.text())
def test_anything_else_is_refused(field: str) -> None:
    with pytest.raises(DigestMissing):
        read_digest(field)


async def read(data: bytes, digest: str, limit: int = 100) -> bytes:
    return b"".join(
        [piece async for piece in checked_body(pieces(data), digest=digest, limit=limit)]
    )


@given(data=st.binary(max_size=60), other=st.binary(max_size=60))
async def test_the_signed_body_passes_and_another_does_not(data: bytes, other: bytes) -> None:
    digest = hashlib.sha256(data).hexdigest()
    assert await read(data, digest) == data
    if other != data:
        with pytest.raises(DigestDiffers):
            await read(other, digest)


async def test_no_body_has_a_digest_too() -> None:
    assert await read(b"", EMPTY) == b""
    with pytest.raises(DigestDiffers):
        await read(b"x", EMPTY)


async def test_a_limit_holds_at_its_byte() -> None:
    digest = hashlib.sha256(b"x" * 11).hexdigest()
    assert await read(b"x" * 11, digest, limit=11)
    with pytest.raises(BodyTooLarge):
        await read(b"x" * 11, digest, limit=10)
