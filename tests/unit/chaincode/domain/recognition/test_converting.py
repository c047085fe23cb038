"""Conversions where it is close: borders, ties, points, sums that are not quite 100, ends."""

import json
from fractions import Fraction
from typing import Any

import pytest

from chaincode.domain.grading import Rounding
from chaincode.domain.recognition.conversions import ByDistribution, Linear
from chaincode.domain.recognition.converting import convert
from chaincode.domain.recognition.rounding import RoundTo


def table(*shares: str) -> dict[str, Any]:
    """One band for each share; the best has the highest grade."""
    return {
        "better": "higher",
        "step": "1.00",
        "graded": 100,
        "bands": [
            {"lowest": f"{grade}.00", "highest": f"{grade}.00", "share": share}
            for grade, share in zip(range(len(shares), 0, -1), shares, strict=True)
        ],
    }


def converted(pick: str, host: dict[str, Any], home: dict[str, Any], grade: int) -> int | None:
    document = {
        "kind": "by-distribution",
        "host": host,
        "home": home,
        "pick": pick,
        "band_value": "lowest",
        "fewest_graded": 100,
        "rounding": {"mode": "half-up", "digits": 0},
    }
    conversion = ByDistribution.model_validate_json(json.dumps(document))
    return convert(conversion, 100 * grade)


def test_a_middle_on_a_border_belongs_to_the_better_grade() -> None:
    assert converted("middle", table("20.00", "80.00"), table("10.00", "90.00"), 2) == 200
    assert converted("middle", table("20.02", "79.98"), table("10.00", "90.00"), 2) == 100


def test_a_tie_of_overlaps_belongs_to_the_better_grade() -> None:
    host, home = table("20.00", "80.00"), table("10.00", "10.00", "80.00")
    assert converted("largest-overlap", host, home, 2) == 300


@pytest.mark.parametrize("pick", ["best", "worst", "middle", "largest-overlap"])
def test_touching_in_a_point_is_no_overlap(pick: str) -> None:
    halves = table("50.00", "50.00")
    assert [converted(pick, halves, halves, grade) for grade in (2, 1)] == [200, 100]


@pytest.mark.parametrize("pick", ["best", "worst", "middle", "largest-overlap"])
@pytest.mark.parametrize("half", ["49.95", "50.05"])
def test_a_sum_near_100_is_scaled_exactly(pick: str, half: str) -> None:
    exact, near = table("50.00", "50.00"), table(half, half)
    for host, home in ((exact, near), (near, exact)):
        assert [converted(pick, host, home, grade) for grade in (2, 1)] == [200, 100]


@pytest.mark.parametrize("pick", ["best", "worst", "middle", "largest-overlap"])
def test_a_share_of_nothing_is_a_point(pick: str) -> None:
    host = table("0.00", "50.00", "0.00", "50.00", "0.00")
    home = table("0.00", "50.00", "50.00", "0.00")
    grades = [converted(pick, host, home, grade) for grade in (5, 4, 3, 2, 1)]
    assert grades == [300, 300, 300, 200, 200]


def test_a_grade_in_no_band_is_not_converted() -> None:
    halves = table("50.00", "50.00")
    assert converted("best", halves, halves, 3) is None


@pytest.mark.parametrize(
    ("mark", "grade"), [(599, None), (600, 400), (900, 250), (1_200, 100), (1_201, None)]
)
def test_a_line_ends_at_the_pass_mark_and_at_the_best_grade(mark: int, grade: int | None) -> None:
    line = Linear.model_validate_json(
        json.dumps(
            {
                "kind": "linear",
                "host_pass": "6.00",
                "host_best": "12.00",
                "home_pass": "4.00",
                "home_best": "1.00",
                "rounding": {"mode": "half-up", "digits": 2},
            }
        )
    )
    assert convert(line, mark) == grade


@pytest.mark.parametrize(
    ("mode", "digits", "hundredths", "rounded"),
    [
        (Rounding.HALF_UP, 1, 195, 200),
        (Rounding.HALF_UP, 1, 194, 190),
        (Rounding.HALF_EVEN, 1, 185, 180),
        (Rounding.HALF_EVEN, 1, 195, 200),
        (Rounding.HALF_EVEN, 1, 186, 190),
        (Rounding.TRUNCATE, 1, 199, 190),
        (Rounding.TRUNCATE, 0, 199, 100),
        (Rounding.HALF_UP, 0, 150, 200),
        (Rounding.HALF_EVEN, 0, 250, 200),
        (Rounding.TRUNCATE, 2, 199, 199),
    ],
)
def test_rounding(mode: Rounding, digits: int, hundredths: int, rounded: int) -> None:
    assert RoundTo(mode=mode, digits=digits).apply(Fraction(hundredths)) == rounded
