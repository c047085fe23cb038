"""A rule that demands less than a framework is found, and where."""

from typing import Any

import pytest

from chaincode.domain.recognition.frameworks import framework_violations
from chaincode.domain.recognition.rule import RuleContent
from tests.support.recognition import HOME, course, mapping, rule

SIMPLE = mapping("m", [course(1)], [(course(9, HOME), "6.00")])
PLACES = [{"kind": "member"}, {"kind": "city", "name": "nanjing"}]
EXAMINATION = {"kind": "examination", "places": PLACES, "proctored": True, "second_review": True}
QUALITY = {"kind": "quality", "certified_by": 2, "recheck": True}
PROCESS = {
    "kind": "process",
    "watched_share": "60.00",
    "limits": {"pace_above": "2.00"},
    "confirm": ["pace"],
}
CAP = {
    "kind": "share-cap",
    "unit": "courses",
    "of": {"by": "course-kind", "course_kind": "online"},
    "within": "term",
    "at_most": "40.00",
}


def framework(*demands: dict[str, Any], **fields: Any) -> RuleContent:
    return rule(scope={"kind": "framework"}, deciders=[], demands=demands, conversions={}, **fields)


def violated(own: list[dict[str, Any]], *demands: dict[str, Any]) -> list[tuple[str, str]]:
    found = framework_violations(rule(SIMPLE, demands=own), [framework(*demands)])
    return [(violation.path, violation.demand) for violation in found]


@pytest.mark.parametrize(
    ("demand", "kept", "broken"),
    [
        (
            {"kind": "minimum-grade", "grade": "60.00", "better": "higher"},
            {"grade": "60.01"},
            {"grade": "59.99"},
        ),
        (
            {"kind": "minimum-grade", "grade": "2.50", "better": "lower"},
            {"grade": "2.40"},
            {"grade": "2.60"},
        ),
        (
            {"kind": "minimum-grade", "grade": "2.50", "better": "lower"},
            {},
            {"better": "higher"},
        ),
        (
            {"kind": "credit-gap", "more_for_less": True, "largest_gap": "2.00"},
            {"largest_gap": "1.00"},
            {"largest_gap": "2.01"},
        ),
        (
            {"kind": "credit-gap", "more_for_less": True, "largest_gap": "2.00"},
            {},
            {"more_for_less": False},
        ),
        (
            {"kind": "credit-gap", "more_for_less": False, "largest_gap": "2.00"},
            {"more_for_less": True},
            {"largest_gap": "3.00"},
        ),
        (
            {"kind": "category", "elective_by_compulsory": False},
            {},
            {"elective_by_compulsory": True},
        ),
        (
            {"kind": "class-hours", "hours_per_credit": 16},
            {"hours_per_credit": 18},
            {"hours_per_credit": 15},
        ),
        (
            {"kind": "credit-ratio", "host": "1.00", "home": "1.50"},
            {"host": "2.00", "home": "3.00"},
            {"home": "1.51"},
        ),
        ({"kind": "validity", "years": 7}, {"years": 5}, {"years": 8}),
        (EXAMINATION, {"places": PLACES[:1]}, {"places": []}),
        (EXAMINATION, {}, {"places": [{"kind": "city", "name": "suzhou"}]}),
        (EXAMINATION, {}, {"proctored": False}),
        (EXAMINATION | {"places": []}, {"places": PLACES}, {"second_review": False}),
        (QUALITY, {"certified_by": 3}, {"certified_by": 1}),
        (QUALITY | {"recheck": False}, {"recheck": True}, {"certified_by": 1}),
        (QUALITY, {}, {"recheck": False}),
        (
            QUALITY | {"certifiers": [HOME, "gammaMSP"]},
            {"certifiers": [HOME]},
            {"certifiers": [HOME, "deltaMSP"]},
        ),
        (PROCESS, {"confirm": [], "bar": ["pace"]}, {"confirm": [], "show": ["pace"]}),
        (PROCESS, {"watched_share": "70.00"}, {"watched_share": "50.00"}),
        (PROCESS, {}, {"limits": {"pace_above": "3.00"}}),
    ],
)
def test_a_demand_is_kept_by_one_as_strict(
    demand: dict[str, Any], kept: dict[str, Any], broken: dict[str, Any]
) -> None:
    assert violated([demand | kept], demand) == []
    assert violated([demand | broken], demand) == [("mappings.0.demands", demand["kind"])]
    assert violated([], demand) == [("mappings.0.demands", demand["kind"])]


