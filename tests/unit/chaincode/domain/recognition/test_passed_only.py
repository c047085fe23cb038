"""Of equally many credits a grade goes before passed only, whichever end of a scale is good."""

import pytest

from tests.support.recognition import HOME, course, credit, decide, facts, mapping, rule

CONVERSIONS = {
    "german": {
        "kind": "modified-bavarian",
        "host_pass": "60.00",
        "host_best": "100.00",
        "rounding": {"mode": "half-up", "digits": 1},
    },
    "same": {"kind": "unchanged", "better": "higher"},
    "pass": {"kind": "pass-only"},
}


@pytest.mark.parametrize("conversion", ["german", "same"])
@pytest.mark.parametrize(("evaluator", "first"), [(2, False), (3, True)])
def test_a_grade_goes_before_passed_only(conversion: str, evaluator: int, *, first: bool) -> None:
    content = rule(
        mapping("a-passed", [course(1)], [(course(8, HOME), "6.00")]),
        mapping("graded", [course(1)], [(course(9, HOME), "6.00")], conversion=conversion),
        conversions=CONVERSIONS,
    )
    items = decide(content, facts(credit(1)), evaluator=evaluator).items
    graded = first or conversion == "same"
    assert [item.mapping for item in items] == ["graded" if graded else "a-passed"]


def test_more_credits_passed_only_go_before_fewer_with_a_grade() -> None:
    content = rule(
        mapping("graded", [course(1)], [(course(9, HOME), "5.00")], conversion="german"),
        mapping("passed", [course(1)], [(course(8, HOME), "6.00")]),
        conversions=CONVERSIONS,
    )
    assert [item.mapping for item in decide(content, facts(credit(1))).items] == ["passed"]
