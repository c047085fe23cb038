"""The worked examples of recognition, each with its exact numbers."""

import json
from datetime import date
from typing import Any

import pytest

from chaincode.domain.decision import DecisionOutcome
from chaincode.domain.recognition.conversions import ByDistribution
from chaincode.domain.recognition.converting import convert
from tests.support.recognition import (
    GERMAN_SCALE,
    HOME,
    TERM,
    course,
    credit,
    decide,
    facts,
    findings,
    mapping,
    nodes,
    rule,
)

HOST_TABLE = {
    "better": "higher",
    "step": "1.00",
    "graded": 200,
    "bands": [
        {"label": label, "lowest": mark, "highest": mark, "share": share}
        for label, mark, share in (
            ("A", "5.00", "10.00"),
            ("B", "4.00", "20.00"),
            ("C", "3.00", "40.00"),
            ("D", "2.00", "20.00"),
            ("E", "1.00", "10.00"),
        )
    ],
}
HOME_TABLE = {
    "better": "higher",
    "step": "1.00",
    "graded": 300,
    "bands": [
        {"lowest": low, "highest": high, "share": share}
        for low, high, share in (
            ("16.00", "20.00", "8.00"),
            ("14.00", "15.00", "17.00"),
            ("12.00", "13.00", "35.00"),
            ("10.00", "11.00", "40.00"),
        )
    ],
}
HOST_MARKS = {"A": 500, "B": 400, "C": 300, "D": 200, "E": 100}
HOST_SCALE = {"lowest": 0, "highest": 500, "pass_mark": 100, "better": "higher", "step": 100}
HOME_COURSE = course(9, HOME)


def by_distribution(pick: str, band_value: str = "lowest", digits: int = 0) -> dict[str, Any]:
    return {
        "kind": "by-distribution",
        "host": HOST_TABLE,
        "home": HOME_TABLE,
        "pick": pick,
        "band_value": band_value,
        "fewest_graded": 100,
        "rounding": {"mode": "half-up", "digits": digits},
    }


@pytest.mark.parametrize(
    ("grade", "pick", "lowest"),
    [
        *(("B", pick, 1_400) for pick in ("best", "middle", "largest-overlap")),
        ("B", "worst", 1_200),
        *(("A", pick, 1_600) for pick in ("best", "middle", "largest-overlap")),
        ("A", "worst", 1_400),
        *(("C", pick, 1_200) for pick in ("best", "middle", "largest-overlap")),
        ("C", "worst", 1_000),
        *(("E", pick, 1_000) for pick in ("best", "worst", "middle", "largest-overlap")),
    ],
)
def test_grades_by_distribution(grade: str, pick: str, lowest: int) -> None:
    content = rule(
        mapping("m", [course(1)], [(HOME_COURSE, "6.00")], conversion="shares"),
        conversions={"shares": by_distribution(pick)},
    )
    given = facts(credit(1, scale=HOST_SCALE, mark=HOST_MARKS[grade]))
    assert [item.grade for item in decide(content, given).items] == [lowest]


@pytest.mark.parametrize(
    ("band_value", "digits", "entered"),
    [("lowest", 0, 1_400), ("middle", 1, 1_450), ("middle", 0, 1_500), ("highest", 0, 1_500)],
)
def test_the_rule_says_which_value_of_a_band_is_entered(
    band_value: str, digits: int, entered: int
) -> None:
    conversion = ByDistribution.model_validate_json(
        json.dumps(by_distribution("middle", band_value, digits))
    )
    assert convert(conversion, HOST_MARKS["B"]) == entered


def test_6_credits_at_1_7_and_4_at_2_3_truncated_to_one_digit_are_1_9() -> None:
    content = rule(
        mapping(
            "m",
            [course(1), course(2)],
            [(HOME_COURSE, "10.00")],
            conversion="same",
            combine={
                "grade": "weighted-mean",
                "order": "convert-then-combine",
                "rounding": {"mode": "truncate", "digits": 1},
            },
        ),
        conversions={"same": {"kind": "unchanged", "better": "lower"}},
    )
    given = facts(
        credit(1, scale=GERMAN_SCALE, mark=170),
        credit(2, scale=GERMAN_SCALE, mark=230, credits=400),
    )
    verdict = decide(content, given)
    assert [(item.credits, item.grade) for item in verdict.items] == [(1_000, 190)]
    exact = rule(
        mapping(
            "m",
            [course(1), course(2)],
            [(HOME_COURSE, "10.00")],
            conversion="same",
            combine={
                "grade": "weighted-mean",
                "order": "convert-then-combine",
                "rounding": {"mode": "truncate", "digits": 2},
            },
        ),
        conversions={"same": {"kind": "unchanged", "better": "lower"}},
    )
    assert [item.grade for item in decide(exact, given).items] == [194]


