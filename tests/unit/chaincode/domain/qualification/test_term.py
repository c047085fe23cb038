from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from chaincode.domain.errors import InvalidArgument, OutsideWindow, StaleReference
from chaincode.domain.qualification.term import Term, TermContent
from tests.support.records import NOW, OPERATION

KEY = f"term/alphaMSP/{'1' * 32}"
BY = f"account/alphaMSP/{'2' * 32}"
WINTER = TermContent(
    title="Winter term",
    academic_year="2026/27",
    starts_on=date(2026, 10, 1),
    ends_on=date(2027, 3, 31),
    time_zone="Europe/Berlin",
    change_weeks=5,
    answer_weeks=2,
    transcript_weeks=5,
    recognition_weeks=5,
)
OPENS = datetime(2026, 9, 30, 22, tzinfo=UTC)
CLOSES = datetime(2026, 11, 5, 23, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def publish(**change: Any) -> Term:
    content = WINTER.model_copy(update=change)
    return Term.published(KEY, "alphaMSP", content, by=BY, at=NOW, operation=OPERATION)


def test_a_published_term() -> None:
    term = publish()
    assert (term.version, term.owner, term.digest) == (1, "alphaMSP", WINTER.digest())
    assert Term.decode(KEY, term.encode()) == term


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"},
        {"academic_year": "2026"},
        {"starts_on": date(2026, 10, 2)},
        {"ends_on": date(2027, 3, 30)},
        {"time_zone": "Asia/Shanghai"},
        {"change_weeks": 4},
        {"answer_weeks": 3},
        {"transcript_weeks": 6},
        {"recognition_weeks": 6},
    ],
)
def test_the_digest_binds_every_part_of_the_content(change: dict[str, Any]) -> None:
    term = publish()
    other = publish(**change)
    assert other.digest != term.digest
    term.require_seen(term.digest)
    with pytest.raises(StaleReference):
        term.model_copy(update={"content": other.content}).require_seen(term.digest)
    with pytest.raises(StaleReference) as stale:
        other.require_seen(term.digest)
    assert stale.value.field == "term_digest"


def test_the_deadlines() -> None:
    assert WINTER.changes_through == date(2026, 11, 5)
    assert WINTER.period.holds(date(2027, 3, 31))
    assert not WINTER.period.holds(date(2027, 4, 1))
    late_on_monday = datetime(2026, 11, 2, 22, 59, tzinfo=UTC)
    assert WINTER.answer_by(late_on_monday) == date(2026, 11, 16)
    assert WINTER.answer_by(late_on_monday + 60 * SECOND) == date(2026, 11, 17)
    assert WINTER.transcript_by(date(2027, 3, 1)) == date(2027, 4, 5)
    assert WINTER.recognition_by(date(2027, 4, 5)) == date(2027, 5, 10)


@pytest.mark.parametrize(
    ("at", "margin", "refusal"),
    [
        (OPENS, 0, None),
        (OPENS - SECOND, 0, "not opened"),
        (OPENS - 300 * SECOND, 300, None),
        (OPENS - 301 * SECOND, 300, "not opened"),
        (CLOSES - SECOND, 0, None),
        (CLOSES, 0, "closed"),
        (CLOSES + 299 * SECOND, 300, None),
        (CLOSES + 300 * SECOND, 300, "closed"),
    ],
)
def test_the_window_for_changes_is_judged_with_the_margin(
    at: datetime, margin: int, refusal: str | None
) -> None:
    if refusal is None:
        WINTER.require_change_open(at, margin_seconds=margin)
        return
    with pytest.raises(OutsideWindow, match=refusal) as outside:
        WINTER.require_change_open(at, margin_seconds=margin)
    assert outside.value.facts == {"first": "2026-10-01", "last": "2026-11-05"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends_on": date(2026, 9, 30)}, "ends_on"),
        ({"ends_on": date(2027, 10, 3)}, "ends_on"),
        ({"ends_on": date(2026, 11, 4)}, "change_weeks"),
        ({"academic_year": "2024/25"}, "academic_year"),
        ({"academic_year": "2028"}, "academic_year"),
    ],
)
def test_days_that_do_not_follow_each_other(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        publish(**change)
    assert refused.value.field == field


def test_days_that_just_follow_each_other() -> None:
    assert publish(ends_on=date(2026, 11, 5)).content.changes_through == date(2026, 11, 5)
    assert publish(ends_on=date(2027, 10, 2))
    assert publish(academic_year="2025/26")
    assert publish(academic_year="1999/00", starts_on=date(2000, 1, 1), ends_on=date(2000, 6, 1))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("academic_year", "2026/28"),
        ("academic_year", "2026/2027"),
        ("academic_year", "26/27"),
        ("academic_year", "2026-27"),
        ("academic_year", ""),
        ("time_zone", "Mars/Olympus"),
        ("change_weeks", 1),
        ("change_weeks", 6),
        ("answer_weeks", 0),
        ("transcript_weeks", 11),
        ("starts_on", "2026-02-30"),
    ],
)
def test_values_out_of_range(field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        TermContent(**(dict(WINTER) | {field: value}))
    assert refused.value.errors()[0]["loc"] == (field,)
