"""Days: a date in the time zone of the university whose act it is."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, PlainSerializer, StringConstraints, model_validator
from pydantic.functional_validators import BeforeValidator

from chaincode.domain.values import Value

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = range(1900, 3000)
_REGIONS = "Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific"
_ZONE = rf"^(UTC|({_REGIONS})(/[A-Z][A-Za-z0-9_+-]{{0,31}}){{1,2}})$"
"""Names of places: no abbreviation, no fixed offset, and nothing that climbs out of the data."""


def parse_day(value: object) -> date:
    """Take a date, or the form 2026-11-22.

    Raises:
        ValueError: another form, no day of the calendar, or a year outside 1900 to 2999.
    """
    if isinstance(value, str) and _DAY.fullmatch(value):
        day = date.fromisoformat(value)
    elif isinstance(value, date) and not isinstance(value, datetime):
        day = value
    else:
        raise ValueError("a day is written 2026-11-22")
    if day.year not in _YEARS:
        raise ValueError("a day lies in the years 1900 to 2999")
    return day


Day = Annotated[date, BeforeValidator(parse_day), PlainSerializer(date.isoformat, when_used="json")]
Years = Annotated[int, Field(ge=1, le=100)]


def zone(name: str) -> ZoneInfo:
    """The rules of an IANA time zone, as the locked package tzdata has them.

    A machine's own time zone data play no part: peers whose data differ would endorse otherwise.

    Raises:
        ValueError: it has another form, or the package holds no such zone.
    """
    if not re.fullmatch(_ZONE, name):
        raise ValueError("a time zone is named by its place, for example Asia/Shanghai, or UTC")
    if name not in _zone_names():
        raise ValueError("the time zone data hold no zone of this name")
    return _read_zone(name)


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(files("tzdata").joinpath("zones").read_text("ascii").split())


@cache
def _read_zone(name: str) -> ZoneInfo:
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


def _known(name: str) -> str:
    zone(name)
    return name


TimeZone = Annotated[str, StringConstraints(pattern=_ZONE), AfterValidator(_known)]
"""A zone's name in the IANA time zone database, for example Asia/Shanghai."""


def day_of(instant: datetime, time_zone: str) -> date:
    """The day that an instant belongs to at a university in `time_zone`.

    Raises:
        ValueError: the instant has no zone, or the time zone is unknown.
    """
    if instant.tzinfo is None:
        raise ValueError("a time needs its zone")
    return instant.astimezone(zone(time_zone)).date()


def start_of(day: date, time_zone: str) -> datetime:
    """The first instant of a day, in UTC; the day lasts until the next day's.

    Where midnight is skipped, it is the instant at which the clocks jump; where it comes twice,
    the first.

    Raises:
        ValueError: the time zone is unknown.
    """
    return datetime.combine(day, time.min, tzinfo=zone(time_zone)).astimezone(UTC)


def end_of(day: date, time_zone: str) -> datetime:
    """The first instant after a day, in UTC.

    Raises:
        ValueError: the time zone is unknown.
    """
    return start_of(day + timedelta(days=1), time_zone)


def years_after(day: date, years: int) -> date:
    """The last day of a period of `years` from `day`: the same date, `years` later.

    Where that date does not exist, the last day of its month: 2020-02-29 and seven years is
    2027-02-28.
    """
    year = day.year + years
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))


def weeks_after(day: date, weeks: int) -> date:
    """The last day of a period of `weeks` from `day`: the same day of the week."""
    return day + timedelta(weeks=weeks)


class Period(Value):
    """Days from the first through the last, both included; `last` None leaves the end open."""

    first: Day
    last: Day | None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.last is not None and self.last < self.first:
            raise ValueError("the last day must not come before the first")
        return self

    def holds(self, day: date) -> bool:
        """Whether a day belongs to the period."""
        return self.first <= day and (self.last is None or day <= self.last)

    def overlaps(self, other: "Period") -> bool:
        """Whether some day belongs to both."""
        return (self.last is None or other.first <= self.last) and (
            other.last is None or self.first <= other.last
        )
