"""One byte form for each value (RFC 8785), and a strict way back."""

import hashlib
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

import rfc8785

from chaincode.domain.errors import InvalidArgument
from chaincode.domain.json_value import JsonValue

MAX_DOCUMENT_BYTES = 64 * 1024
"""No single argument or record is larger: a large value holds up every peer's commits."""
MAX_RULE_BYTES = 256 * 1024
"""A recognition rule alone may be larger: 500 mappings with their courses."""
MAX_INTEGER = 2**53 - 1
"""Integers beyond it have no canonical form (RFC 8785, section 3.2.2.3)."""
MAX_DEPTH = 16
"""How deep objects and arrays may nest: every peer must find the same, whatever its stack."""
_MAX_NAME = 64
_SIGN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[][{},:]', re.DOTALL)
"""A text that is cut is taken whole: looked at anew from each quote in it, it takes minutes."""


def encode(value: Mapping[str, JsonValue]) -> bytes:
    """Encode `value` in RFC 8785 canonical form.

    Raises:
        InvalidArgument: an integer beyond 2**53 - 1, a lone surrogate in a text, or nested too
            deep; the value itself is not repeated.
    """
    try:
        if _is_plain(value):
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
            return text.encode()
        return bytes(rfc8785.dumps(cast("dict[str, object]", value)))  # type: ignore[arg-type] # its alias is narrower than Mapping
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError):
        raise InvalidArgument("the value has no canonical form") from None


def _is_plain(value: object, depth: int = 0) -> bool:
    """Whether the standard library writes an object or array as RFC 8785 does, and much faster.

    That is so for ASCII names (their order is one in UTF-16 and by code point), texts, and
    integers that have a canonical form; whatever else there is, rfc8785 writes or refuses.
    """
    items: Iterable[object]
    if type(value) is dict:
        if not all(type(name) is str and name.isascii() for name in value):
            return False
        items = value.values()
    elif type(value) is list or type(value) is tuple:
        items = value
    else:
        return False
    for item in items:
        kind = type(item)
        if kind is str or kind is bool or item is None:
            continue
        if kind is int:
            if not -MAX_INTEGER <= cast("int", item) <= MAX_INTEGER:
                return False
        elif depth == MAX_DEPTH or not _is_plain(item, depth + 1):
            return False
    return True


def digest(value: Mapping[str, JsonValue]) -> str:
    """SHA-256 of the canonical form, 64 hexadecimal digits."""
    return hashlib.sha256(encode(value)).hexdigest()


def decode(document: bytes, *, limit: int = MAX_DOCUMENT_BYTES) -> dict[str, JsonValue]:
    """Decode one JSON object of at most `limit` bytes; whatever is returned can be encoded.

    Raises:
        InvalidArgument: too long, not UTF-8 JSON, not an object, a name twice, a float, an integer
            beyond 2**53 - 1, a lone surrogate, or nested deeper than 16; `field` says where, and
            no value is repeated.
    """
    if len(document) > limit:
        cut = document[:limit].decode("utf-8", "replace")
        raise InvalidArgument(
            f"the document has {len(document)} bytes, at most {limit} are taken",
            field=field_path(path_reached(cut)) or None,
        )
    try:
        value = json.loads(
            document.decode("utf-8"), object_pairs_hook=_unique, parse_int=_parse_integer
        )
    except ValueError as error:
        place = ""
        if isinstance(error, json.JSONDecodeError):
            place = f" (line {error.lineno}, column {error.colno})"
        # Without the cause: it holds the document, and with it private values.
        raise InvalidArgument(f"the document is not UTF-8 JSON{place}") from None
    except RecursionError:
        path = path_too_deep(document.decode("utf-8"))
        raise InvalidArgument("the document nests too deep", field=field_path(path)) from None
    if not isinstance(value, dict):
        raise InvalidArgument("the document is not a JSON object")
    _require_encodable(value, ())
    return cast("dict[str, JsonValue]", value)


def field_path(steps: Iterable[str | int]) -> str:
    """Write where a value stands, for example parts.0.weight; hostile names are cut and escaped."""
    return ".".join(ascii(str(step)[:_MAX_NAME])[1:-1] for step in steps)


def path_too_deep(text: str) -> tuple[str | int, ...]:
    """Where a JSON text first nests deeper than 16, found without recursion, however deep it is.

    Empty where it does not.
    """
    return next((tuple(path) for path in _paths(text) if len(path) > MAX_DEPTH), ())


def path_reached(text: str) -> tuple[str | int, ...]:
    """The place, at most 16 deep, in which a JSON text that was cut ends."""
    path: list[str | int] = []
    for path in _paths(text):
        if len(path) > MAX_DEPTH:
            break
    return tuple(path[:MAX_DEPTH])


def _paths(text: str) -> Iterator[list[str | int]]:
    """The place after each bracket, name and comma: one list, that changes as it goes on."""
    path: list[str | int] = []
    name = ""
    for found in _SIGN.finditer(text):
        match sign := found[0]:
            case "[" | "{":
                path.append(0 if sign == "[" else "")
            case "]" | "}" if path:
                path.pop()
            case ":" if path:
                path[-1] = name
            case "," if path:
                step = path[-1]
                path[-1] = step + 1 if isinstance(step, int) else ""
            case _:
                name = sign[1:-1]
        yield path


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise InvalidArgument("a name stands twice in one object", field=field_path([name]))
        found[name] = value
    return found


def _parse_integer(text: str) -> int | float:
    # Longer ones are far beyond the range, and slow to convert.
    return int(text) if len(text) <= len(str(-MAX_INTEGER)) else math.inf


def _require_encodable(value: object, path: tuple[str | int, ...]) -> None:
    if len(path) > MAX_DEPTH:
        raise InvalidArgument("the document nests too deep", field=field_path(path))
    match value:
        case dict():
            for name, item in value.items():
                _require_encodable(name, (*path, name))
                _require_encodable(item, (*path, name))
        case list():
            for place, item in enumerate(value):
                _require_encodable(item, (*path, place))
        case str() if not (value.isascii() or _is_unicode(value)):
            raise InvalidArgument("a text holds a lone surrogate", field=field_path(path))
        case int() | float() if isinstance(value, float) or abs(value) > MAX_INTEGER:
            raise InvalidArgument(
                "a number is an integer of at most 2**53 - 1: amounts are given in hundredths",
                field=field_path(path),
            )


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
