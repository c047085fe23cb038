"""Amounts of rules: decimal texts with two places, read exactly into hundredths."""

import re
from typing import Annotated, TypeAlias

from pydantic import PlainSerializer
from pydantic.functional_validators import BeforeValidator
from pydantic.json_schema import WithJsonSchema

from chaincode.domain.values import Sparse

_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,3})\.([0-9]{2})")
_FROM = {0: "", 1: r"(?!0\.00$)", 100: r"(?!0\.)"}
_TO = {
    10_000: r"((0|[1-9][0-9]?)\.[0-9]{2}|100\.00)",
    12_000: r"((0|[1-9][0-9]?|1[01][0-9])\.[0-9]{2}|120\.00)",
    100_000: r"((0|[1-9][0-9]{0,2})\.[0-9]{2}|1000\.00)",
    999_999: r"(0|[1-9][0-9]{0,3})\.[0-9]{2}",
}
"""Bounds as parts of a pattern, by hundredths: a schema has no others for texts."""


def parse_hundredths(value: object) -> int:
    """Read a text such as 6.00 into hundredths: 600.

    Raises:
        ValueError: a number instead of a text, a sign, a superfluous zero, or other than two
            decimals.
    """
    found = _DECIMAL.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError('an amount is a text with two decimals, from "0.00" to "9999.99"')
    return int(found[1] + found[2])


def format_hundredths(value: int) -> str:
    """Write hundredths as a text with two decimals: 600 is 6.00."""
    return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02}"


def _amount(lowest: int, highest: int) -> tuple[object, ...]:
    def bounded(value: object) -> int:
        amount = parse_hundredths(value)
        if not lowest <= amount <= highest:
            low, high = format_hundredths(lowest), format_hundredths(highest)
            raise ValueError(f"the amount lies between {low} and {high}")
        return amount

    schema = WithJsonSchema({"type": "string", "pattern": f"^{_FROM[lowest]}{_TO[highest]}$"})
    return BeforeValidator(bounded), PlainSerializer(format_hundredths), schema


CreditAmount: TypeAlias = Annotated[int, *_amount(1, 12_000)]
"""Credits, "0.01" to "120.00"."""
CreditLimit: TypeAlias = Annotated[int, *_amount(0, 100_000)]
"""A bound of credits, "0.00" to "1000.00"."""
GradeAmount: TypeAlias = Annotated[int, *_amount(0, 100_000)]
"""A grade on its own scale, "0.00" to "1000.00"."""
GradeStep: TypeAlias = Annotated[int, *_amount(1, 100_000)]
"""How far neighbouring grades lie apart."""
ScoreAmount: TypeAlias = Annotated[int, *_amount(0, 999_999)]
"""A grade of home or a score of an entrance examination, "0.00" to "9999.99"."""
Percent: TypeAlias = Annotated[int, *_amount(0, 10_000)]
"""Per cent, "0.00" to "100.00"."""
Factor: TypeAlias = Annotated[int, *_amount(100, 10_000)]
"""How many times as much, "1.00" to "100.00"."""


class Clause(Sparse):
    """A part of a rule. What it leaves open is left out of its stored form."""
