"""What the linter calls impossible or never chosen is so, whatever a student brings."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chaincode.domain.grading import Better, Scale
from chaincode.domain.recognition.lint import lint
from chaincode.domain.recognition.lint_codes import LintCode
from chaincode.domain.recognition.lint_courses import KnownCourse
from tests.support.recognition import HOME, PASS_ONLY, course, credit, decide, facts, mapping, rule

Document = dict[str, Any]
BARRED = {
    LintCode.MAPPING_NEVER_CHOSEN,
    LintCode.CREDITS_IMPOSSIBLE,
    LintCode.MINIMUM_OUTSIDE_ENTRIES,
    LintCode.MINIMUM_OUTSIDE_SCALE,
    LintCode.SCALE_DIRECTION,
}
CONVERSIONS = {
    "pass": PASS_ONLY,
    "same": {"kind": "unchanged", "better": "higher"},
    "german": {
        "kind": "modified-bavarian",
        "host_pass": "50.00",
        "host_best": "80.00",
        "rounding": {"mode": "half-up", "digits": 1},
    },
}
MINIMUMS = st.builds(
    lambda grade, better: {"kind": "minimum-grade", "grade": grade, "better": better},
    st.sampled_from(["40.00", "70.00", "90.00"]),
    st.sampled_from(["higher", "higher", "lower"]),
)
GAPS = st.builds(
    lambda gap, more: {"kind": "credit-gap", "largest_gap": gap, "more_for_less": more},
    st.sampled_from(["0.00", "1.00"]),
    st.booleans(),
)
HOURS = st.builds(lambda hours: {"kind": "class-hours", "hours_per_credit": hours}, st.just(18))
DEMANDS = st.tuples(*(st.none() | kind for kind in (MINIMUMS, GAPS, HOURS))).map(
    lambda found: [one for one in found if one]
)
PURPOSES = st.tuples(
    st.integers(1, 2).map(lambda number: [course(number)]),
    st.sampled_from(["5.00", "6.00", "7.00"]).map(lambda amount: [(course(9, HOME), amount)]),
    st.sampled_from(sorted(CONVERSIONS)),
)


@st.composite
def rules(draw: Any) -> Any:
    """Two mappings for one purpose, and one for another."""
    first, second = draw(PURPOSES), draw(PURPOSES)
    purposes = {"a": first, "b": first, "c": second}
    many = [
        mapping(name, *purposes[name][:2], conversion=purposes[name][2], demands=draw(DEMANDS))
        for name in draw(st.permutations(sorted(purposes)))
    ]
    return rule(*many, conversions=CONVERSIONS, demands=draw(DEMANDS))


@st.composite
def students(draw: Any) -> tuple[dict[str, KnownCourse | None], list[Document]]:
    known: dict[str, KnownCourse | None] = {}
    held = []
    for number in (1, 2):
        lowest, highest = draw(st.sampled_from([(0, 10_000), (5_000, 8_500)]))
        better = draw(st.sampled_from(list(Better)))
        scale = Scale(lowest=lowest, highest=highest, pass_mark=6_000, better=better, step=100)
        brought = draw(st.sampled_from([500, 600, 700]))
        hours = draw(st.sampled_from([90, 108, 126]))
        known[course(number)] = KnownCourse(credits=brought, class_hours=hours, scale=scale)
        mark = 100 * draw(st.integers(lowest // 100, highest // 100))
        document = scale.model_dump(mode="json")
        held.append(credit(number, credits=brought, class_hours=hours, scale=document, mark=mark))
    return known, held


@given(content=rules(), student=students())
def test_what_is_barred_is_never_recognised(content: Any, student: Any) -> None:
    known, held = student
    barred = {
        content.mappings[int(found.path.split(".")[1])].id
        for found in lint(content, known)
        if found.code in BARRED
    }
    recognised = {item.mapping for item in decide(content, facts(*held)).items}
    assert not barred & recognised
