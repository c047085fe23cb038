"""A rule for grades computes exactly, and stays on the scale."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chaincode.domain.grade import GradeReason
from chaincode.domain.grading import Better, Rounding, Scale
from gateway.services.bulk.grade_documents import GradeRule

_MODES = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.TRUNCATE: ROUND_DOWN,
}


def scale(step: int = 1, rounding: Rounding = Rounding.HALF_UP, highest: int = 10_000) -> Scale:
    return Scale(
        lowest=0,
        highest=highest,
        pass_mark=0,
        better=Better.HIGHER,
        step=step,
        rounding=rounding,
    )


def rule(factor: int = 10_000, offset: int = 0, *, clamp: bool = False) -> GradeRule:
    return GradeRule(
        part="essay", factor=factor, offset=offset, clamp=clamp, reason=GradeReason.APPEAL
    )


@pytest.mark.parametrize(
    ("factor", "offset", "mark", "step", "after"),
    [
        (10_000, 0, 8250, 50, 8250),
        (10_300, -125, 8250, 50, 8350),  # 83.725
        (10_500, 0, 5, 1, 5),  # 0.0525
        (11_000, 0, 5, 1, 6),  # 0.055, half up
        (10_001, 0, 5_000, 1, 5_001),  # 50.005, half up
        (0, 4_200, 9_900, 1, 4_200),
        (3_333, 0, 3_000, 1, 1_000),  # 9.999
    ],
)
def test_a_rule_is_exact(factor: int, offset: int, mark: int, step: int, after: int) -> None:
    assert rule(factor, offset).applied(scale(step), mark) == after


@pytest.mark.parametrize(("offset", "after"), [(2_000, 10_000), (-9_500, 0)])
def test_outside_the_scale_there_is_no_mark_or_its_end(offset: int, after: int) -> None:
    assert rule(offset=offset).applied(scale(), 9_000) is None
    assert rule(offset=offset, clamp=True).applied(scale(), 9_000) == after


@given(
    factor=st.integers(0, 100_000),
    offset=st.integers(-100_000, 100_000),
    steps=st.integers(0, 200),
    step=st.sampled_from([1, 5, 10, 50, 100]),
    rounding=st.sampled_from(list(Rounding)),
    clamp=st.booleans(),
)
def test_it_is_what_decimals_give(
    *, factor: int, offset: int, steps: int, step: int, rounding: Rounding, clamp: bool
) -> None:
    whole, mark = scale(step, rounding, highest=200 * step), steps * step
    exact = (Decimal(mark) * factor / 10_000 + offset) / step
    found = rule(factor, offset, clamp=clamp).applied(whole, mark)
    expected = int(exact.quantize(Decimal(1), rounding=_MODES[rounding])) * step
    if exact < 0:
        # Below the scale nothing rounds back onto it, but for half a step.
        assert found in {0, None}
    elif expected <= whole.highest:
        assert found == expected
    else:
        assert found == (whole.highest if clamp else None)
    assert found is None or whole.holds(found)
