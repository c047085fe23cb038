"""From a schema and a good document: documents that are bad in one place each."""

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.api.limits import RULE_LIMIT
from tests.support.rest import Interface

MARKER = "s3cr3t-marker"
"""Stands in every bad text: no answer may repeat it."""
_RAW = "@@raw@@"
_JSON_TYPES: Mapping[str, object] = {
    "string": MARKER,
    "integer": 7,
    "number": 1.5,
    "boolean": True,
    "null": None,
    "array": [MARKER],
    "object": {"inner": MARKER},
}
_INTEGERS = (-1, 10**30, -(10**30), 2**63, 1.0, 1e300, "1", True)
_RAW_NUMBERS = ("1e400", "NaN", "-Infinity", "9" * 5000)
_AMOUNTS = ("6", "6.0", "6,00", "1e2", "NaN", "-6.00", "٦.00", "99999999999.00", "06.00", " 6.00")
_TIMES = ("2026-11-22", "2026-11-22T09:00:00+01:00", "2026-13-01T00:00:00Z", "9999-12-31T23:59:59Z")


@dataclass(frozen=True)
class BadBody:
    """A body, the field that the problem has to name (None: no one field), and what is wrong."""

    what: str
    content: bytes
    field: str | None
    statuses: frozenset[int] = frozenset({422})


def bad_fields(interface: Interface, schema: Mapping[str, Any], good: Any) -> Iterator[BadBody]:
    """Every field of the schema, wrong in every way that its type allows."""
    for pointer, value, raw in _object(interface, schema, "", good):
        changed = _set(good, pointer, value)
        text = json.dumps(changed)
        if raw is not None:
            text = text.replace(json.dumps(_RAW), raw)
        what = f"{pointer}: {raw or repr(value)}"[:80]
        statuses = {400, 422} if raw is not None else {422}
        yield BadBody(what, text.encode(), None if raw else pointer, frozenset(statuses))


class _Missing:
    def __repr__(self) -> str:
        return "missing"


_MISSING = _Missing()
_Change = tuple[str, object, str | None]


def _object(
    interface: Interface, schema: Mapping[str, Any], at: str, good: Any
) -> Iterator[_Change]:
    schema = interface.resolved(schema)
    yield f"{at}/unexpected", MARKER, None
    yield f"{at}/ ", None, None
    for name, item in schema.get("properties", {}).items():
        pointer = f"{at}/{name}"
        if name in schema.get("required", ()):
            yield pointer, _MISSING, None
        yield from _value(interface, interface.resolved(item), pointer, (good or {}).get(name))


def _value(
    interface: Interface, schema: Mapping[str, Any], at: str, good: Any
) -> Iterator[_Change]:
    kind = schema.get("type")
    if kind is None:
        # One of several forms, as parts of rules are: their own tests go through each.
        return
    for other, value in _JSON_TYPES.items():
        if other != kind and not (other == "null" and schema.get("nullable")):
            yield at, value, None
    if kind == "array":
        yield from _array(interface, schema, at, good)
        return
    yield at, _nested(), None
    if kind == "object" and good is not None:
        yield from _object(interface, schema, at, good)
    elif kind == "integer":
        for number in (*_INTEGERS, schema["minimum"] - 1, schema["maximum"] + 1):
            yield at, number if isinstance(number, (str, bool)) else _whole(number), None
        yield from ((at, _RAW, raw) for raw in _RAW_NUMBERS)
    elif kind == "string":
        yield from ((at, text, None) for text in _texts(schema, good))


def _array(
    interface: Interface, schema: Mapping[str, Any], at: str, good: Any
) -> Iterator[_Change]:
    if schema.get("minItems"):
        yield at, [], None
    if not good:
        return
    if "maxItems" in schema:
        yield at, [good[0]] * (schema["maxItems"] + 1), None
    item = interface.resolved(schema["items"])
    yield from _value(interface, item, f"{at}/0", good[0])


def _nested() -> object:
    nested: object = []
    for _ in range(200):
        nested = [nested]
    return nested


def _whole(number: float) -> float:
    return number if number in {1.0, 1e300} else int(number)


def _texts(schema: Mapping[str, Any], good: Any) -> Iterator[str]:
    yield MARKER * 1600
    yield MARKER + "\ud800"
    if "enum" in schema:
        yield from (MARKER, schema["enum"][0].upper(), schema["enum"][0] + " ", "")
    elif "6.00" in schema.get("examples", ()):
        yield from _AMOUNTS
    elif schema.get("format") == "date-time":
        yield from _TIMES
    elif "pattern" in schema:
        sound = good or ""
        yield from ("", MARKER + "\x00", sound + "\n", " " + sound, sound + "é")
    elif schema.get("format") != "password":
        yield MARKER + "\x00"
        yield "\x1b[31m" + MARKER
    if schema.get("minLength"):
        yield ""


def bad_wholes(good: Any) -> Iterator[BadBody]:
    """Bodies that are bad as a whole."""
    text = json.dumps(good)
    first = next(iter(good))
    twice = f'{{"{first}": {json.dumps(good[first])}, {text[1:]}'
    yield BadBody("a name twice", twice.encode(), f"/{first}")
    for what, content in (
        ("empty", b""),
        ("cut", text[:-1].encode()),
        ("more behind it", text.encode() + b"{}"),
        ("a byte order mark", b"\xef\xbb\xbf" + text.encode()),
        ("UTF-16", text.encode("utf-16")),
        ("no UTF-8", b'{"' + MARKER.encode() + b'\xff": 1}'),
        ("single quotes", text.replace('"', "'").encode()),
        ("a text", MARKER.encode()),
    ):
        yield BadBody(what, content, None, frozenset({400}))
    for what, content, field in (
        ("deep arrays", b"[" * 60_000, "/0" * 17),
        ("deep objects", b'{"a":' * 20_000 + b"1" + b"}" * 20_000, "/a" * 16 + "/"),
    ):
        yield BadBody(what, content, field)
    for what in ("[]", "null", "7", "true", f'"{MARKER}"', f"[{text}]"):
        yield BadBody(f"no object: {what[:20]}", what.encode(), None)
    long = "x" * 30_000
    yield BadBody("a long name", json.dumps(good | {long: 1}).encode(), f"/{long[:64]}")
    for name, shown in (("", "/"), ("\ud800", "/\\ud800"), ("a.b", "/a.b"), ("a/~", "/a~1~0")):
        yield BadBody(f"the name {name!r}", json.dumps(good | {name: 1}).encode(), shown)
    big = b'{"' + first.encode() + b'": "' + MARKER.encode() * 800_000 + b'"}'
    yield BadBody("10 MB", big, None, frozenset({413}))
    padded = text.encode() + b" " * RULE_LIMIT
    yield BadBody("over the limit by blanks", padded, None, frozenset({413}))


def _set(document: Any, pointer: str, value: object) -> Any:
    changed = copy.deepcopy(document)
    *steps, last = pointer[1:].split("/")
    place: Any = changed
    for step in steps:
        place = place[int(step) if isinstance(place, list) else step]
    if value is _MISSING:
        place.pop(last, None)
    elif isinstance(place, list):
        place[int(last)] = value
    else:
        place[last] = value
    return changed
