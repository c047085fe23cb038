"""The linter on a rule alone: each code once where it must be said, and once where not."""

import pytest

from chaincode.domain.recognition.lint import lint
from chaincode.domain.recognition.lint_codes import LintCode, Severity
from chaincode.domain.recognition.lint_courses import KnownCourse
from chaincode.domain.recognition.lint_sentences import lint_sentence
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.recognition.sentences import Language
from tests.support.lint_faults import FAULTS
from tests.support.linting import (
    HOME_COURSE,
    HOST_COURSE,
    KNOWN,
    MINIMUM,
    OTHER,
    PERCENT,
    TABLE,
    Document,
    codes,
    of,
    one,
)
from tests.support.recognition import mapping, rule


def test_a_sound_rule_has_nothing_to_say() -> None:
    content = of(one(), demands=[MINIMUM, {"kind": "validity", "years": 7}])
    known = {HOST_COURSE: KNOWN, HOME_COURSE: KnownCourse(credits=600, approved=True)}
    assert lint(content) == ()
    assert lint(content, known) == ()


@pytest.mark.parametrize(("code", "path", "content"), FAULTS)
def test_what_the_rule_alone_shows(code: LintCode, path: str, content: RuleContent) -> None:
    assert codes(content) == [(code.value, path)]


def test_grades_without_an_entry_are_named_from_the_first_to_the_last() -> None:
    narrow = TABLE | {"pairs": [{"lowest": "70.00", "highest": "90.00", "becomes": "1.00"}]}
    found = lint(of(one(), table=narrow), {HOST_COURSE: KNOWN})
    assert [(entry.values["first"], entry.values["last"]) for entry in found] == [
        ("60.00", "69.00"),
        ("91.00", "100.00"),
    ]
    held = lint(of(one(), table=narrow, demands=[MINIMUM | {"grade": "70.00"}]))
    assert held == ()


def test_a_framework_that_asks_for_more() -> None:
    framework = rule(
        scope={"kind": "framework"},
        deciders=[],
        conversions={},
        demands=[MINIMUM | {"grade": "70.00"}],
    )
    (found,) = lint(of(one(), demands=[MINIMUM]), frameworks=[framework])
    assert (found.code, found.path) == (LintCode.FRAMEWORK_BROKEN, "mappings.0.demands")
    assert found.values == {
        "demand": "minimum-grade",
        "framework": framework.digest(),
        "title": framework.title,
    }
    assert f"framework {framework.title} asks" in lint_sentence(found, Language.ENGLISH)
    assert lint(of(one(), demands=[MINIMUM | {"grade": "70.00"}]), frameworks=[framework]) == ()


REACHABLE: list[tuple[Document, Document, Document]] = [
    (one(name="a", demands=[MINIMUM]), one(name="b"), {}),
    (one(name="b"), one(name="a", demands=[MINIMUM]), {}),
    (one("pass", name="a"), one(name="b"), {}),
    (one(name="a"), mapping("b", [OTHER], [(HOME_COURSE, "6.00")], conversion="table"), {}),
    (one(name="a"), mapping("b", [HOST_COURSE], [(HOME_COURSE, "5.00")], conversion="table"), {}),
    (one(name="a", demands=[{"kind": "class-hours", "hours_per_credit": 18}]), one(name="b"), {}),
    (one(name="a"), one(name="b", demands=[{"kind": "class-hours", "hours_per_credit": 18}]), {}),
    (
        one(name="a"),
        one(
            name="b",
            demands=[{"kind": "credit-gap", "more_for_less": False, "largest_gap": "2.00"}],
        ),
        {},
    ),
]


@pytest.mark.parametrize(("first", "second", "fields"), REACHABLE)
def test_a_mapping_that_may_be_chosen_is_not_called_unreachable(
    first: Document, second: Document, fields: Document
) -> None:
    assert "mapping-never-chosen" not in dict(codes(of(first, second, **fields)))


@pytest.mark.parametrize(("lowest", "shadowed"), [(0, True), (6_000, True), (6_100, False)])
def test_a_lower_minimum_is_weaker_where_the_scale_has_it(lowest: int, *, shadowed: bool) -> None:
    first = one("pass", name="a", demands=[MINIMUM])
    second = one("pass", name="b", demands=[MINIMUM | {"grade": "70.00"}])
    scale = PERCENT.model_copy(update={"lowest": lowest})
    known = {HOST_COURSE: KnownCourse(scale=scale)}
    found = {entry.code for entry in lint(of(first, second), known)}
    assert (LintCode.MAPPING_NEVER_CHOSEN in found) is shadowed
    assert LintCode.MAPPING_NEVER_CHOSEN not in {entry.code for entry in lint(of(first, second))}


def test_errors_come_first_then_the_order_of_the_document() -> None:
    content = of(
        *(one(name=f"m{number}", demands=[MINIMUM | {"better": "lower"}]) for number in range(11)),
        partial_redemption=True,
    )
    found = lint(content)
    errors = [entry.path for entry in found if entry.severity is Severity.ERROR]
    assert errors == [f"mappings.{number}.conversion" for number in range(11)]
    ranks = [list(Severity).index(entry.severity) for entry in found]
    assert ranks == sorted(ranks)
