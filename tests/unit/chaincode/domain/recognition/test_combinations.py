"""Several for one, parts, joint degrees, admission, and which mappings are the best choice."""

from typing import Any

import pytest

from chaincode.domain.errors import InvalidArgument
from chaincode.domain.recognition import choice
from tests.support.recognition import (
    GERMAN_SCALE,
    HOME,
    PROGRAMME,
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
OTHER = course(8, HOME)
SAME = {"same": {"kind": "unchanged", "better": "higher"}, "pass": {"kind": "pass-only"}}
TO_GERMAN = {
    "kind": "linear",
    "host_pass": "60.00",
    "host_best": "100.00",
    "home_pass": "4.00",
    "home_best": "1.00",
    "rounding": {"mode": "half-up", "digits": 1},
}
WORSE_IS_HIGHER = {"lowest": 0, "highest": 10_000, "pass_mark": 9_000, "better": "lower"}
ONE_DIGIT = {"mode": "half-up", "digits": 1}
PAIRS = {
    "kind": "by-table",
    "better": "higher",
    "step": "1.00",
    "home_better": "lower",
    "pairs": [
        {"lowest": "80.00", "highest": "100.00", "becomes": "1.00"},
        {"lowest": "60.00", "highest": "79.00", "becomes": "3.00"},
    ],
}


@pytest.mark.parametrize(
    ("grade", "order", "conversion", "expected"),
    [
        ("best", "convert-then-combine", "same", 9_000),
        ("worst", "convert-then-combine", "same", 7_000),
        ("best", "convert-then-combine", "german", 180),
        ("worst", "convert-then-combine", "german", 330),
        ("best", "combine-then-convert", "german", 180),
        ("worst", "combine-then-convert", "german", 330),
        ("weighted-mean", "convert-then-combine", "german", 230),
        ("weighted-mean", "combine-then-convert", "german", 230),
        ("weighted-mean", "convert-then-combine", "pairs", 170),
        ("weighted-mean", "combine-then-convert", "pairs", 100),
        ("pass-only", "convert-then-combine", "german", None),
    ],
)
def test_several_for_one(grade: str, order: str, conversion: str, expected: int | None) -> None:
    """4.00 credits with 90.00, 2.00 with 70.00: the mean is 83.33."""
    combine: dict[str, Any] = {"grade": grade, "order": order}
    if grade == "weighted-mean":
        combine["rounding"] = {"mode": "half-up", "digits": 0 if conversion == "pairs" else 1}
        if (order, conversion) == ("convert-then-combine", "pairs"):
            combine["rounding"] = ONE_DIGIT
    content = rule(
        mapping(
            "m",
            [course(1), course(2)],
            [(HOME_COURSE, "6.00")],
            conversion=conversion,
            combine=combine,
        ),
        conversions=SAME | {"german": TO_GERMAN, "pairs": PAIRS},
    )
    held = credit(1, credits=400, mark=9_000), credit(2, credits=200, mark=7_000)
    verdict = decide(content, facts(*held))
    assert [(item.credits, item.grade) for item in verdict.items] == [(600, expected)]


def test_one_grade_that_is_not_converted_leaves_the_mean_open() -> None:
    combine = {"grade": "weighted-mean", "order": "convert-then-combine", "rounding": ONE_DIGIT}
    content = rule(
        mapping("m", [course(1), course(2)], [(HOME_COURSE, "6.00")], conversion="pairs")
        | {"combine": combine},
        conversions={"pairs": PAIRS},
    )
    verdict = decide(content, facts(credit(1), credit(2, mark=5_000)))
    assert findings(verdict, "grade-combined") == ["unknown"]
    assert verdict.outcome == "could-not-check"


def test_several_for_one_need_them_all() -> None:
    content = rule(mapping("m", [course(1), course(2)], [(HOME_COURSE, "6.00")]))
    for evaluator in (1, 2):
        verdict = decide(content, facts(credit(1)), evaluator=evaluator)
        assert verdict.outcome == "refused"
        assert findings(verdict, "host-course") == ["fulfilled", "failed"]


@pytest.mark.parametrize(
    "given",
    [
        {"mark": None},
        {"scale": None},
        {"scale": GERMAN_SCALE, "mark": 130},
        {"scale": WORSE_IS_HIGHER},
        {"mark": 5_999},
    ],
)
def test_a_grade_that_the_rule_does_not_name_could_not_be_checked(given: dict[str, Any]) -> None:
    content = rule(
        mapping("m", [course(1)], [(HOME_COURSE, "6.00")], conversion="pairs"),
        conversions={"pairs": PAIRS},
    )
    verdict = decide(content, facts(credit(1, **given)))
    assert findings(verdict, "grade-converted") == ["unknown"]
    assert verdict.outcome == "could-not-check"


@pytest.mark.parametrize(
    ("field", "outcome"), [("0613", "recognised"), ("0711", "could-not-check"), (None, None)]
)
def test_a_distribution_is_of_its_field(field: str | None, outcome: str | None) -> None:
    band = {"lowest": "60.00", "highest": "100.00", "share": "100.00"}
    table = {"better": "higher", "step": "1.00", "graded": 100, "bands": [band]}
    conversion = {
        "kind": "by-distribution",
        "host": table | {"field": "061"},
        "home": table,
        "pick": "middle",
        "band_value": "middle",
        "fewest_graded": 100,
        "rounding": ONE_DIGIT,
    }
    content = rule(
        mapping("m", [course(1)], [(HOME_COURSE, "6.00")], conversion="shares"),
        conversions={"shares": conversion},
    )
    verdict = decide(content, facts(credit(1, field=field)))
    assert verdict.outcome == (outcome or "could-not-check")


def parts(*amounts: str) -> list[dict[str, Any]]:
    return [
        mapping(
            f"part-{number}",
            [{"course": course(1), "credits": amount}],
            [(course(20 + number, HOME), amount)],
        )
        for number, amount in enumerate(amounts)
    ]


def test_parts_of_a_credit_count_up_to_the_whole() -> None:
    content = rule(*parts("4.00", "2.00"), partial_redemption=True)
    verdict = decide(content, facts(credit(1)))
    assert [(item.credits, item.used[0].amount) for item in verdict.items] == [
        (400, 400),
        (200, 200),
    ]
    over = decide(rule(*parts("4.00", "2.01"), partial_redemption=True), facts(credit(1)))
    assert [item.credits for item in over.items] == [400]


def test_what_is_redeemed_already_is_not_there_any_more() -> None:
    content = rule(*parts("4.00", "2.00"), partial_redemption=True)
    taken = [{"programme": PROGRAMME, "amount": 300}]
    verdict = decide(content, facts(credit(1, redeemed=taken)))
    assert [item.credits for item in verdict.items] == [200]
    assert findings(verdict, "credit-free") == ["failed", "fulfilled"]
    assert nodes(verdict, "credit-free")[0].found == {"used": "4.00", "free": "3.00"}


@pytest.mark.parametrize(
    ("taken_by", "outcome"),
    [
        ("programme/betaMSP/" + "5" * 32 + "/2", "recognised"),
        ("programme/betaMSP/" + "6" * 32 + "/1", "refused"),
        (PROGRAMME, "refused"),
    ],
)
def test_a_joint_degree_counts_a_credit_for_each_of_its_programmes(
    taken_by: str, outcome: str
) -> None:
    joint = [PROGRAMME.rpartition("/")[0], "programme/betaMSP/" + "5" * 32]
    content = rule(mapping("m", [course(1)], [(HOME_COURSE, "6.00")]), joint_programmes=joint)
    held = credit(1, redeemed=[{"programme": taken_by, "amount": 600}])
    assert decide(content, facts(held, programme={"key": PROGRAMME})).outcome == outcome
    other = {"key": "programme/alphaMSP/" + "4" * 32 + "/1"}
    assert decide(content, facts(held, programme=other)).outcome == "refused"


def test_one_host_course_counts_once_and_the_student_gets_the_most() -> None:
    content = rule(
        mapping("small", [course(1)], [(OTHER, "3.00")]),
        mapping("large", [course(1)], [(HOME_COURSE, "6.00")]),
    )
    verdict = decide(content, facts(credit(1)))
    assert [item.mapping for item in verdict.items] == ["large"]
    assert nodes(verdict, "not-chosen")[0].found == {"instead": ("large",)}


def test_one_home_course_is_replaced_once_by_the_better_grade() -> None:
    content = rule(
        mapping("a", [course(1)], [(HOME_COURSE, "6.00")], conversion="same"),
        mapping("b", [course(2)], [(HOME_COURSE, "6.00")], conversion="same"),
        conversions=SAME,
    )
    verdict = decide(content, facts(credit(1, mark=7_000), credit(2, mark=9_000)))
    assert [(item.mapping, item.grade) for item in verdict.items] == [("b", 9_000)]
    lower = {"same": {"kind": "unchanged", "better": "lower"}}
    content = rule(
        mapping("a", [course(1)], [(HOME_COURSE, "6.00")], conversion="same"),
        mapping("b", [course(2)], [(HOME_COURSE, "6.00")], conversion="same"),
        conversions=lower,
    )
    german = credit(1, mark=130, scale=GERMAN_SCALE), credit(2, mark=230, scale=GERMAN_SCALE)
    assert [item.mapping for item in decide(content, facts(*german)).items] == ["a"]


def test_a_home_course_is_replaced_once_in_whatever_version() -> None:
    """Two years of one course, each with a mapping of its own, count once towards a degree."""
    next_year = HOME_COURSE[:-1] + "2"
    content = rule(
        mapping("first", [course(1)], [(HOME_COURSE, "6.00")]),
        mapping("second", [course(2)], [(next_year, "6.00")]),
    )
    assert len(decide(content, facts(credit(1), credit(2))).items) == 1
    counted = [{"home": HOME_COURSE, "credits": 600, "hosts": [{"host": "betaMSP"}]}]
    later = facts(credit(2), counted=counted)
    assert decide(content, later).outcome == "refused"
    assert findings(decide(content, later), "home-course-free") == ["failed"]
    assert decide(content, facts(credit(2))).outcome == "recognised"
    both = mapping("both", [course(1)], [(HOME_COURSE, "3.00"), (next_year, "3.00")])
    with pytest.raises(InvalidArgument) as refused:
        rule(both)
    assert refused.value.field == "mappings.0.home.1.course"


def test_of_equals_the_one_without_a_person_then_the_fewest_host_credits_then_by_id() -> None:
    same = [
        mapping(name, [course(number)], [(HOME_COURSE, "6.00")])
        for number, name in enumerate("cab", 1)
    ]
    three = credit(1), credit(2), credit(3)
    assert [item.mapping for item in decide(rule(*same), facts(*three)).items] == ["a"]
    larger = credit(1), credit(2, credits=700), credit(3)
    assert [item.mapping for item in decide(rule(*same), facts(*larger)).items] == ["b"]
    below = {"below_grade": {"grade": "80.00", "better": "higher"}}
    doubtful = credit(1), credit(2, mark=7_000), credit(3, credits=900)
    content = rule(*same, confirmation=below)
    assert [item.mapping for item in decide(content, facts(*doubtful)).items] == ["c"]


def test_a_larger_choice_that_could_not_be_checked_asks_for_a_person() -> None:
    demands = [{"kind": "minimum-grade", "grade": "60.00", "better": "higher"}]
    content = rule(
        mapping("small", [course(1)], [(OTHER, "3.00")]),
        mapping("large", [course(1), course(2)], [(HOME_COURSE, "9.00")]),
        demands=demands,
    )
    verdict = decide(content, facts(credit(1), credit(2, mark=None)))
    assert verdict.outcome == "needs-person"
    assert nodes(verdict, "choice-unknown")[0].found == {"instead": ("small",)}
    assert [item.mapping for item in verdict.items] == ["small"]


def test_a_choice_too_large_to_finish_asks_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "MAX_STEPS", 1)
    content = rule(
        *(
            mapping(f"m-{number}-{other}", [course(number), course(other)], [(HOME_COURSE, "6.00")])
            | {"home": [{"course": course(50 + number * other, HOME), "credits": "6.00"}]}
            for number in range(1, 6)
            for other in range(number + 1, 6)
        )
    )
    verdict = decide(content, facts(*(credit(number) for number in range(1, 6))))
    assert verdict.outcome == "needs-person"
    assert findings(verdict, "choice-unfinished") == ["confirm"]
    assert verdict.items


