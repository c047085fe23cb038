from hashlib import sha256

from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from fabric_client.blocks.header import hash_of_data, header_bytes, header_hash


class Header(core.Sequence):  # type: ignore[misc] # asn1crypto ships no types
    _fields = [  # noqa: RUF012 -- asn1crypto's way
        ("number", core.Integer),
        ("previous_hash", core.OctetString),
        ("data_hash", core.OctetString),
    ]


@given(st.integers(0, 2**64 - 1), st.binary(max_size=300), st.binary(max_size=300))
def test_header_bytes_are_der(number: int, previous: bytes, data: bytes) -> None:
    expected = Header({"number": number, "previous_hash": previous, "data_hash": data}).dump()
    assert header_bytes(number, previous, data) == expected


def test_a_header_by_hand() -> None:
    assert header_bytes(128, b"", b"\xaa") == bytes.fromhex("3009 0202 0080 0400 0401 aa")
    digest = sha256(bytes.fromhex("3009 0202 0080 0400 0401 aa")).digest()
    assert header_hash(128, b"", b"\xaa") == digest


def test_data_are_hashed_one_after_the_other() -> None:
    assert hash_of_data([b"ab", b"", b"c"]) == sha256(b"abc").digest()
