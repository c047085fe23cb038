from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaincode.domain.qualification.shares import (
    Load,
    ShareUnit,
    at_least,
    at_most,
    excess,
    shortfall,
)

COURSES, CREDITS = ShareUnit.COURSES, ShareUnit.CREDITS


@pytest.mark.parametrize(
    ("whole", "share", "cap"),
    [
        (4, 4_000, 1),
        (5, 4_000, 2),
        (2, 4_000, 0),
        (0, 4_000, 0),
        (7, 0, 0),
        (7, 10_000, 7),
        (3, 3_333, 0),
        (3_000, 3_333, 999),
        (2_401, 4_000, 960),
    ],
)
def test_a_cap_is_rounded_down(whole: int, share: int, cap: int) -> None:
    assert at_most(whole, share) == cap


def test_forty_per_cent_of_four_courses_is_one() -> None:
    term = Load.of([600, 600, 600, 600])
    assert excess(Load.of([600]), term, unit=COURSES, share=4_000) == 0
    assert excess(Load.of([600, 600]), term, unit=COURSES, share=4_000) == 1


def test_courses_and_credits_are_different_shares() -> None:
    term = Load.of([1_200, 300, 300, 300])
    online = Load.of([1_200])
    assert excess(online, term, unit=COURSES, share=4_000) == 0
    assert excess(online, term, unit=CREDITS, share=4_000) == 1_200 - 840


def test_half_of_a_degree_at_home() -> None:
    degree = Load(courses=30, credits=18_000)
    assert shortfall(Load(credits=9_000), degree, unit=CREDITS, share=5_000) == 0
    assert shortfall(Load(credits=8_999), degree, unit=CREDITS, share=5_000) == 1
    assert at_least(105, 5_000) == 53


@given(st.integers(0, 10**6), st.integers(0, 10_000))
def test_caps_and_dues_are_exact(whole: int, share: int) -> None:
    exact = Fraction(whole * share, 10_000)
    assert at_most(whole, share) == floor(exact)
    assert at_least(whole, share) == ceil(exact)
