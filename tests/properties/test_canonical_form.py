"""Canonical form: one value, one byte form, and a way back; hostile bytes are refused."""

import json
from enum import StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from chaincode.domain import canonical
from chaincode.domain.canonical import MAX_INTEGER
from chaincode.domain.course import Course
from chaincode.domain.errors import InvalidArgument, RecordCorrupt
from tests.support.records import make_course

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
INTEGERS = st.integers(-MAX_INTEGER, MAX_INTEGER)
VALUES = st.recursive(
    st.none() | st.booleans() | INTEGERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(TEXTS, VALUES, max_size=6)
COURSE = make_course()


@given(DOCUMENTS)
def test_there_and_back(document: dict[str, Any]) -> None:
    encoded = canonical.encode(document)
    assert canonical.decode(encoded) == document
    assert canonical.encode(canonical.decode(encoded)) == encoded


@given(st.dictionaries(st.text(max_size=3), VALUES | st.floats(allow_nan=False) | st.integers()))
def test_the_form_is_rfc_8785s_whichever_way_it_is_written(document: dict[str, Any]) -> None:
    try:
        expected = rfc8785.dumps(document)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError):
        with pytest.raises(InvalidArgument):
            canonical.encode(document)
        return
    assert canonical.encode(document) == expected


def test_every_character_and_every_kind_of_value() -> None:
    class Text(StrEnum):
        ONE = "one"

    document: dict[str, Any] = {
        "text": "".join(map(chr, [*range(0xD800), *range(0xE000, 0x11000)])),
        "enumerated": Text.ONE,
        "array": (1, True, None, [], {}, -MAX_INTEGER, MAX_INTEGER),
        "": {"b": 1, "a": {"B": 2, "A": 3}},
    }
    for names in ((), ("é",), ("\U00010000", "\uffff")):
        named = document | dict.fromkeys(names, 1)
        assert canonical.encode(named) == rfc8785.dumps(named)


@given(DOCUMENTS, st.randoms(use_true_random=False), st.sampled_from([None, 1]), st.booleans())
def test_order_blanks_and_escapes_of_the_input_do_not_matter(
    document: dict[str, Any],
    random: Any,
    indent: int | None,
    ascii_: bool,  # noqa: FBT001 - drawn
) -> None:
    items = list(document.items())
    random.shuffle(items)
    written = json.dumps(dict(items), indent=indent, ensure_ascii=ascii_).encode()
    assert canonical.encode(canonical.decode(written)) == canonical.encode(document)


@given(DOCUMENTS, DOCUMENTS)
def test_two_values_never_share_a_digest(first: dict[str, Any], second: dict[str, Any]) -> None:
    same = json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)
    assert (canonical.digest(first) == canonical.digest(second)) is same


@given(st.binary(max_size=200) | DOCUMENTS.map(lambda found: json.dumps(found).encode()[:-1]))
def test_any_bytes_are_decoded_or_refused(document: bytes) -> None:
    try:
        found = canonical.decode(document)
    except InvalidArgument as error:
        found = error.document()
    assert canonical.decode(canonical.encode(found)) == found


@given(st.data())
def test_a_stored_record_with_any_change_is_read_whole_or_called_corrupt(data: Any) -> None:
    stored = bytearray(COURSE.encode())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(stored) - 1))
        stored[place] = data.draw(st.integers(0, 255))
    try:
        found = Course.decode(COURSE.key, bytes(stored))
    except RecordCorrupt:
        return
    assert found.key == COURSE.key
    assert Course.decode(found.key, found.encode()) == found