def test_what_is_wanted_alone_is_replaced_and_what_is_missing_is_said() -> None:
    content = rule(
        mapping("a", [course(1)], [(HOME_COURSE, "6.00")]),
        mapping("b", [course(2)], [(OTHER, "6.00")]),
        mapping("both", [course(3)], [(OTHER, "3.00"), (course(7, HOME), "3.00")]),
    )
    held = credit(1), credit(2, standing="revoked"), credit(3)
    verdict = decide(content, facts(*held, wanted=[HOME_COURSE, OTHER]))
    assert verdict.outcome == "recognised"
    assert [item.mapping for item in verdict.items] == ["a"]
    assert verdict.missing == (OTHER,)
    assert findings(verdict, "wanted-course") == ["failed", "fulfilled"]
    unknown = credit(1), credit(2, standing=None)
    verdict = decide(content, facts(*unknown, wanted=[OTHER]))
    assert findings(verdict, "wanted-course") == ["unknown"]
    assert verdict.outcome == "could-not-check"


SCORE = {
    "kind": "linear",
    "host_pass": "60.00",
    "host_best": "100.00",
    "home_pass": "90.00",
    "home_best": "150.00",
    "rounding": {"mode": "truncate", "digits": 0},
}


def admission(*demands: dict[str, Any], **fields: Any) -> Any:
    return rule(
        mapping("m1", [course(1)], conversion="score", score={"subject": "mathematics"}),
        mapping("m2", [course(2)], conversion="score", score={"subject": "mathematics"}),
        mapping("p", [course(3)], conversion="score", score={"subject": "physics"}),
        kind="admission",
        conversions={"score": SCORE},
        demands=demands,
        **fields,
    )


