"""One byte form for each value (RFC 8785), and a strict way back."""

import hashlib
import json
from collections.abc import Mapping
from typing import NoReturn, cast

import rfc8785

from chaincode.domain.errors import InvalidArgument
from chaincode.domain.json_value import JsonValue

MAX_DOCUMENT_BYTES = 64 * 1024
"""No single argument or record is larger: a large value holds up every peer's commits."""


def encode(value: Mapping[str, JsonValue]) -> bytes:
    """Encode `value` in RFC 8785 canonical form.

    Raises:
        InvalidArgument: an integer beyond 2**53 - 1, or a lone surrogate in a text.
    """
    try:
        return bytes(rfc8785.dumps(cast("dict[str, object]", value)))  # type: ignore[arg-type] # its alias is narrower than Mapping
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise InvalidArgument(f"the value has no canonical form: {error}") from error


def digest(value: Mapping[str, JsonValue]) -> str:
    """SHA-256 of the canonical form, 64 hexadecimal digits."""
    return hashlib.sha256(encode(value)).hexdigest()


def decode(document: bytes, *, limit: int = MAX_DOCUMENT_BYTES) -> dict[str, JsonValue]:
    """Decode one JSON object of at most `limit` bytes.

    Raises:
        InvalidArgument: too long, not UTF-8 JSON, not an object, a name twice, or any float.
    """
    if len(document) > limit:
        raise InvalidArgument(f"the document has {len(document)} bytes, at most {limit} are taken")
    try:
        value = json.loads(
            document.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_float=_no_float,
            parse_constant=_no_float,
        )
    except (ValueError, RecursionError) as error:
        raise InvalidArgument("the document is not UTF-8 JSON") from error
    if not isinstance(value, dict):
        raise InvalidArgument("the document is not a JSON object")
    return cast("dict[str, JsonValue]", value)


def _unique(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    for name, value in pairs:
        if name in found:
            raise InvalidArgument("a name stands twice in one object", field=name[:64])
        found[name] = value
    return found


def _no_float(text: str) -> NoReturn:
    raise InvalidArgument(f"{text[:32]} is not an integer: amounts are given in hundredths")
