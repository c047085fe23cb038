"""Each demand: fulfilled, failed, and could not be checked where a fact is missing."""

from datetime import date
from typing import Any

import pytest

from chaincode.domain.recognition.evaluate import EVALUATORS
from tests.support.recognition import (
    GERMAN_SCALE,
    HOME,
    HOST,
    OUTCOMES,
    PROGRAMME,
    THIRD,
    course,
    credit,
    decide,
    facts,
    findings,
    mapping,
    nodes,
    rule,
)

HOME_COURSE = course(9, HOME)
SIMPLE = mapping("m", [course(1)], [(HOME_COURSE, "6.00")])

GRADE = {"kind": "minimum-grade", "grade": "80.00", "better": "higher"}
WORSE_IS_HIGHER = {"lowest": 0, "highest": 10_000, "pass_mark": 9_000, "better": "lower"}
GERMAN_GRADE = {"kind": "minimum-grade", "grade": "2.50", "better": "lower"}
VALIDITY = {"kind": "validity", "years": 7}
SAT = {
    "at_member": False,
    "province": "jiangsu",
    "city": "nanjing",
    "proctored": True,
    "second_review": True,
}
ANYWHERE = {"kind": "examination", "proctored": False, "second_review": False}
AT_MEMBER = ANYWHERE | {"places": [{"kind": "member"}]}
IN_CITY = ANYWHERE | {"places": [{"kind": "member"}, {"kind": "city", "name": "nanjing"}]}
IN_PROVINCE = ANYWHERE | {"places": [{"kind": "province", "name": "jiangsu"}]}
QUALITY = {"kind": "quality", "certified_by": 2, "recheck": True}
LIMITS = {"pace_above": "2.00", "parallel_over_seconds": 5}
THRESHOLDS = {"pace_above": 200, "parallel_over": 5_000}
WATCHED = {"kind": "process", "watched_share": "60.00"}
BARRED = {"kind": "process", "limits": LIMITS, "bar": ["pace", "parallel"]}
CONFIRMED = {"kind": "process", "limits": LIMITS, "confirm": ["pace", "parallel"]}
SHOWN = {"kind": "process", "limits": LIMITS, "show": ["pace", "parallel"]}
SEEN = {"watched_share": 6_000, "flags": ["pace"], "thresholds": THRESHOLDS}
CATEGORY = {"kind": "category", "elective_by_compulsory": True}
RATIO = {"kind": "credit-ratio", "host": "1.00", "home": "1.50"}
HOURS = {"kind": "class-hours", "hours_per_credit": 18}
GAP = {"kind": "credit-gap", "more_for_less": True, "largest_gap": "2.00"}
EITHER_WAY = GAP | {"more_for_less": False}