def test_one_for_several_splits_the_credits_and_gives_each_part_the_grade() -> None:
    content = rule(
        mapping(
            "m",
            [course(1)],
            [(course(8, HOME), "4.00"), (HOME_COURSE, "2.00")],
            conversion="same",
        ),
        conversions={"same": {"kind": "unchanged", "better": "higher"}},
    )
    items = decide(content, facts(credit(1))).items
    assert [(item.home, item.credits, item.grade) for item in items] == [
        (course(8, HOME), 400, 8_500),
        (HOME_COURSE, 200, 8_500),
    ]


def test_modified_bavarian_10_5_8_gives_2_2() -> None:
    content = rule(
        mapping("m", [course(1)], [(HOME_COURSE, "6.00")], conversion="german"),
        conversions={
            "german": {
                "kind": "modified-bavarian",
                "host_pass": "5.00",
                "host_best": "10.00",
                "rounding": {"mode": "half-up", "digits": 1},
            }
        },
    )
    scale = {"lowest": 0, "highest": 1_000, "pass_mark": 500, "better": "higher"}
    verdict = decide(content, facts(credit(1, scale=scale, mark=800)))
    assert [item.grade for item in verdict.items] == [220]


@pytest.mark.parametrize(
    ("on", "outcome"),
    [
        ("2026-11-21", DecisionOutcome.RECOGNISED),
        ("2026-11-22", DecisionOutcome.REFUSED),
    ],
)
def test_seven_years_from_2019_11_21_end_with_2026_11_21(on: str, outcome: DecisionOutcome) -> None:
    content = rule(
        mapping("m", [course(1)], [(HOME_COURSE, "6.00")]),
        demands=[{"kind": "validity", "years": 7}],
    )
    given = facts(credit(1, awarded_on="2019-11-21"))
    assert decide(content, given, date.fromisoformat(on)).outcome is outcome


def test_54_class_hours_at_18_are_3_credits() -> None:
    content = rule(
        mapping("m", [course(1)], [(HOME_COURSE, "3.00")]),
        demands=[
            {"kind": "class-hours", "hours_per_credit": 18},
            {"kind": "credit-gap", "more_for_less": True, "largest_gap": "0.00"},
        ],
    )
    verdict = decide(content, facts(credit(1, class_hours=54)))
    assert verdict.outcome is DecisionOutcome.RECOGNISED
    assert nodes(verdict, "class-hours")[0].found == {"class_hours": 54, "credits": "3.00"}


def test_one_local_credit_is_1_50_ects() -> None:
    content = rule(
        mapping("m", [course(1)], [(HOME_COURSE, "9.00")]),
        demands=[{"kind": "credit-ratio", "host": "1.00", "home": "1.50"}],
    )
    verdict = decide(content, facts(credit(1)))
    assert verdict.outcome is DecisionOutcome.RECOGNISED
    assert nodes(verdict, "credit-ratio")[0].found == {"awarded": "6.00", "credits": "9.00"}


@pytest.mark.parametrize(
    ("host", "outcome"),
    [
        (599, DecisionOutcome.REFUSED),
        (600, DecisionOutcome.RECOGNISED),
        (800, DecisionOutcome.RECOGNISED),
        (801, DecisionOutcome.REFUSED),
    ],
)
def test_more_for_less_with_a_gap_of_at_most_2(host: int, outcome: DecisionOutcome) -> None:
    content = rule(
        mapping("m", [course(1)], [(HOME_COURSE, "6.00")]),
        demands=[{"kind": "credit-gap", "more_for_less": True, "largest_gap": "2.00"}],
    )
    assert decide(content, facts(credit(1, credits=host))).outcome is outcome


def test_40_percent_of_4_courses_taken_online_is_1() -> None:
    content = rule(
        mapping("one", [course(1)], [(course(8, HOME), "6.00")]),
        mapping("two", [course(2)], [(HOME_COURSE, "6.00")]),
        demands=[
            {
                "kind": "share-cap",
                "unit": "courses",
                "of": {"by": "course-kind", "course_kind": "online"},
                "within": "term",
                "at_most": "40.00",
            }
        ],
    )
    term = {"key": TERM, "load": {"courses": 4, "credits": 2_400}}
    verdict = decide(content, facts(credit(1), credit(2), terms=[term]))
    assert [item.mapping for item in verdict.items] == ["one"]
    assert findings(verdict, "not-chosen") == ["failed"]
    assert nodes(verdict, "share-cap")[0].found == {"limit": 1, "counted": 0, "added": 1}
    on_site = decide(content, facts(credit(1), credit(2, course_kind="on-site"), terms=[term]))
    assert [item.mapping for item in on_site.items] == ["one", "two"]
