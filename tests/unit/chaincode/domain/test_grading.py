from fractions import Fraction
from typing import Any

import pytest
from pydantic import ValidationError

from chaincode.domain.errors import InvalidArgument
from chaincode.domain.grading import (
    Better,
    Mode,
    Part,
    Rounding,
    Scale,
    final_mark,
    require_whole,
)
from chaincode.domain.recognition.amounts import format_hundredths
from tests.support.records import GERMAN, PARTS, SCALE


def scale(**changes: Any) -> Scale:
    return Scale.model_validate(SCALE.model_dump() | changes)


def part(identifier: str, weight: int) -> Part:
    return Part(id=identifier, title="x", weight=weight, mode=Mode.ONLINE)


@pytest.mark.parametrize(
    "changes",
    [
        {"lowest": 5_001},
        {"highest": 4_999},
        {"lowest": 10_000, "pass_mark": 10_000},
        {"pass_mark": 10_001},
        {"step": 3},
        {"step": 100, "pass_mark": 5_050},
        {"step": 0},
        {"highest": 100_001},
        {"lowest": -1},
        {"better": "sideways"},
        {"rounding": "up"},
    ],
)
def test_a_scale_that_is_none(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        scale(**changes)


def test_pass_mark_may_be_either_end() -> None:
    assert scale(pass_mark=0).passes(0)
    assert scale(pass_mark=10_000).passes(10_000)
    assert not scale(pass_mark=10_000).passes(9_999)


@pytest.mark.parametrize(
    ("better", "mark", "passes"),
    [
        (Better.HIGHER, 4_999, False),
        (Better.HIGHER, 5_000, True),
        (Better.HIGHER, 5_001, True),
        (Better.LOWER, 4_999, True),
        (Better.LOWER, 5_000, True),
        (Better.LOWER, 5_001, False),
    ],
)
def test_the_pass_mark_itself_passes(better: Better, mark: int, *, passes: bool) -> None:
    assert scale(better=better).passes(mark) is passes


@pytest.mark.parametrize("mark", [100, 110, 400, 500])
def test_marks_on_the_scale(mark: int) -> None:
    GERMAN.require_mark(mark)
    assert GERMAN.holds(mark)


@pytest.mark.parametrize("mark", [0, 99, 105, 101, 499, 501, 510])
def test_marks_off_the_scale_are_refused_and_not_named(mark: int) -> None:
    assert not GERMAN.holds(mark)
    with pytest.raises(InvalidArgument) as refused:
        GERMAN.require_mark(mark, field="private.mark")
    assert refused.value.field == "private.mark"
    words = str(refused.value).split()
    assert not {str(mark), format_hundredths(mark)} & set(words)


def test_who_enters_a_mark_reads_it_as_it_is_written() -> None:
    with pytest.raises(InvalidArgument, match=r"between 1\.00 and 5\.00$"):
        GERMAN.require_mark(501)
    with pytest.raises(InvalidArgument, match=r"in steps of 0\.10$"):
        GERMAN.require_mark(105)
    with pytest.raises(InvalidArgument, match=r"sum to 99\.99, not to 100\.00 per cent$"):
        require_whole((part("a", 9_999),))


@pytest.mark.parametrize(
    ("rounding", "mean", "expected"),
    [
        (Rounding.HALF_UP, Fraction(8_250), 8_250),
        (Rounding.HALF_UP, Fraction(82_505, 10), 8_251),
        (Rounding.HALF_UP, Fraction(82_504, 10), 8_250),
        (Rounding.HALF_EVEN, Fraction(82_505, 10), 8_250),
        (Rounding.HALF_EVEN, Fraction(82_515, 10), 8_252),
        (Rounding.HALF_EVEN, Fraction(82_506, 10), 8_251),
        (Rounding.TRUNCATE, Fraction(82_509, 10), 8_250),
        (Rounding.TRUNCATE, Fraction(82_500, 10), 8_250),
    ],
)
def test_rounding_to_the_step(rounding: Rounding, mean: Fraction, expected: int) -> None:
    assert scale(rounding=rounding).round(mean.numerator, mean.denominator) == expected


def test_the_mean_of_the_recognition_page() -> None:
    # 6.00 credits at 1.7 and 4.00 at 2.3: 1.94, truncated to one digit 1.9.
    assert GERMAN.round(6 * 170 + 4 * 230, 10) == 190


def test_steps_are_counted_from_the_lowest_mark() -> None:
    odd = Scale(lowest=5, highest=105, pass_mark=55, better=Better.HIGHER, step=10)
    assert odd.round(59, 1) == 55
    assert odd.round(60, 1) == 65


def test_weights_make_a_whole() -> None:
    require_whole(PARTS)
    require_whole((part("a", 10_000),))
    require_whole((part("a", 3_333), part("b", 3_333), part("c", 3_334)))


@pytest.mark.parametrize(
    ("weights", "total"), [((9_999,), 9_999), ((5_000, 5_001), 10_001), ((5_000,) * 3, 15_000)]
)
def test_weights_that_do_not(weights: tuple[int, ...], total: int) -> None:
    parts = tuple(part(f"p{place}", weight) for place, weight in enumerate(weights))
    with pytest.raises(InvalidArgument) as refused:
        require_whole(parts)
    assert refused.value.field == "parts"
    assert refused.value.facts == {"total": total}


def test_each_part_has_a_name_of_its_own() -> None:
    with pytest.raises(InvalidArgument, match="name of its own"):
        require_whole((part("a", 5_000), part("a", 5_000)))


def test_the_final_mark_is_the_weighted_mean() -> None:
    assert final_mark(SCALE, PARTS, {"essay": 8_000, "exam": 6_500}) == 7_100
    assert final_mark(SCALE, PARTS, {"essay": 8_000, "exam": 6_500, "surplus": 1}) == 7_100
    assert final_mark(GERMAN, PARTS, {"essay": 170, "exam": 230}) == 200


def test_all_missing_parts_are_named() -> None:
    with pytest.raises(InvalidArgument, match="no mark for: essay, exam") as refused:
        final_mark(SCALE, PARTS, {})
    assert refused.value.field == "grades"
