from datetime import UTC, date, datetime, timedelta

import pytest

from chaincode.domain.errors import BallotOpen, OutsideWindow, RuleNotInForce, WrongState
from chaincode.domain.keys import Kind, counterpart
from chaincode.domain.qualification.days import Period, start_of
from chaincode.domain.recognition import rule_parts
from chaincode.domain.recognition.rule_parts import InForce
from chaincode.domain.rules.ballot import Ballot
from chaincode.domain.rules.electorate import Electorate
from chaincode.domain.rules.framework import MAX_FRAMEWORKS, FrameworkIndex
from chaincode.domain.rules.rule_version import RuleVersion
from chaincode.domain.rules.series import (
    MAX_VERSIONS,
    Adopted,
    Series,
    in_force_within,
    series_of,
)
from tests.support.records import NEXT, OPERATION
from tests.support.rules import content_of, framework_document, rule_document

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
OWNER = f"alphaMSP/{'6' * 32}"
SERIES = f"series/{OWNER}"
PERSON = f"account/alphaMSP/{'1' * 32}"


def day(text: str) -> date:
    return date.fromisoformat(text)


def within(first: str, last: str | None = None, zone: str = "UTC") -> InForce:
    return InForce(first=day(first), last=day(last) if last else None, time_zone=zone)


def version(number: int, first: str, last: str | None = None, *, zone: str = "UTC") -> RuleVersion:
    document = rule_document(first=first, last=last)
    document["valid"]["time_zone"] = zone
    return RuleVersion.proposed(
        f"rule/{OWNER}/{number}", content_of(document), by=PERSON, at=NOW, operation=OPERATION
    )


def entry(number: int, first: str, last: str | None = None) -> Adopted:
    valid = InForce(first=day(first), last=day(last) if last else None, time_zone="UTC")
    return Adopted(number=number, digest="0" * 64, valid=valid, adopted_at=NOW)


def series(*entries: Adopted, latest: int | None = None) -> Series:
    return Series(
        key=SERIES,
        version=1,
        operation=OPERATION,
        latest=latest or max((one.number for one in entries), default=1),
        versions=entries,
    )


OPEN_ENDED = series(
    entry(1, "2026-01-01"), entry(2, "2026-03-01", "2026-03-31"), entry(4, "2026-03-10")
)


@pytest.mark.parametrize(
    ("on", "number"),
    [
        ("2025-12-31", None),
        ("2026-01-01", 1),
        ("2026-02-28", 1),
        ("2026-03-01", 2),
        ("2026-03-09", 2),
        ("2026-03-10", 4),
        ("2999-12-31", 4),
    ],
)
def test_the_greatest_number_that_holds_is_in_force(on: str, number: int | None) -> None:
    found = OPEN_ENDED.in_force(day(on))
    assert (found.number if found else None) == number


def test_where_a_version_ends_an_earlier_one_holds_again() -> None:
    found = series(entry(1, "2026-01-01"), entry(2, "2026-03-01", "2026-03-31"))
    assert found.in_force(day("2026-04-01")) == found.versions[0]
    assert found.periods_in_force(1) == (
        Period(first=day("2026-01-01"), last=day("2026-02-28")),
        Period(first=day("2026-04-01"), last=None),
    )
    assert found.periods_in_force(2) == (Period(first=day("2026-03-01"), last=day("2026-03-31")),)
    assert found.periods_in_force(3) == ()


def test_a_version_that_another_covers_is_never_in_force() -> None:
    found = series(entry(1, "2026-03-01", "2026-03-31"), entry(2, "2026-01-01"))
    assert found.periods_in_force(1) == ()
    assert found.periods_in_force(2) == (Period(first=day("2026-01-01"), last=None),)


@pytest.mark.parametrize(
    ("first", "last", "numbers"),
    [
        ("2025-01-01", "2025-12-31", []),
        ("2025-01-01", "2026-01-01", [1]),
        ("2026-02-28", "2026-02-28", [1]),
        ("2026-02-28", "2026-03-01", [1, 2]),
        ("2026-03-09", "2026-03-10", [2, 4]),
        ("2026-04-01", None, [4]),
        ("2026-01-01", None, [1, 2, 4]),
    ],
)
def test_what_is_in_force_within_a_period(first: str, last: str | None, numbers: list[int]) -> None:
    found = in_force_within(OPEN_ENDED.versions, within(first, last))
    assert [one.number for one in found] == numbers


