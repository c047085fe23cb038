"""Ledger keys: what Fabric takes, and how composite keys are built.

Source: fabric-chaincode-go `shim/stub.go`. A composite key is U+0000, the object type, U+0000,
and each attribute followed by U+0000; so composite keys lie apart from all simple ones.
"""

from collections.abc import Iterable
from typing import Final

from chaincode.shim.errors import InvalidCollectionError, InvalidKeyError

COMPOSITE_NAMESPACE: Final = "\x00"
FIRST_SIMPLE_KEY: Final = "\x01"
_SEPARATOR: Final = "\x00"
_LAST_CODE_POINT: Final = "\U0010ffff"


def create_composite_key(object_type: str, attributes: Iterable[str] = ()) -> str:
    """Join an object type and attributes into one key.

    Raises:
        InvalidKeyError: a part holds U+0000 or U+10FFFF, or is no valid Unicode.
    """
    parts = [object_type, *attributes]
    for part in parts:
        _check_text(part)
        if _SEPARATOR in part or _LAST_CODE_POINT in part:
            raise InvalidKeyError(
                "a part of a composite key holds U+0000 or U+10FFFF, which separate the parts"
            )
    return COMPOSITE_NAMESPACE + "".join(part + _SEPARATOR for part in parts)


def split_composite_key(key: str) -> tuple[str, list[str]]:
    """Take a composite key apart into its object type and attributes.

    Raises:
        InvalidKeyError: it is none.
    """
    minimum = len(COMPOSITE_NAMESPACE + _SEPARATOR)
    framed = key.startswith(COMPOSITE_NAMESPACE) and key.endswith(_SEPARATOR)
    if len(key) < minimum or not framed or _LAST_CODE_POINT in key:
        raise InvalidKeyError("the key is no composite key")
    object_type, *attributes = key[1:-1].split(_SEPARATOR)
    return object_type, attributes


def check_key(key: str) -> None:
    """Raise InvalidKeyError unless the key can be asked for."""
    if not key:
        raise InvalidKeyError("the key is empty")
    _check_text(key)


def check_written_key(key: str) -> None:
    """Raise InvalidKeyError unless the key can be written.

    A key that begins with U+0000 must be a composite key: the rest of that space is the peer's.
    """
    check_key(key)
    if key.startswith(COMPOSITE_NAMESPACE):
        split_composite_key(key)


def simple_range(start: str, end: str) -> tuple[str, str]:
    """Check the bounds of a range of simple keys; an open start leaves composite keys out.

    Raises:
        InvalidKeyError: a bound begins with U+0000 or is no valid Unicode.
    """
    for bound in (start, end):
        _check_text(bound)
        if bound.startswith(COMPOSITE_NAMESPACE):
            raise InvalidKeyError("a range of simple keys cannot begin or end with U+0000")
    return start or FIRST_SIMPLE_KEY, end


def composite_range(object_type: str, attributes: Iterable[str]) -> tuple[str, str]:
    """Make the bounds of all composite keys that begin with these parts.

    Raises:
        InvalidKeyError: as `create_composite_key`.
    """
    start = create_composite_key(object_type, attributes)
    return start, start + _LAST_CODE_POINT


def all_composite_keys() -> tuple[str, str]:
    """Make the bounds of all composite keys."""
    return COMPOSITE_NAMESPACE, COMPOSITE_NAMESPACE + _LAST_CODE_POINT


def check_collection(collection: str) -> None:
    """Raise InvalidCollectionError unless this can name a private data collection."""
    if not collection:
        raise InvalidCollectionError("the collection's name is empty")
    try:
        collection.encode()
    except UnicodeEncodeError as error:
        raise InvalidCollectionError("the collection's name is no valid Unicode") from error


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidKeyError("the key is no valid Unicode") from error
