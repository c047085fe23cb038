"""Block hashes, as Fabric computes them (`protoutil/blockutils.go`)."""

from collections.abc import Iterable
from hashlib import sha256

_SEQUENCE, _INTEGER, _OCTET_STRING = 0x30, 0x02, 0x04
_SHORT_FORM_LIMIT = 0x80


def header_bytes(number: int, previous_hash: bytes, data_hash: bytes) -> bytes:
    """Give the DER of `SEQUENCE {INTEGER number, OCTET STRING previous, OCTET STRING data}`."""
    integer = number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True)
    content = (
        _der(_INTEGER, integer)
        + _der(_OCTET_STRING, previous_hash)
        + _der(_OCTET_STRING, data_hash)
    )
    return _der(_SEQUENCE, content)


def header_hash(number: int, previous_hash: bytes, data_hash: bytes) -> bytes:
    """Give the hash by which the next block refers to this one."""
    return sha256(header_bytes(number, previous_hash, data_hash)).digest()


def hash_of_data(envelopes: Iterable[bytes]) -> bytes:
    """Give the hash of a block's data: the envelopes, one after the other."""
    return sha256(b"".join(envelopes)).digest()


def _der(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < _SHORT_FORM_LIMIT:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, _SHORT_FORM_LIMIT | len(octets))) + octets + content
