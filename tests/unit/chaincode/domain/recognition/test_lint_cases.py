"""Which past cases a rule would have decided differently."""

from datetime import date
from typing import Any

import pytest

from chaincode.domain.decision import DecisionOutcome
from chaincode.domain.recognition.lint_cases import PastCase, decided_differently
from chaincode.domain.recognition.rule import RuleContent
from tests.support.recognition import (
    DAY,
    HOME,
    PASS_ONLY,
    course,
    credit,
    decide,
    facts,
    mapping,
    rule,
)

UNCHANGED = {"kind": "unchanged", "better": "higher"}
CONVERSIONS = {"pass": PASS_ONLY, "same": UNCHANGED}


def with_minimum(grade: str, *, name: str = "m", **fields: Any) -> RuleContent:
    content = mapping(name, [course(1)], [(course(9, HOME), "6.00")], conversion="same")
    demand = {"kind": "minimum-grade", "grade": grade, "better": "higher"}
    return rule(content, **({"demands": [demand], "conversions": CONVERSIONS} | fields))


def past(content: RuleContent, *, evaluator: int = 2, on: date = DAY) -> PastCase:
    given = facts(credit(1))
    return PastCase(facts=given, on=on, verdict=decide(content, given, on, evaluator=evaluator))


@pytest.mark.parametrize("evaluator", [1, 2])
def test_a_case_that_would_be_refused(evaluator: int) -> None:
    case = past(with_minimum("60.00"), evaluator=evaluator)
    found = decided_differently(with_minimum("90.00"), case)
    assert found is not None
    assert found.outcome_before is DecisionOutcome.RECOGNISED
    assert found.outcome_after is DecisionOutcome.REFUSED
    assert [(item.home, item.grade) for item in found.items_before] == [(course(9, HOME), 8_500)]
    assert found.items_after == ()
    said = {(one.code.value, one.about, one.finding.value) for one in found.said_after}
    assert ("minimum-grade", course(1), "failed") in said
    before = {(one.code.value, one.finding.value) for one in found.said_before}
    assert ("minimum-grade", "fulfilled") in before


def test_a_case_that_would_be_decided_alike() -> None:
    case = past(with_minimum("60.00"))
    for content in (
        with_minimum("60.00"),
        with_minimum("85.00"),
        with_minimum("60.00", name="another-name"),
        with_minimum("60.00", title="Another title"),
    ):
        assert decided_differently(content, case) is None


def test_another_grade_is_a_difference_though_the_outcome_is_the_same() -> None:
    linear = {
        "kind": "linear",
        "host_pass": "60.00",
        "host_best": "100.00",
        "home_pass": "4.00",
        "home_best": "1.00",
        "rounding": {"mode": "truncate", "digits": 1},
    }
    case = past(with_minimum("60.00"))
    found = decided_differently(with_minimum("60.00", conversions={"same": linear}), case)
    assert found is not None
    assert found.outcome_after is found.outcome_before is DecisionOutcome.RECOGNISED
    assert [item.grade for item in found.items_before] == [8_500]
    assert [item.grade for item in found.items_after] == [210]


def test_a_rule_that_begins_later_is_taken_as_if_it_had_been_in_force() -> None:
    later = {"first": "2999-01-01", "time_zone": "Asia/Shanghai"}
    case = past(with_minimum("60.00"))
    assert decided_differently(with_minimum("60.00", valid=later), case) is None
    assert decided_differently(with_minimum("90.00", valid=later), case) is not None