@pytest.mark.parametrize(
    ("demand", "kept", "broken"),
    [
        (CAP, {"at_most": "30.00"}, {"at_most": "40.01"}),
        (CAP, {}, {"within": "degree"}),
        ({"kind": "home-share", "at_least": "50.00"}, {"at_least": "60.00"}, {"at_least": "49.99"}),
    ],
)
def test_a_total_is_kept_by_the_rules_own(
    demand: dict[str, Any], kept: dict[str, Any], broken: dict[str, Any]
) -> None:
    assert violated([demand | kept], demand) == []
    assert violated([demand | broken], demand) == [("demands", demand["kind"])]
    assert violated([], demand) == [("demands", demand["kind"])]


def test_a_minimum_score_is_kept_by_one_as_high() -> None:
    demand = {"kind": "minimum-score", "at_least": "230.00"}
    same = {"same": {"kind": "unchanged", "better": "higher"}}
    scored = mapping("m", [course(1)], conversion="same", score={"subject": "physics"})
    for at_least, paths in (("230.00", []), ("229.99", ["demands"])):
        own = [demand | {"at_least": at_least}]
        content = rule(scored, kind="admission", conversions=same, demands=own)
        found = framework_violations(content, [framework(demand, kind="admission")])
        assert [violation.path for violation in found] == paths


def test_a_mappings_own_demand_cannot_weaken_the_rules() -> None:
    demand = {"kind": "validity", "years": 7}
    weaker = mapping("w", [course(2)], [(course(8, HOME), "6.00")], demands=[demand | {"years": 9}])
    found = framework_violations(rule(SIMPLE, weaker, demands=[demand]), [framework(demand)])
    assert [violation.path for violation in found] == ["mappings.1.demands"]
    assert found[0].framework == framework(demand).digest()


@pytest.mark.parametrize(
    ("asked", "own", "kept"),
    [
        ({"always": True}, {"always": True}, True),
        ({"always": True}, {"above_credits": "0.00"}, False),
        ({"above_credits": "6.00"}, {"always": True}, True),
        ({"above_credits": "6.00"}, {"above_credits": "6.00"}, True),
        ({"above_credits": "6.00"}, {"above_credits": "6.01"}, False),
        ({"above_credits": "6.00"}, {}, False),
        (
            {"below_grade": {"grade": "70.00", "better": "higher"}},
            {"below_grade": {"grade": "70.00", "better": "higher"}},
            True,
        ),
        (
            {"below_grade": {"grade": "70.00", "better": "higher"}},
            {"below_grade": {"grade": "69.99", "better": "higher"}},
            False,
        ),
        (
            {"below_grade": {"grade": "70.00", "better": "higher"}},
            {"below_grade": {"grade": "70.00", "better": "lower"}},
            False,
        ),
        ({"below_grade": {"grade": "70.00", "better": "higher"}}, {}, False),
        ({}, {}, True),
    ],
)
def test_a_person_confirms_at_least_as_often(
    asked: dict[str, Any],
    own: dict[str, Any],
    kept: bool,  # noqa: FBT001
) -> None:
    found = framework_violations(rule(SIMPLE, confirmation=own), [framework(confirmation=asked)])
    assert [violation.path for violation in found] == ([] if kept else ["confirmation"])


def test_parts_of_credits_count_where_the_framework_permits_them() -> None:
    generous = rule(SIMPLE, partial_redemption=True)
    assert framework_violations(generous, [framework(partial_redemption=True)]) == ()
    assert framework_violations(generous, [framework()])[0].path == "partial_redemption"


def test_a_framework_binds_in_its_period_and_its_kind() -> None:
    demand = {"kind": "validity", "years": 7}
    before = {"first": "2020-01-01", "last": "2025-12-31", "time_zone": "Asia/Shanghai"}
    later = before | {"first": "2028-12-31", "last": "2030-12-31"}
    assert framework_violations(rule(SIMPLE), [framework(demand, valid=later)]) != ()
    touching = before | {"last": "2026-01-01"}
    assert framework_violations(rule(SIMPLE), [framework(demand, valid=before)]) == ()
    assert framework_violations(rule(SIMPLE), [framework(demand, valid=touching)]) != ()
    assert framework_violations(rule(SIMPLE), [framework(demand, kind="admission")]) == ()


def test_no_framework_binds_another() -> None:
    strict, lenient = framework({"kind": "validity", "years": 1}), framework()
    assert framework_violations(lenient, [strict]) == ()


def test_a_frameworks_digest_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large rule breaks a framework thousands of times, and every peer looks at it."""
    computed: list[str] = []
    digest = RuleContent.digest

    def counted(content: RuleContent) -> str:
        computed.append(content.title)
        return digest(content)

    monkeypatch.setattr(RuleContent, "digest", counted)
    many = [mapping(f"m{place}", [course(1)], [(course(9, HOME), "6.00")]) for place in range(50)]
    strict = framework({"kind": "validity", "years": 1}, QUALITY)
    found = framework_violations(rule(*many), [strict])
    assert len(found) == 100
    assert {one.framework for one in found} == {digest(strict)}
    assert len(computed) == 1
