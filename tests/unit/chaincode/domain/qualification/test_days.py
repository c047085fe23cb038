from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, reset_tzpath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from chaincode.domain.qualification import days
from chaincode.domain.qualification.days import (
    Day,
    Period,
    TimeZone,
    day_of,
    end_of,
    start_of,
    weeks_after,
    years_after,
    zone,
)

ZONES = [
    "UTC",
    "Asia/Shanghai",
    "Asia/Seoul",
    "Asia/Kolkata",
    "Asia/Beirut",
    "Europe/Berlin",
    "America/Havana",
    "America/Sao_Paulo",
    "America/Argentina/Buenos_Aires",
    "Pacific/Apia",
]
DAYS = st.dates(date(1900, 1, 1), date(2999, 12, 30))


@pytest.mark.parametrize(
    ("award", "years", "through"),
    [
        (date(2019, 11, 21), 7, date(2026, 11, 21)),
        (date(2020, 2, 29), 7, date(2027, 2, 28)),
        (date(2020, 2, 29), 8, date(2028, 2, 29)),
        (date(2020, 2, 28), 8, date(2028, 2, 28)),
        (date(2019, 12, 31), 1, date(2020, 12, 31)),
        (date(1896, 2, 29), 4, date(1900, 2, 28)),
    ],
)
def test_a_period_of_years_ends_with_the_same_date(award: date, years: int, through: date) -> None:
    assert years_after(award, years) == through


@given(DAYS, st.integers(1, 100))
def test_a_period_of_years_never_leaves_its_month(day: date, years: int) -> None:
    last = years_after(day, years)
    assert (last.year, last.month) == (day.year + years, day.month)
    assert last.day == day.day or (day.month, day.day, last.day) == (2, 29, 28)


def test_a_period_of_weeks_ends_on_the_same_day_of_the_week() -> None:
    assert weeks_after(date(2026, 10, 5), 5) == date(2026, 11, 9)
    assert date(2026, 10, 5).weekday() == date(2026, 11, 9).weekday()


@pytest.mark.parametrize(
    ("instant", "time_zone", "day"),
    [
        ("2026-11-21T15:59:59+00:00", "Asia/Shanghai", date(2026, 11, 21)),
        ("2026-11-21T16:00:00+00:00", "Asia/Shanghai", date(2026, 11, 22)),
        ("2026-11-21T22:59:59+00:00", "Europe/Berlin", date(2026, 11, 21)),
        ("2026-11-21T23:00:00+00:00", "Europe/Berlin", date(2026, 11, 22)),
        ("2026-07-21T22:00:00+00:00", "Europe/Berlin", date(2026, 7, 22)),
        ("2026-11-22T00:00:00+00:00", "UTC", date(2026, 11, 22)),
        ("2026-11-22T00:00:00+08:00", "UTC", date(2026, 11, 21)),
    ],
)
def test_an_instant_belongs_to_the_universitys_day(instant: str, time_zone: str, day: date) -> None:
    assert day_of(datetime.fromisoformat(instant), time_zone) == day


def test_an_instant_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="needs its zone"):
        day_of(datetime(2026, 11, 22), "UTC")  # noqa: DTZ001 - the fault under test


@pytest.mark.parametrize("time_zone", ZONES)
def test_days_follow_each_other_without_a_gap(time_zone: str) -> None:
    day = date(2011, 1, 1)
    while day.year < 2013:
        first, after = start_of(day, time_zone), end_of(day, time_zone)
        assert after == start_of(day + timedelta(days=1), time_zone)
        if first < after:  # Samoa had no 30 December 2011
            assert day_of(first, time_zone) == day
            assert day_of(after - timedelta(seconds=1), time_zone) == day
        assert day_of(first - timedelta(seconds=1), time_zone) < day
        day += timedelta(days=1)


def test_a_day_that_a_country_left_out_is_empty() -> None:
    left_out = date(2011, 12, 30)
    assert start_of(left_out, "Pacific/Apia") == end_of(left_out, "Pacific/Apia")