def test_the_instants_of_a_version_are_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks which rules a framework breaks has every peer look at full series."""
    computed: list[date] = []

    def counted(first: date, time_zone: str) -> datetime:
        computed.append(first)
        return start_of(first, time_zone)

    monkeypatch.setattr(rule_parts, "start_of", counted)
    full = [entry(number + 1, f"2026-01-{number % 28 + 1:02}") for number in range(MAX_VERSIONS)]
    assert in_force_within(full, within("2026-01-01"))
    assert len(computed) == MAX_VERSIONS + 1


def test_a_reference_to_another_version_says_which_is_in_force() -> None:
    key = f"rule/{OWNER}/"
    assert OPEN_ENDED.require_in_force(f"{key}2", day("2026-03-05")).number == 2
    for number, on, holding in ((1, "2026-03-05", f"{key}2"), (1, "2025-01-01", None)):
        with pytest.raises(RuleNotInForce) as refused:
            OPEN_ENDED.require_in_force(f"{key}{number}", day(on))
        assert refused.value.facts == {"rule": f"{key}{number}", "day": on, "in_force": holding}


def test_adopting_adds_and_edits_nothing() -> None:
    before = series(entry(1, "2026-09-01"))
    after = before.adopted(version(2, "2026-09-02"), at=NOW, operation=NEXT)
    assert after.versions[:1] == before.versions
    assert (after.versions[1].number, after.version) == (2, 2)
    for number in (1, 2):
        with pytest.raises(WrongState) as refused:
            after.adopted(version(number, "2026-10-01"), at=NOW, operation=NEXT)
        assert refused.value.facts == {"adopted": [2]}


@pytest.mark.parametrize(
    ("first", "zone", "hours", "taken"),
    [
        ("2026-08-31", "UTC", 0, False),
        ("2026-09-01", "UTC", 0, True),
        ("2026-09-01", "UTC", 15, True),
        ("2026-09-01", "UTC", 16, False),
        ("2026-09-01", "Asia/Shanghai", 7, True),
        ("2026-09-01", "Asia/Shanghai", 8, False),
        ("2026-08-31", "America/Los_Angeles", -2, True),
        ("2026-08-31", "America/Los_Angeles", 0, False),
    ],
)
def test_a_rule_begins_today_at_the_earliest(
    first: str, zone: str, hours: int, *, taken: bool
) -> None:
    rule, at = version(1, first, zone=zone), NOW + timedelta(hours=hours)
    empty = series(latest=1)
    if taken:
        assert empty.adopted(rule, at=at, operation=NEXT).versions
        return
    with pytest.raises(OutsideWindow) as refused:
        empty.adopted(rule, at=at, operation=NEXT)
    assert refused.value.field == "content.valid.first"


def ballot(number: int) -> Ballot:
    rule = version(number, "2026-09-01")
    return Ballot.opened(
        counterpart(rule.key, Kind.BALLOT),
        rule,
        Electorate(("alphaMSP",), 1),
        answer_by=NOW + timedelta(days=1),
        operation=OPERATION,
    )


def test_numbers_have_no_gaps_and_one_ballot_is_open() -> None:
    begun = Series.begun(SERIES, operation=OPERATION)
    assert (begun.latest, begun.latest_ballot) == (1, f"ballot/{OWNER}/1")
    over = ballot(1).withdrawn(at=NOW, operation=NEXT)
    assert begun.proposed(2, last=over, operation=NEXT).latest == 2
    with pytest.raises(BallotOpen) as waiting:
        begun.proposed(2, last=ballot(1), operation=NEXT)
    assert waiting.value.facts == {
        "rule": f"rule/{OWNER}/1",
        "answer_by": "2026-09-02T08:00:00Z",
    }
    for number in (1, 3):
        with pytest.raises(WrongState) as refused:
            begun.proposed(number, last=over, operation=NEXT)
        assert refused.value.facts == {"latest": 1, "next": 2}


def test_a_full_series_takes_no_more_and_fits_a_record() -> None:
    full = series(*(entry(number, "2026-09-01", "2026-09-30") for number in range(1, 201)))
    assert len(full.versions) == MAX_VERSIONS
    assert len(full.encode()) < full.size_limit
    over = ballot(1).withdrawn(at=NOW, operation=NEXT)
    with pytest.raises(WrongState, match="all its versions"):
        full.proposed(201, last=over, operation=NEXT)
    with pytest.raises(WrongState):
        full.adopted(version(201, "2026-09-01"), at=NOW, operation=NEXT)


def test_the_series_of_a_rule() -> None:
    assert series_of(f"rule/{OWNER}/7") == SERIES


FRAMEWORKS = "framework/ministryMSP"


def framework(number: int, first: str, last: str | None = None, *, rule: str = "6") -> RuleVersion:
    return RuleVersion.proposed(
        f"rule/ministryMSP/{rule * 32}/{number}",
        content_of(framework_document(first=first, last=last)),
        by=PERSON,
        at=NOW,
        operation=OPERATION,
    )


def test_each_framework_is_superseded_by_its_own_versions_alone() -> None:
    index = FrameworkIndex.begun(
        FRAMEWORKS, framework(1, "2026-10-01"), at=NOW, operation=OPERATION
    )
    index = index.adopted(framework(1, "2026-10-01", rule="7"), at=NOW, operation=NEXT)
    index = index.adopted(framework(2, "2027-01-01"), at=NOW, operation=NEXT)

    def binding(first: str, last: str | None = None) -> list[tuple[str, int]]:
        found = index.binding(within(first, last))
        return sorted((one.rule.split("/")[2][0], one.number) for one in found)

    assert binding("2026-09-01", "2026-09-30") == []
    assert binding("2026-12-31", "2026-12-31") == [("6", 1), ("7", 1)]
    assert binding("2026-12-31", "2027-01-01") == [("6", 1), ("6", 2), ("7", 1)]
    assert binding("2027-01-01") == [("6", 2), ("7", 1)]

    # The last day of the year in New York reaches into the new year of the framework's zone.
    [*late] = index.binding(within("2026-12-31", "2026-12-31", "America/New_York"))
    assert sorted((one.rule.split("/")[2][0], one.number) for one in late) == [
        ("6", 1),
        ("6", 2),
        ("7", 1),
    ]
    assert FrameworkIndex.decode(FRAMEWORKS, index.encode()) == index


def test_an_authoritys_list_has_an_end() -> None:
    index = FrameworkIndex.begun(
        FRAMEWORKS, framework(1, "2026-10-01"), at=NOW, operation=OPERATION
    )
    full = index.next(NEXT, entries=index.entries * MAX_FRAMEWORKS)
    assert len(full.encode()) < full.size_limit
    with pytest.raises(WrongState) as refused:
        full.adopted(framework(2, "2027-01-01"), at=NOW, operation=NEXT)
    assert refused.value.facts == {"limit": MAX_FRAMEWORKS}
