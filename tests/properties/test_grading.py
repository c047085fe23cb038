"""Scales and final marks against exact fractions."""

from fractions import Fraction
from itertools import pairwise
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaincode.domain.errors import InvalidArgument
from chaincode.domain.grading import (
    FULL_WEIGHT,
    Better,
    Mode,
    Part,
    Rounding,
    Scale,
    final_mark,
    require_whole,
)


@st.composite
def scales(draw: st.DrawFn) -> Scale:
    """Any scale; its ends lie whole steps apart."""
    step = draw(st.integers(1, 1_000))
    lowest = draw(st.integers(0, 50_000))
    steps = draw(st.integers(1, (100_000 - lowest) // step))
    return Scale(
        lowest=lowest,
        highest=lowest + steps * step,
        pass_mark=lowest + draw(st.integers(0, steps)) * step,
        better=draw(st.sampled_from(Better)),
        step=step,
        rounding=draw(st.sampled_from(Rounding)),
    )


@st.composite
def wholes(draw: st.DrawFn) -> tuple[Part, ...]:
    """Parts whose weights make a whole."""
    cuts = draw(st.sets(st.integers(1, FULL_WEIGHT - 1), max_size=9))
    ends = [0, *sorted(cuts), FULL_WEIGHT]
    return tuple(
        Part(id=f"p{place}", title="x", weight=high - low, mode=draw(st.sampled_from(Mode)))
        for place, (low, high) in enumerate(pairwise(ends))
    )


def on_scale(scale: Scale) -> st.SearchStrategy[int]:
    steps = (scale.highest - scale.lowest) // scale.step
    return st.integers(0, steps).map(lambda number: scale.lowest + number * scale.step)


def rounded(scale: Scale, mean: Fraction) -> int:
    """The rule in words: whole steps above the lowest mark, the rest by the scale's rounding."""
    steps = (mean - scale.lowest) / scale.step
    whole, rest = floor(steps), steps - floor(steps)
    half = Fraction(1, 2)
    if scale.rounding is Rounding.HALF_UP:
        whole += rest >= half
    elif scale.rounding is Rounding.HALF_EVEN:
        whole = round(steps)
    return scale.lowest + whole * scale.step


@given(scales(), wholes(), st.data())
def test_the_final_mark_is_the_exact_mean_rounded_once(
    scale: Scale, parts: tuple[Part, ...], data: st.DataObject
) -> None:
    require_whole(parts)
    marks = {part.id: data.draw(on_scale(scale)) for part in parts}
    mean = sum((Fraction(part.weight * marks[part.id], FULL_WEIGHT) for part in parts), Fraction())
    found = final_mark(scale, parts, marks)
    assert found == rounded(scale, mean)
    assert scale.holds(found)
    assert min(marks.values()) <= found <= max(marks.values())
    assert abs(found - mean) < scale.step
    if scale.rounding is not Rounding.TRUNCATE:
        assert 2 * abs(found - mean) <= scale.step


@given(scales(), wholes(), st.data())
def test_a_better_part_never_makes_a_worse_mark(
    scale: Scale, parts: tuple[Part, ...], data: st.DataObject
) -> None:
    marks = {part.id: data.draw(on_scale(scale)) for part in parts}
    raised = data.draw(st.sampled_from(parts)).id
    higher = data.draw(on_scale(scale).filter(lambda mark: mark >= marks[raised]))
    low, high = final_mark(scale, parts, marks), final_mark(scale, parts, marks | {raised: higher})
    assert low <= high
    worse, better = (low, high) if scale.better is Better.HIGHER else (high, low)
    assert scale.passes(better) or not scale.passes(worse)


@given(scales(), st.integers(0, 100_000))
def test_a_mark_is_taken_exactly_if_it_is_one_of_the_steps(scale: Scale, mark: int) -> None:
    expected = mark in range(scale.lowest, scale.highest + 1, scale.step)
    assert scale.holds(mark) is expected
    try:
        scale.require_mark(mark)
    except InvalidArgument:
        assert not expected
    else:
        assert expected


@given(st.lists(st.integers(1, FULL_WEIGHT), min_size=1, max_size=8))
def test_weights_make_a_whole_or_are_refused(weights: list[int]) -> None:
    parts = tuple(
        Part(id=f"p{place}", title="x", weight=weight, mode=Mode.ONLINE)
        for place, weight in enumerate(weights)
    )
    if sum(weights) == FULL_WEIGHT:
        require_whole(parts)
        return
    with pytest.raises(InvalidArgument) as refused:
        require_whole(parts)
    assert refused.value.facts == {"total": sum(weights)}
