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


def format_hundredths(value: int) -> str:
    """Write 600 as "6.00"."""
    return f"{value // 100}.{value % 100:02d}"


_TEXT: Final = WithJsonSchema({"type": "string", "pattern": f"^{_PATTERN}$", "examples": ["6.00"]})
_READ: Final = BeforeValidator(parse_hundredths)
_WRITTEN: Final = PlainSerializer(format_hundredths, when_used="json")

CreditsText = Annotated[values.Credits, _READ, _TEXT]
MarkText = Annotated[values.Mark, _READ, _TEXT]
WeightText = Annotated[values.Weight, _READ, _TEXT]
CreditSumText = Annotated[CreditSum, _READ, _TEXT]
CreditFloorText = Annotated[CreditFloor, _READ, _TEXT]
ShareText = Annotated[Share, _READ, _TEXT]
StepText = Annotated[int, Field(ge=1, le=1_000), _READ, _TEXT]

Amount = Annotated[int, _WRITTEN, _TEXT]
"""An amount on its way out."""
