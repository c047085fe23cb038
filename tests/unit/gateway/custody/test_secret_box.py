import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.custody.errors import SecretUnreadable
from gateway.custody.master_keys import MasterKeys
from gateway.custody.secret_box import SecretBox

FIRST, SECOND = b"1" * 32, b"2" * 32
BOX = SecretBox(MasterKeys(FIRST))


@given(st.binary(max_size=300), st.text(max_size=20), st.text(max_size=20))
def test_opens_what_it_sealed(value: bytes, owner: str, purpose: str) -> None:
    blob = BOX.seal(value, owner=owner, purpose=purpose)
    assert BOX.open(blob, owner=owner, purpose=purpose) == value
    assert len(value) < 8 or value not in blob


@given(st.integers(0, 1 + 8 + 32 + 5 + 16 - 1), st.integers(0, 7))
def test_any_flipped_bit_is_refused(place: int, bit: int) -> None:
    blob = bytearray(BOX.seal(b"value", owner="anna", purpose="key"))
    blob[place] ^= 1 << bit
    with pytest.raises(SecretUnreadable):
        BOX.open(bytes(blob), owner="anna", purpose="key")


@given(st.integers(0, 1 + 8 + 32 + 5 + 16 - 1))
def test_any_truncation_is_refused(length: int) -> None:
    blob = BOX.seal(b"value", owner="anna", purpose="key")
    with pytest.raises(SecretUnreadable):
        BOX.open(blob[:length], owner="anna", purpose="key")


@pytest.mark.parametrize(
    ("owner", "purpose"), [("bert", "key"), ("anna", "payload"), ("annak", "ey"), ("", "annakey")]
)
def test_a_blob_cannot_be_moved(owner: str, purpose: str) -> None:
    blob = BOX.seal(b"value", owner="anna", purpose="key")
    with pytest.raises(SecretUnreadable):
        BOX.open(blob, owner=owner, purpose=purpose)


def test_equal_values_make_different_blobs() -> None:
    assert len({BOX.seal(b"value", owner="a", purpose="b") for _ in range(100)}) == 100


def test_the_master_key_rotates() -> None:
    old = BOX.seal(b"value", owner="anna", purpose="key")
    both = SecretBox(MasterKeys(SECOND, (FIRST,)))
    assert not both.is_current(old)
    new = both.reseal(old, owner="anna", purpose="key")
    assert both.is_current(new)
    alone = SecretBox(MasterKeys(SECOND))
    assert alone.open(new, owner="anna", purpose="key") == b"value"
    with pytest.raises(SecretUnreadable, match="not loaded"):
        alone.open(old, owner="anna", purpose="key")
    with pytest.raises(SecretUnreadable):
        BOX.open(new, owner="anna", purpose="key")


def test_resealing_does_not_move_a_blob() -> None:
    blob = BOX.seal(b"value", owner="anna", purpose="key")
    with pytest.raises(SecretUnreadable):
        BOX.reseal(blob, owner="bert", purpose="key")