@pytest.mark.parametrize("evaluator", sorted(EVALUATORS))
@pytest.mark.parametrize(
    ("demand", "given", "code", "finding"),
    [
        (GRADE, {"mark": 8_000}, "minimum-grade", "fulfilled"),
        (GRADE, {"mark": 7_999}, "minimum-grade", "failed"),
        (GRADE, {"mark": None}, "minimum-grade", "unknown"),
        (GRADE, {"scale": None}, "minimum-grade", "unknown"),
        (GRADE, {"scale": GERMAN_SCALE, "mark": 130}, "minimum-grade", "unknown"),
        (
            GRADE,
            {"scale": {"lowest": 0, "highest": 1_000, "pass_mark": 500, "better": "higher"}},
            "minimum-grade",
            "unknown",
        ),
        (GRADE, {"scale": WORSE_IS_HIGHER}, "minimum-grade", "unknown"),
        (GERMAN_GRADE, {"scale": GERMAN_SCALE, "mark": 250}, "minimum-grade", "fulfilled"),
        (GERMAN_GRADE, {"scale": GERMAN_SCALE, "mark": 260}, "minimum-grade", "failed"),
        (VALIDITY, {"awarded_on": "2019-11-22"}, "validity", "fulfilled"),
        (VALIDITY, {"awarded_on": "2019-11-21"}, "validity", "failed"),
        (VALIDITY, {"awarded_on": "2026-11-22"}, "validity", "fulfilled"),
        (VALIDITY, {"awarded_on": "2026-11-23"}, "validity", "failed"),
        (VALIDITY, {"awarded_on": None}, "validity", "unknown"),
        (AT_MEMBER, {"examination": SAT | {"at_member": True}}, "examination-place", "fulfilled"),
        (AT_MEMBER, {"examination": SAT}, "examination-place", "failed"),
        (AT_MEMBER, {"examination": SAT | {"at_member": None}}, "examination-place", "unknown"),
        (AT_MEMBER, {}, "examination-place", "unknown"),
        (IN_CITY, {"examination": SAT}, "examination-place", "fulfilled"),
        (IN_CITY, {"examination": SAT | {"city": "suzhou"}}, "examination-place", "failed"),
        (IN_CITY, {"examination": SAT | {"city": None}}, "examination-place", "unknown"),
        (
            IN_CITY,
            {"examination": SAT | {"at_member": None, "city": "suzhou"}},
            "examination-place",
            "unknown",
        ),
        (IN_PROVINCE, {"examination": SAT}, "examination-place", "fulfilled"),
        (IN_PROVINCE, {"examination": SAT | {"province": "fujian"}}, "examination-place", "failed"),
        (IN_PROVINCE, {"examination": SAT | {"province": None}}, "examination-place", "unknown"),
        (
            ANYWHERE | {"proctored": True},
            {"examination": SAT},
            "examination-proctored",
            "fulfilled",
        ),
        (
            ANYWHERE | {"proctored": True},
            {"examination": SAT | {"proctored": False}},
            "examination-proctored",
            "failed",
        ),
        (ANYWHERE | {"proctored": True}, {}, "examination-proctored", "unknown"),
        (
            ANYWHERE | {"second_review": True},
            {"examination": SAT},
            "examination-reviewed",
            "fulfilled",
        ),
        (
            ANYWHERE | {"second_review": True},
            {"examination": SAT | {"second_review": False}},
            "examination-reviewed",
            "failed",
        ),
        (
            ANYWHERE | {"second_review": True},
            {"examination": SAT | {"second_review": None}},
            "examination-reviewed",
            "unknown",
        ),
        (QUALITY, {"certified_by": [HOME, THIRD]}, "quality", "fulfilled"),
        (QUALITY, {"certified_by": [HOME]}, "quality", "failed"),
        (QUALITY, {"certified_by": [HOME, HOST]}, "quality", "failed"),
        (QUALITY, {"certified_by": [HOME, HOME]}, "quality", "failed"),
        (QUALITY, {"certified_by": None}, "quality", "unknown"),
        (
            QUALITY | {"certifiers": [THIRD, "deltaMSP"]},
            {"certified_by": [HOME, THIRD]},
            "quality",
            "failed",
        ),
        (WATCHED, {"process": SEEN}, "watched-share", "fulfilled"),
        (WATCHED, {"process": SEEN | {"watched_share": 5_999}}, "watched-share", "failed"),
        (WATCHED, {"process": SEEN | {"watched_share": None}}, "watched-share", "unknown"),
        (WATCHED, {}, "watched-share", "unknown"),
        (BARRED, {"process": SEEN | {"flags": []}}, "process-flag", "fulfilled"),
        (BARRED, {"process": SEEN | {"flags": ["burst"]}}, "process-flag", "fulfilled"),
        (BARRED, {"process": SEEN}, "process-flag", "failed"),
        (BARRED, {"process": SEEN | {"flags": None}}, "process-flag", "unknown"),
        (BARRED, {"process": SEEN | {"thresholds": {}}}, "process-flag", "unknown"),
        (BARRED, {}, "process-flag", "unknown"),
        (CONFIRMED, {"process": SEEN | {"flags": []}}, "process-flag", "fulfilled"),
        (CONFIRMED, {"process": SEEN}, "process-flag", "confirm"),
        (CONFIRMED, {}, "process-flag", "unknown"),
        (SHOWN, {"process": SEEN}, "process-flag", "shown"),
        (SHOWN, {}, "process-flag", "shown"),
        (CATEGORY, {}, "category", "unknown"),
        (RATIO, {"credits": 400}, "credits-covered", "fulfilled"),
        (RATIO, {"credits": 399}, "credits-covered", "failed"),
        (RATIO, {"credits": None}, "credits-covered", "unknown"),
        (HOURS, {"class_hours": 108}, "credits-covered", "fulfilled"),
        (HOURS, {"class_hours": 107}, "credits-covered", "failed"),
        (HOURS, {"class_hours": None}, "credits-covered", "unknown"),
        (GAP, {"credits": 600}, "credit-gap", "fulfilled"),
        (GAP, {"credits": 599}, "credit-gap", "failed"),
        (GAP, {"credits": 801}, "credit-gap", "failed"),
        (GAP, {"credits": None}, "credit-gap", "unknown"),
        (EITHER_WAY, {"credits": 400}, "credit-gap", "fulfilled"),
        (EITHER_WAY, {"credits": 399}, "credit-gap", "failed"),
        (EITHER_WAY, {"credits": 801}, "credit-gap", "failed"),
    ],
)
def test_a_demand(
    demand: dict[str, Any], given: dict[str, Any], code: str, finding: str, evaluator: int
) -> None:
    verdict = decide(rule(SIMPLE, demands=[demand]), facts(credit(1, **given)), evaluator=evaluator)
    assert finding in findings(verdict, code)
    assert verdict.outcome == OUTCOMES[finding]
    assert bool(verdict.items) == (finding in ("fulfilled", "confirm", "shown"))
    if finding == "unknown":
        assert all(node.found is None for node in nodes(verdict, code))