@pytest.mark.parametrize(("at_least", "outcome"), [("255.00", "recognised"), ("255.01", "refused")])
def test_grades_become_the_score_of_an_entrance_examination(at_least: str, outcome: str) -> None:
    """Mathematics: the better of 85 and 90 is 90 → 135; physics: 80 → 120."""
    held = credit(1), credit(2, mark=9_000), credit(3, mark=8_000)
    verdict = decide(admission({"kind": "minimum-score", "at_least": at_least}), facts(*held))
    assert verdict.outcome == outcome
    assert nodes(verdict, "minimum-score")[0].found == {"score": "255.00"}
    expected = [("mathematics", 13_500), ("physics", 12_000)] if outcome == "recognised" else []
    assert [(item.subject, item.grade) for item in verdict.items] == expected


def test_a_score_in_a_subject_and_one_that_is_not_known() -> None:
    content = admission({"kind": "minimum-score", "subject": "physics", "at_least": "130.00"})
    held = credit(1), credit(3, mark=8_000)
    assert decide(content, facts(*held)).outcome == "refused"
    assert decide(content, facts(credit(1), credit(3, mark=None))).outcome == "could-not-check"
    assert decide(content, facts(credit(1), credit(3, mark=9_000))).outcome == "recognised"


def test_an_admission_uses_no_credit_up() -> None:
    verdict = decide(admission(), facts(credit(1, redeemed=None)))
    assert verdict.outcome == "recognised"
    assert [item.used for item in verdict.items] == [()]
