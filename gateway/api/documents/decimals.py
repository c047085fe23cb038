"""Amounts are decimal strings outside ("6.00") and integers in hundredths inside (600)."""

import re
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from chaincode.domain import values
from chaincode.domain.qualification.programme import CreditFloor, CreditSum
from chaincode.domain.qualification.shares import Share

_PATTERN: Final = r"(0|[1-9][0-9]{0,6})\.[0-9]{2}"
_DECIMAL: Final = re.compile(_PATTERN, re.ASCII)


def parse_hundredths(value: object) -> int:
    """Read "6.00" as 600.

    Raises:
        ValueError: another form; numbers above all, since floats cannot hold most decimals.
    """
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise ValueError('an amount is written as a text with two decimals, for example "6.00"')
    return int(value.replace(".", ""))


_FACTOR: Final = r"(0|[1-9][0-9]?)\.[0-9]{4}"


def parse_signed(value: object) -> int:
    """Read "-2.00" as -200.

    Raises:
        ValueError: another form.
    """
    sign = isinstance(value, str) and value.startswith("-")
    found = parse_hundredths(value.removeprefix("-") if isinstance(value, str) else value)
    return -found if sign else found


def parse_factor(value: object) -> int:
    """Read "1.0500" as 10500 ten-thousandths.

    Raises:
        ValueError: another form.
    """
    if not isinstance(value, str) or not re.fullmatch(_FACTOR, value, re.ASCII):
        raise ValueError('a factor is written as a text with four decimals, for example "1.0500"')
    return int(value.replace(".", ""))


def format_hundredths(value: int) -> str:
    """Write 600 as "6.00"."""
    return f"{value // 100}.{value % 100:02d}"


def _text(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$", "examples": ["6.00"]})


# Their bounds, since a schema has none for texts.
_ABOVE_ZERO: Final = r"(?!0\.00$)"
_TO_10: Final = r"([0-9]\.[0-9]{2}|10\.00)"
_TO_100: Final = r"((0|[1-9][0-9]?)\.[0-9]{2}|100\.00)"
_TO_120: Final = r"((0|[1-9][0-9]?|1[01][0-9])\.[0-9]{2}|120\.00)"
_TO_1000: Final = r"((0|[1-9][0-9]{0,2})\.[0-9]{2}|1000\.00)"
_READ: Final = BeforeValidator(parse_hundredths)
_WRITTEN: Final = PlainSerializer(format_hundredths, when_used="json")

CreditsText = Annotated[values.Credits, _READ, _text(_ABOVE_ZERO + _TO_120)]
MarkText = Annotated[values.Mark, _READ, _text(_TO_1000)]
WeightText = Annotated[values.Weight, _READ, _text(_ABOVE_ZERO + _TO_100)]
CreditSumText = Annotated[CreditSum, _READ, _text(_ABOVE_ZERO + _TO_1000)]
CreditFloorText = Annotated[CreditFloor, _READ, _text(_TO_1000)]
ShareText = Annotated[Share, _READ, _text(_TO_100)]
StepText = Annotated[int, Field(ge=1, le=1_000), _READ, _text(_ABOVE_ZERO + _TO_10)]

OffsetText = Annotated[
    int,
    Field(ge=-100_000, le=100_000),
    BeforeValidator(parse_signed),
    WithJsonSchema({"type": "string", "pattern": f"^-?{_TO_1000}$", "examples": ["-2.00"]}),
]
FactorText = Annotated[
    int,
    Field(ge=0, le=100_000),
    BeforeValidator(parse_factor),
    WithJsonSchema(
        {"type": "string", "pattern": r"^([0-9]\.[0-9]{4}|10\.0000)$", "examples": ["1.0500"]}
    ),
]

Amount = Annotated[int, _WRITTEN, _text(_PATTERN)]
"""An amount on its way out."""