def test_a_day_whose_midnight_is_skipped_begins_at_the_jump() -> None:
    assert start_of(date(2026, 3, 29), "Asia/Beirut") == datetime(2026, 3, 28, 22, tzinfo=UTC)


@pytest.mark.parametrize("name", ZONES)
def test_time_zones(name: str) -> None:
    assert zone(name).key == name
    assert TypeAdapter(TimeZone).validate_python(name) == name


def test_the_machines_time_zone_data_play_no_part(tmp_path: Path) -> None:
    for name in ("Atlantis", "Shanghai"):
        path = tmp_path / "Asia" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(files("tzdata").joinpath("zoneinfo", "UTC").read_bytes())
    midnight = datetime(2026, 11, 21, 16, tzinfo=UTC)
    reset_tzpath([tmp_path])
    ZoneInfo.clear_cache()
    days._read_zone.cache_clear()
    try:
        assert midnight.astimezone(ZoneInfo("Asia/Shanghai")).hour == 16, "the machine is wrong"
        assert day_of(midnight, "Asia/Shanghai") == date(2026, 11, 22)
        with pytest.raises(ValueError, match="no zone of this name"):
            zone("Asia/Atlantis")
    finally:
        reset_tzpath()
        ZoneInfo.clear_cache()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "CET",
        "GMT",
        "utc",
        "UTC+8",
        "+08:00",
        "Etc/GMT-8",
        "Asia",
        "Asia/",
        "Asia/Atlantis",
        "asia/shanghai",
        "Asia/Shanghai ",
        "Asia/Shanghai\n",
        "Asia/../Asia/Shanghai",
        "/Asia/Shanghai",
        "../../etc/passwd",
        "right/Asia/Shanghai",
        "posix/Asia/Shanghai",
        "America/Argentina",
        "Asia/Shang\x00hai",
        "Asia/" + "A" * 1_000,
    ],
)
def test_what_is_no_time_zone(name: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(TimeZone).validate_python(name)
    with pytest.raises(ValueError, match="time zone"):
        day_of(datetime.now(tz=UTC), name)


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-29",
        "2026-13-01",
        "2026-11-22T00:00:00Z",
        "20261122",
        "2026-W47-7",
        "1899-12-31",
        "3000-01-01",
        "٢٠٢٦-11-22",
        datetime(2026, 11, 22, tzinfo=UTC),
        1_795_000_000,
        True,
        None,
    ],
)
def test_what_is_no_day(value: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Day).validate_python(value)


def test_a_day_goes_to_json_and_back() -> None:
    adapter = TypeAdapter(Day)
    assert adapter.dump_json(date(2026, 11, 22)) == b'"2026-11-22"'
    assert adapter.validate_json('"2026-11-22"') == date(2026, 11, 22)


def test_a_period_holds_both_its_ends() -> None:
    day = timedelta(days=1)
    period = Period(first=date(2026, 9, 1), last=date(2027, 2, 28))
    assert period.holds(period.first)
    assert period.holds(date(2027, 2, 28))
    assert not period.holds(period.first - day)
    assert not period.holds(date(2027, 3, 1))
    assert Period(first=date(2026, 9, 1), last=None).holds(date(2999, 12, 31))
    with pytest.raises(ValidationError, match="must not come before"):
        Period(first=date(2026, 9, 2), last=date(2026, 9, 1))


@given(st.tuples(*[st.integers(0, 6)] * 4), st.sets(st.sampled_from(["one", "other"])))
def test_periods_overlap_where_a_day_is_in_both(at: tuple[int, ...], unending: set[str]) -> None:
    days = [date(2026, 11, 1) + timedelta(days=place) for place in range(8)]
    (a, b), (c, d) = sorted(at[:2]), sorted(at[2:])
    one = Period(first=days[a], last=None if "one" in unending else days[b])
    other = Period(first=days[c], last=None if "other" in unending else days[d])
    shared = any(one.holds(day) and other.holds(day) for day in days)
    assert one.overlaps(other) is other.overlaps(one) is shared
