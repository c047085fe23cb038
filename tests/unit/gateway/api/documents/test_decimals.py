import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from gateway.api.documents import decimals
from gateway.api.documents.decimals import CreditsText, format_hundredths, parse_hundredths

_NEAR_THE_BOUNDS = [
    f"{sign}{whole}.{part}"
    for sign in ("", "-")
    for whole in (0, 1, 9, 10, 11, 99, 100, 101, 119, 120, 121, 999, 1000, 1001, 9999)
    for part in ("00", "01", "99", "0000", "0001")
]


@given(st.integers(0, 999_999_999))
def test_hundredths_come_back_as_they_went(amount: int) -> None:
    assert parse_hundredths(format_hundredths(amount)) == amount


@pytest.mark.parametrize(("text", "amount"), [("0.00", 0), ("6.00", 600), ("82.05", 8205)])
def test_known_amounts(text: str, amount: int) -> None:
    assert parse_hundredths(text) == amount
    assert format_hundredths(amount) == text


@pytest.mark.parametrize(
    "other",
    [6, 6.0, True, None, "6", "6.0", "6.000", "06.00", "6,00", "+6.00", "-6.00", " 6.00", "6.00\n",
     "6e2", "٦.00", "10000000.00", ""],
)  # fmt: skip
def test_no_other_form_is_an_amount(other: object) -> None:
    with pytest.raises(ValueError, match="two decimals"):
        parse_hundredths(other)


def test_the_domains_range_holds_outside_too() -> None:
    credits_ = TypeAdapter(CreditsText)
    assert credits_.validate_python("120.00") == 12_000
    for other in ("0.00", "120.01"):
        with pytest.raises(ValidationError):
            credits_.validate_python(other)


@pytest.mark.parametrize(
    "name",
    [
        "CreditsText",
        "MarkText",
        "WeightText",
        "CreditSumText",
        "CreditFloorText",
        "ShareText",
        "StepText",
        "OffsetText",
        "FactorText",
    ],
)
def test_the_schema_takes_what_the_code_takes(name: str) -> None:
    adapter = TypeAdapter[int](getattr(decimals, name))
    pattern = re.compile(adapter.json_schema()["pattern"])
    taken = []
    for text in _NEAR_THE_BOUNDS:
        try:
            adapter.validate_python(text)
        except ValidationError:
            continue
        taken.append(text)
    assert taken == [text for text in _NEAR_THE_BOUNDS if pattern.search(text)]
    assert len(taken) > 5