@pytest.mark.parametrize(
    ("given", "code", "finding"),
    [
        ({"standing": "suspended"}, "standing", "failed"),
        ({"standing": "revoked"}, "standing", "failed"),
        ({"standing": "not-awarded"}, "standing", "failed"),
        ({"standing": None}, "standing", "unknown"),
        ({"redeemed": [{"programme": PROGRAMME, "amount": 100}]}, "credit-free", "failed"),
        ({"redeemed": None}, "credit-free", "unknown"),
        ({"credits": None}, "credit-free", "unknown"),
        ({"credits": 599}, "credits-covered", "failed"),
    ],
)
def test_what_every_mapping_asks(given: dict[str, Any], code: str, finding: str) -> None:
    verdict = decide(rule(SIMPLE), facts(credit(1, **given)))
    assert findings(verdict, code) == [finding]
    assert verdict.outcome == OUTCOMES[finding]


@pytest.mark.parametrize(
    ("digest", "finding"), [("c" * 64, "fulfilled"), ("d" * 64, "failed"), (None, "unknown")]
)
def test_a_course_that_was_rewritten_does_not_count(digest: str | None, finding: str) -> None:
    agreed = mapping("m", [{"course": course(1), "digest": "c" * 64}], [(HOME_COURSE, "6.00")])
    verdict = decide(rule(agreed), facts(credit(1, course_digest=digest)))
    assert verdict.outcome == OUTCOMES[finding]
    assert findings(verdict, "course-as-agreed") == [finding]


@pytest.mark.parametrize(
    ("there", "here", "flag", "finding"),
    [
        ("compulsory", "compulsory", False, "fulfilled"),
        ("elective", "elective", False, "fulfilled"),
        ("compulsory", "elective", True, "fulfilled"),
        ("compulsory", "elective", False, "failed"),
        ("elective", "compulsory", True, "failed"),
        ("elective", "compulsory", False, "failed"),
        (None, "compulsory", True, "unknown"),
        ("elective", None, True, "unknown"),
    ],
)
@pytest.mark.parametrize("said_by_the_rule", [True, False])
def test_compulsory_may_replace_elective_never_the_reverse(
    there: str | None, here: str | None, finding: str, *, flag: bool, said_by_the_rule: bool
) -> None:
    demand = {"kind": "category", "elective_by_compulsory": flag}
    host: dict[str, Any] = {"course": course(1)}
    home: dict[str, Any] = {"course": HOME_COURSE, "credits": "6.00"}
    if said_by_the_rule:
        host["category"], home["category"] = there, here
    content = rule(mapping("m", [host]) | {"home": [home]}, demands=[demand])
    programme = {
        "key": PROGRAMME,
        "courses": [{"course": HOME_COURSE, "category": None if said_by_the_rule else here}],
    }
    held = credit(1, category=None if said_by_the_rule else there)
    verdict = decide(content, facts(held, programme=programme))
    assert findings(verdict, "category") == [finding]
    assert verdict.outcome == OUTCOMES[finding]


def test_a_home_course_of_another_programme_is_not_replaced() -> None:
    programme = {"key": PROGRAMME, "courses": [{"course": course(5, HOME)}]}
    verdict = decide(rule(SIMPLE), facts(credit(1), programme=programme))
    assert findings(verdict, "home-course-in-programme") == ["failed"]
    assert verdict.outcome == "refused"


def test_a_home_course_is_replaced_once() -> None:
    before = {"home": HOME_COURSE, "credits": 600, "hosts": [{"host": THIRD}]}
    verdict = decide(rule(SIMPLE), facts(credit(1), counted=[before]))
    assert findings(verdict, "home-course-free") == ["failed"]
    assert verdict.outcome == "refused"
    unknown = decide(rule(SIMPLE), facts(credit(1), counted=None))
    assert unknown.outcome == "could-not-check"


