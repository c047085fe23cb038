"""Frameworks across time zones, scales, and joint degrees."""

from typing import Any

import pytest

from chaincode.domain.errors import InvalidArgument
from chaincode.domain.recognition.frameworks import framework_violations
from chaincode.domain.recognition.rule import RuleContent
from tests.support.recognition import HOME, THIRD, course, credit, decide, facts, mapping, rule

SIMPLE = mapping("m", [course(1)], [(course(9, HOME), "6.00")])
VALIDITY = {"kind": "validity", "years": 7}
JOINT = [f"programme/{owner}/{'8' * 32}" for owner in (HOME, THIRD)]
HUNDRED = {"lowest": "0.00", "highest": "100.00"}
TWENTY = {"lowest": "0.00", "highest": "20.00"}
EMPTY = {"lowest": "20.00", "highest": "20.00"}
GERMAN = {"lowest": "1.00", "highest": "5.00"}


def framework(*demands: dict[str, Any], **fields: Any) -> RuleContent:
    return rule(scope={"kind": "framework"}, deciders=[], demands=demands, conversions={}, **fields)


def minimum(grade: str, better: str = "higher", scale: Any = None) -> dict[str, Any]:
    demand = {"kind": "minimum-grade", "grade": grade, "better": better}
    return demand | ({"scale": scale} if scale else {})


def days(first: str, last: str, zone: str) -> dict[str, str]:
    return {"first": first, "last": last, "time_zone": zone}


@pytest.mark.parametrize(
    ("framework_days", "binds"),
    [
        (days("2027-01-01", "2027-12-31", "Asia/Shanghai"), True),
        (days("2027-01-01", "2027-12-31", "UTC"), False),
        (days("2027-01-01", "2027-12-31", "America/New_York"), False),
        (days("2026-01-01", "2026-05-31", "America/New_York"), True),
        (days("2026-01-01", "2026-05-31", "UTC"), False),
        (days("2026-01-01", "2026-06-01", "Asia/Shanghai"), True),
        (days("2026-01-01", "2026-05-31", "Asia/Shanghai"), False),
    ],
)
def test_days_are_those_of_each_time_zone(framework_days: dict[str, str], binds: bool) -> None:  # noqa: FBT001 - the answer
    content = rule(SIMPLE, valid=days("2026-06-01", "2026-12-31", "UTC"))
    found = framework_violations(content, [framework(VALIDITY, valid=framework_days)])
    assert bool(found) is binds


@pytest.mark.parametrize(
    ("own", "demanded", "kept"),
    [
        (minimum("14.00", scale=TWENTY), minimum("70.00", scale=HUNDRED), True),
        (minimum("13.99", scale=TWENTY), minimum("70.00", scale=HUNDRED), False),
        (minimum("2.20", "lower", GERMAN), minimum("70.00", scale=HUNDRED), True),
        (minimum("2.21", "lower", GERMAN), minimum("70.00", scale=HUNDRED), False),
        (minimum("70.00", scale=HUNDRED), minimum("2.20", "lower", GERMAN), True),
        (minimum("69.99", scale=HUNDRED), minimum("2.20", "lower", GERMAN), False),
        (minimum("90.00"), minimum("70.00", scale=HUNDRED), False),
        (minimum("90.00", scale=HUNDRED), minimum("70.00"), False),
        (minimum("70.00"), minimum("70.00"), True),
        (minimum("1.00", "lower"), minimum("70.00"), False),
    ],
)
def test_grades_are_compared_as_parts_of_the_scales_that_are_named(
    own: dict[str, Any],
    demanded: dict[str, Any],
    kept: bool,  # noqa: FBT001 - the answer
) -> None:
    content = rule(SIMPLE, demands=[own])
    assert (framework_violations(content, [framework(demanded)]) == ()) is kept
    below = {name: value for name, value in own.items() if name != "kind"}
    wanted = {name: value for name, value in demanded.items() if name != "kind"}
    content = rule(SIMPLE, confirmation={"below_grade": below})
    found = framework_violations(content, [framework(confirmation={"below_grade": wanted})])
    assert (found == ()) is kept


@pytest.mark.parametrize(
    ("scale", "outcome"),
    [(HUNDRED, "recognised"), (TWENTY, "could-not-check"), (None, "recognised")],
)
def test_a_named_scale_is_the_courses_own(scale: Any, outcome: str) -> None:
    content = rule(SIMPLE, demands=[minimum("14.00", scale=scale)])
    assert decide(content, facts(credit(1))).outcome == outcome


def test_a_person_is_asked_where_the_scale_is_another() -> None:
    below = {"grade": "14.00", "better": "higher", "scale": TWENTY}
    content = rule(SIMPLE, confirmation={"below_grade": below})
    assert decide(content, facts(credit(1))).outcome == "needs-person"


def test_a_framework_can_forbid_joint_programmes() -> None:
    joint = rule(SIMPLE, joint_programmes=JOINT)
    forbidding = framework(forbids_joint_programmes=True)
    [found] = framework_violations(joint, [framework(), forbidding])
    assert (found.path, found.demand) == ("joint_programmes", "joint-programmes")
    assert found.framework == forbidding.digest() != framework().digest()
    assert not framework_violations(rule(SIMPLE), [forbidding])


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"forbids_joint_programmes": True}, "forbids_joint_programmes"),
        ({"forbids_joint_programmes": False}, "forbids_joint_programmes"),
        ({"demands": [minimum("20.01", scale=TWENTY)]}, "demands.0.grade"),
        ({"demands": [minimum("1.00", scale=EMPTY)]}, "demands.0.scale.highest"),
    ],
)
def test_what_is_refused(fields: dict[str, Any], where: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        rule(SIMPLE, **fields)
    assert refused.value.field == where
