"""Who is behind whom, from what each says of itself."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from network.comparison import Standing, askers, compare
from network.config import load
from network.errors import HeightUnknownError
from network.layout import Layout

Said = int | HeightUnknownError
SILENT = HeightUnknownError("does not answer")


def saying(answers: Sequence[Said]) -> Callable[[], Awaitable[int]]:
    """Answers in turn, the last one for ever."""
    left = list(answers)

    async def ask() -> int:
        said = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(said, HeightUnknownError):
            raise said
        return said

    return ask


async def test_equal_heights_are_no_problem() -> None:
    found = await compare({"a": saying([7]), "b": saying([7])}, seconds=60)
    assert found == {"a": Standing(7), "b": Standing(7)}


async def test_who_stands_is_behind_by_what_the_others_have_at_the_end() -> None:
    asked = {"a": saying([7, 8, 9]), "b": saying([4]), "c": saying([7])}
    found = await compare(asked, seconds=0.5)
    assert found["a"] == Standing(9)
    assert found["c"] == Standing(7)  # it has what a had at first; nobody gets all at once
    assert found["b"].height == 4
    assert found["b"].problem is not None
    assert found["b"].problem.startswith("behind by 5 blocks (4 of 9)")


async def test_one_block_is_counted_as_one() -> None:
    found = await compare({"a": saying([2]), "b": saying([1])}, seconds=0)
    assert found["b"].problem is not None
    assert found["b"].problem.startswith("behind by 1 block (1 of 2)")


async def test_who_comes_to_where_another_was_is_not_behind() -> None:
    asked = {"a": saying([7, 9, 11]), "b": saying([4, 6, 8])}
    found = await compare(asked, seconds=60)
    assert found == {"a": Standing(11), "b": Standing(8)}


async def test_who_says_nothing_is_named_and_asked_once() -> None:
    asked = {"a": saying([7]), "b": saying([SILENT, 7]), "c": saying([6, 7])}
    found = await compare(asked, seconds=60)
    assert found == {"a": Standing(7), "b": Standing(None, "does not answer"), "c": Standing(7)}


async def test_insisting_asks_again_and_compares_when_all_have_answered() -> None:
    asked = {"a": saying([SILENT, SILENT, 7]), "b": saying([SILENT, 5, 5, 7])}
    found = await compare(asked, seconds=60, insist=True)
    assert found == {"a": Standing(7), "b": Standing(7)}


async def test_insisting_ends() -> None:
    found = await compare({"a": saying([SILENT]), "b": saying([7])}, seconds=0.3, insist=True)
    assert found == {"a": Standing(None, "does not answer"), "b": Standing(7)}


async def test_nobody_to_ask_is_no_problem() -> None:
    assert await compare({}, seconds=60) == {}


async def test_orderers_and_peers_of_the_channel_are_asked(tmp_path: Path) -> None:
    layout = Layout.of(load(), tmp_path)
    asked = askers(layout, "credits")
    members = ("alpha", "beta", "gamma", "ministry")
    assert set(asked) == {(member, place) for member in members for place in ("orderer", "peer")}
    for ask in asked.values():
        # Nothing runs there, and no identity was made: both are told, none is raised otherwise.
        with pytest.raises(HeightUnknownError):
            await ask()