@pytest.mark.parametrize(
    ("on", "outcome"),
    [
        (date(2025, 12, 31), "refused"),
        (date(2026, 1, 1), "recognised"),
        (date(2028, 12, 31), "recognised"),
        (date(2029, 1, 1), "refused"),
    ],
)
def test_a_rule_decides_while_it_is_in_force(on: date, outcome: str) -> None:
    verdict = decide(rule(SIMPLE), facts(credit(1)), on)
    assert verdict.outcome == outcome
    assert ("failed" in findings(verdict, "rule-in-force")) == (outcome == "refused")
    assert bool(nodes(verdict, "mapping")) == (outcome == "recognised")


def test_only_a_decider_decides() -> None:
    verdict = decide(rule(SIMPLE), facts(credit(1), decider=THIRD))
    assert findings(verdict, "decider") == ["failed"]
    assert verdict.outcome == "refused"


def test_only_a_decider_admits() -> None:
    content = rule(
        mapping("m", [course(1)], conversion="same", score={"subject": "physics"}),
        kind="admission",
        conversions={"same": {"kind": "unchanged", "better": "higher"}},
    )
    assert decide(content, facts(credit(1))).outcome == "recognised"
    assert decide(content, facts(credit(1), decider=THIRD)).outcome == "refused"


def test_a_mappings_own_demand_takes_the_place_of_the_rules() -> None:
    own = SIMPLE | {"demands": [GRADE | {"grade": "90.00"}]}
    assert decide(rule(own, demands=[GRADE]), facts(credit(1))).outcome == "refused"
    lenient = SIMPLE | {"demands": [GRADE | {"grade": "60.00"}]}
    strict = GRADE | {"grade": "90.00"}
    assert decide(rule(lenient, demands=[strict]), facts(credit(1))).outcome == "recognised"


def test_a_ratio_is_rounded_down() -> None:
    demand = {"kind": "credit-ratio", "host": "3.00", "home": "1.00"}
    for amount, outcome in (("0.66", "recognised"), ("0.67", "refused")):
        content = rule(mapping("m", [course(1)], [(HOME_COURSE, amount)]), demands=[demand])
        assert decide(content, facts(credit(1, credits=200))).outcome == outcome


def test_of_two_deciders_each_replaces_its_own_courses() -> None:
    theirs = mapping("theirs", [course(1)], [(course(9, THIRD), "6.00")])
    content = rule(SIMPLE, theirs, deciders=[HOME, THIRD])
    items = decide(content, facts(credit(1), decider=THIRD)).items
    assert [item.mapping for item in items] == ["theirs"]


def test_no_mapping_about_the_courses_is_said() -> None:
    verdict = decide(rule(SIMPLE), facts(credit(2)))
    assert findings(verdict, "no-mapping") == ["failed"]
    assert verdict.outcome == "refused"


@pytest.mark.parametrize(
    ("confirmation", "given", "code", "finding"),
    [
        ({"always": True}, {}, "confirm-always", "confirm"),
        ({"above_credits": "5.99"}, {}, "confirm-above-credits", "confirm"),
        ({"above_credits": "6.00"}, {}, "confirm-above-credits", "fulfilled"),
        (
            {"below_grade": {"grade": "85.01", "better": "higher"}},
            {},
            "confirm-below-grade",
            "confirm",
        ),
        (
            {"below_grade": {"grade": "85.00", "better": "higher"}},
            {},
            "confirm-below-grade",
            "fulfilled",
        ),
        (
            {"below_grade": {"grade": "85.00", "better": "higher"}},
            {"mark": None},
            "confirm-below-grade",
            "confirm",
        ),
    ],
)
def test_when_a_person_confirms(
    confirmation: dict[str, Any], given: dict[str, Any], code: str, finding: str
) -> None:
    verdict = decide(rule(SIMPLE, confirmation=confirmation), facts(credit(1, **given)))
    assert findings(verdict, code) == [finding]
    assert verdict.outcome == OUTCOMES[finding]
    assert [item.credits for item in verdict.items] == [600]


def test_a_refusal_needs_no_person() -> None:
    content = rule(SIMPLE, demands=[GRADE], confirmation={"always": True})
    assert decide(content, facts(credit(1, mark=7_000))).outcome == "refused"


def test_where_facts_stand_on_the_ledger_is_said() -> None:
    found = nodes(decide(rule(SIMPLE, demands=[GRADE]), facts(credit(1))), "minimum-grade")[0]
    assert [(one.key, one.version) for one in found.where] == [(f"credit/{HOST}/{1:032x}", 3)]
