"""The small values that records and commands are made of, bounded and checked."""

import re
import unicodedata
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
)
from pydantic.functional_validators import BeforeValidator
from pydantic.json_schema import WithJsonSchema


class Value(BaseModel):
    """A frozen, strict model: unknown fields and implicit conversions are refused."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)


class Sparse(Value):
    """What it leaves open is left out of its stored form.

    So a field that is added later changes neither bytes nor digest of what was stored before.
    """

    @model_serializer(mode="wrap")
    def _without_gaps(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        found: dict[str, Any] = handler(self)
        return {name: value for name, value in found.items() if value is not None}


_UNPRINTABLE = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


def _text(value: str) -> str:
    if unicodedata.normalize("NFC", value) != value or value.strip() != value:
        raise ValueError("text must be NFC, without blanks around it")
    if any(unicodedata.category(character) in _UNPRINTABLE for character in value):
        raise ValueError("text must hold no control characters")
    return value


_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_YEARS = range(1900, 3000)
"""Times of records: far from the ends of the calendar, so that a margin never runs over them."""


def parse_instant(value: object) -> datetime:
    """Take an aware datetime, or the form 2026-11-22T09:00:00Z.

    Raises:
        ValueError: another form, no zone, or a year outside 1900 to 2999.
    """
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a time needs its zone")
        instant = value
    elif isinstance(value, str) and _INSTANT.fullmatch(value):
        instant = datetime.fromisoformat(value)
    else:
        raise ValueError("a time is written 2026-11-22T09:00:00Z (UTC, whole seconds)")
    if instant.year not in _YEARS or (instant := instant.astimezone(UTC)).year not in _YEARS:
        raise ValueError("a time lies in the years 1900 to 2999")
    return instant.replace(microsecond=0)


def format_instant(value: datetime) -> str:
    """Write a time in UTC with whole seconds and Z."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


INSTANT_SCHEMA = WithJsonSchema(
    {
        "type": "string",
        "format": "date-time",
        "pattern": "^(19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        "examples": ["2026-11-22T09:00:00Z"],
    }
)
Instant = Annotated[
    datetime,
    BeforeValidator(parse_instant),
    PlainSerializer(format_instant, when_used="json"),
    INSTANT_SCHEMA,
]
RandomId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
MspId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,30}MSP$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Secret256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Field(repr=False)]
PublicKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43,4096}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$")]
Title = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_text)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_text)]
MediaType = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}$")]
FieldOfStudy = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
"""A detailed field of ISCED-F 2013, for example 0613."""
Version = Annotated[int, Field(ge=1, le=1_000_000)]
Number = Annotated[int, Field(ge=1, le=1_000)]
Credits = Annotated[int, Field(ge=1, le=12_000)]
"""ECTS credits in hundredths: 600 is 6.00."""
Mark = Annotated[int, Field(ge=0, le=100_000)]
"""A mark in hundredths of the course's own scale: 8250 is 82.50."""
Weight = Annotated[int, Field(ge=1, le=10_000)]
"""A share in hundredths of a per cent: the parts of a course sum to 10000."""
ClassHours = Annotated[int, Field(ge=1, le=2_000)]
FileSize = Annotated[int, Field(ge=1, le=1 << 40)]


class Outcome(StrEnum):
    """The answer of a check: what could not be checked is neither valid nor invalid."""

    VALID = "valid"
    INVALID = "invalid"
    COULD_NOT_CHECK = "could-not-check"
