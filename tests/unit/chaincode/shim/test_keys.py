from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaincode.shim import InvalidCollectionError, InvalidKeyError, keys

LONE_SURROGATE = "\ud800"
parts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00\U0010ffff"), max_size=8
)


def test_a_composite_key_is_fabrics() -> None:
    key = keys.create_composite_key("owner~name", ["alpha", "", "a b"])
    assert key == "\x00owner~name\x00alpha\x00\x00a b\x00"


@given(parts, st.lists(parts, max_size=4))
def test_a_composite_key_comes_apart_again(object_type: str, attributes: list[str]) -> None:
    key = keys.create_composite_key(object_type, attributes)
    assert keys.split_composite_key(key) == (object_type, attributes)
    keys.check_written_key(key)


@given(parts, st.lists(parts, max_size=3), st.lists(parts, max_size=3))
def test_a_composite_range_holds_what_begins_alike_and_nothing_else(
    kind: Any, attributes: list[str], others: list[str]
) -> None:
    start, end = keys.composite_range(kind, attributes)
    inside = keys.create_composite_key(kind, [*attributes, *others])
    outside = keys.create_composite_key(kind + "x", [*attributes, *others])
    assert start.encode() <= inside.encode() < end.encode()
    assert not start.encode() <= outside.encode() < end.encode()


@pytest.mark.parametrize("part", ["a\x00", "\U0010ffff", LONE_SURROGATE])
def test_parts_that_would_blur_a_composite_key_are_refused(part: str) -> None:
    with pytest.raises(InvalidKeyError):
        keys.create_composite_key(part)
    with pytest.raises(InvalidKeyError):
        keys.create_composite_key("kind", ["fine", part])


@pytest.mark.parametrize(
    "key", ["", "\x00", "simple", "\x00open", "kind\x00", "\x00a\U0010ffff\x00"]
)
def test_what_is_no_composite_key_does_not_come_apart(key: str) -> None:
    with pytest.raises(InvalidKeyError):
        keys.split_composite_key(key)


@pytest.mark.parametrize("key", ["", LONE_SURROGATE, "\x00", "\x00\U0010ffffinitialized"])
def test_keys_that_must_not_be_written(key: str) -> None:
    with pytest.raises(InvalidKeyError):
        keys.check_written_key(key)


def test_an_open_range_leaves_composite_keys_out() -> None:
    assert keys.simple_range("", "") == ("\x01", "")
    assert keys.simple_range("a", "b") == ("a", "b")


@pytest.mark.parametrize("bounds", [("\x00a", ""), ("a", "\x00"), (LONE_SURROGATE, "")])
def test_a_simple_range_stays_out_of_composite_keys(bounds: tuple[str, str]) -> None:
    with pytest.raises(InvalidKeyError):
        keys.simple_range(*bounds)


@pytest.mark.parametrize("collection", ["", LONE_SURROGATE])
def test_a_collection_needs_a_name(collection: str) -> None:
    with pytest.raises(InvalidCollectionError):
        keys.check_collection(collection)
