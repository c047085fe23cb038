"""What is looked for in logs, stores and blocks is found wherever it stands."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.on_fabric.scan import Texts

# Few different bytes: what is looked for is often nearly there.
NARROW = st.integers(0, 2).map(lambda value: bytes([value]))
TEXTS = st.lists(NARROW, min_size=1, max_size=24).map(b"".join)


@given(st.sets(TEXTS, min_size=1, max_size=6), TEXTS)
def test_as_one_by_one(wanted: set[bytes], content: bytes) -> None:
    assert Texts(wanted).found_in(content) == {text for text in wanted if text in content}


@given(st.binary(min_size=1, max_size=40), st.binary(max_size=40), st.binary(max_size=40))
def test_at_every_place(text: bytes, before: bytes, after: bytes) -> None:
    assert Texts([text]).found_in(before + text + after) == {text}
