"""The linter: each code once where it must be said, and once where it must not."""

from typing import Any

import pytest

from chaincode.domain.grading import Better, Scale
from chaincode.domain.recognition.lint import lint
from chaincode.domain.recognition.lint_chinese import LINT_CHINESE
from chaincode.domain.recognition.lint_codes import LintCode, LintFinding, Severity
from chaincode.domain.recognition.lint_courses import KnownCourse
from chaincode.domain.recognition.lint_english import LINT_ENGLISH
from chaincode.domain.recognition.lint_sentences import lint_sentence
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.recognition.sentences import Language
from chaincode.domain.values import parse_instant
from tests.support.recognition import HOME, HOST, PASS_ONLY, THIRD, course, mapping, rule

Document = dict[str, Any]
HOST_COURSE, OTHER, HOME_COURSE = course(1), course(2), course(9, HOME)
PERCENT = Scale(lowest=0, highest=10_000, pass_mark=6_000, better=Better.HIGHER, step=100)
MINIMUM = {"kind": "minimum-grade", "grade": "60.00", "better": "higher"}
TABLE = {
    "kind": "by-table",
    "better": "higher",
    "step": "1.00",
    "home_better": "lower",
    "pairs": [
        {"lowest": "80.00", "highest": "100.00", "becomes": "1.00"},
        {"lowest": "60.00", "highest": "79.00", "becomes": "2.00"},
    ],
}
GERMAN = {
    "kind": "modified-bavarian",
    "host_pass": "60.00",
    "host_best": "100.00",
    "rounding": {"mode": "half-up", "digits": 1},
}
MEAN = {
    "grade": "weighted-mean",
    "order": "combine-then-convert",
    "rounding": {"mode": "half-up", "digits": 1},
}


def one(conversion: str = "table", name: str = "m", **fields: Any) -> Document:
    return mapping(name, [HOST_COURSE], [(HOME_COURSE, "6.00")], conversion=conversion, **fields)


def of(*mappings: Document, table: Document = TABLE, **fields: Any) -> RuleContent:
    used = {entry["conversion"] for entry in mappings}
    known = {"table": table, "pass": PASS_ONLY, "german": GERMAN}
    given = {"conversions": {name: known[name] for name in used if name in known}}
    return rule(*mappings, **(given | fields))


def cap(at_most: str, of: Document, unit: str = "credits", within: str = "degree") -> Document:
    return {"kind": "share-cap", "unit": unit, "of": of, "within": within, "at_most": at_most}


def table(**fields: Any) -> Document:
    return {"table": TABLE | fields}


def bands(*entries: tuple[str, str, str], step: str = "1.00") -> Document:
    return {
        "better": "higher",
        "step": step,
        "graded": 100,
        "bands": [{"lowest": low, "highest": high, "share": share} for low, high, share in entries],
    }


def shares(host: Document, home: Document, **fields: Any) -> Document:
    return {
        "kind": "by-distribution",
        "host": host,
        "home": home,
        "pick": "middle",
        "band_value": "middle",
        "fewest_graded": 50,
        "rounding": {"mode": "half-up", "digits": 2},
    } | fields


HOST_BANDS = bands(("80.00", "100.00", "50.00"), ("60.00", "79.00", "50.00"))
HOME_BANDS = bands(("15.00", "20.00", "50.00"), ("10.00", "14.00", "50.00"))
KNOWN = KnownCourse(credits=600, class_hours=108, field="0613", scale=PERCENT)


def codes(content: RuleContent) -> list[tuple[str, str]]:
    return [(entry.code.value, entry.path) for entry in lint(content)]


def test_a_sound_rule_has_nothing_to_say() -> None:
    content = of(one(), demands=[MINIMUM, {"kind": "validity", "years": 7}])
    known = {HOST_COURSE: KNOWN, HOME_COURSE: KnownCourse(credits=600, approved=True)}
    assert lint(content) == ()
    assert lint(content, known) == ()


ADMISSION: Document = {"kind": "admission", "conversions": {"table": TABLE}}
ADMITTED = {
    "id": "m",
    "host": [{"course": HOST_COURSE}],
    "score": {"subject": "mathematics"},
    "conversion": "table",
}
UNREACHABLE: list[tuple[LintCode, str, RuleContent]] = [
    (
        LintCode.CONVERSION_UNUSED,
        "conversions.pass",
        rule(one(), conversions={"table": TABLE, "pass": PASS_ONLY}),
    ),
    (LintCode.MAPPING_NEVER_CHOSEN, "mappings.0", of(one(name="b"), one(name="a"))),
    (
        LintCode.MAPPING_NEVER_CHOSEN,
        "mappings.1",
        of(one(name="a"), one(name="b", demands=[MINIMUM])),
    ),
    (
        LintCode.DEMAND_NEVER_USED,
        "demands.0",
        of(one(demands=[MINIMUM | {"grade": "70.00"}]), demands=[MINIMUM]),
    ),
    (
        LintCode.DEMAND_REPEATED,
        "mappings.0.demands.0",
        of(one(demands=[MINIMUM]), one(name="n", conversion="pass"), demands=[MINIMUM]),
    ),
    (
        LintCode.DEMAND_SHADOWED,
        "demands.0",
        of(
            one(),
            demands=[cap("50.00", {"by": "host", "host": HOST}), cap("40.00", {"by": "each-host"})],
        ),
    ),
    (
        LintCode.DEMAND_SHADOWED,
        "demands.0",
        of(
            one(),
            demands=[
                cap("50.00", {"by": "host", "host": HOST}),
                {"kind": "home-share", "at_least": "50.00"},
            ],
        ),
    ),
    (
        LintCode.DEMAND_SHADOWED,
        "demands.0",
        rule(
            ADMITTED,
            **ADMISSION,
            demands=[
                {"kind": "minimum-score", "at_least": "1.00"},
                {"kind": "minimum-score", "subject": "mathematics", "at_least": "1.00"},
            ],
        ),
    ),
    (
        LintCode.DEMAND_EMPTY,
        "demands.0",
        of(one(), demands=[{"kind": "examination", "proctored": False, "second_review": False}]),
    ),
    (LintCode.DEMAND_EMPTY, "demands.0", of(one(), demands=[cap("100.00", {"by": "each-host"})])),
    (
        LintCode.DEMAND_EMPTY,
        "mappings.0.demands.0",
        of(one(demands=[{"kind": "examination", "proctored": False, "second_review": False}])),
    ),
    (
        LintCode.ENTRY_NEVER_READ,
        "conversions.table.pairs.1",
        of(one(), demands=[MINIMUM | {"grade": "80.00"}]),
    ),
    (
        LintCode.BAND_NEVER_PICKED,
        "conversions.s.home.bands.1",
        rule(
            one("s"),
            conversions={
                "s": shares(
                    HOST_BANDS,
                    bands(
                        ("16.00", "20.00", "45.00"),
                        ("15.00", "15.00", "10.00"),
                        ("10.00", "14.00", "45.00"),
                    ),
                )
            },
        ),
    ),
    (LintCode.DECIDER_WITHOUT_MAPPING, "deciders.1", of(one(), deciders=[HOME, THIRD])),
    (
        LintCode.CONFIRMATION_NEVER,
        "confirmation.below_grade",
        of(
            one(),
            demands=[MINIMUM],
            confirmation={"below_grade": {"grade": "60.00", "better": "higher"}},
        ),
    ),
    (
        LintCode.CONFIRMATION_NEVER,
        "confirmation.above_credits",
        of(one(), confirmation={"above_credits": "6.00"}),
    ),
    (
        LintCode.CONFIRMATION_NEVER,
        "confirmation.above_credits",
        of(one(), confirmation={"always": True, "above_credits": "1.00"}),
    ),
    (LintCode.PARTS_UNUSED, "partial_redemption", of(one(), partial_redemption=True)),
]
GAPS: list[tuple[LintCode, str, RuleContent]] = [
    (
        LintCode.GRADES_WITHOUT_ENTRY,
        "conversions.table",
        of(one(), demands=[MINIMUM | {"grade": "50.00"}]),
    ),
    (
        LintCode.GRADES_BETWEEN_ENTRIES,
        "mappings.0.combine.rounding",
        of(
            mapping(
                "m", [HOST_COURSE, OTHER], [(HOME_COURSE, "6.00")], conversion="table", combine=MEAN
            )
        ),
    ),
    (
        LintCode.BAND_WITHOUT_SHARE,
        "conversions.s.host.bands.0",
        rule(
            one("s"),
            conversions={
                "s": shares(
                    bands(
                        ("100.00", "100.00", "0.00"),
                        ("80.00", "99.00", "50.00"),
                        ("60.00", "79.00", "50.00"),
                    ),
                    HOME_BANDS,
                )
            },
        ),
    ),
    (
        LintCode.ROUNDING_LEAVES_BAND,
        "conversions.s.home.bands.0",
        rule(
            one("s"),
            conversions={
                "s": shares(
                    HOST_BANDS,
                    bands(("1.80", "2.00", "50.00"), ("1.00", "1.70", "50.00"), step="0.10"),
                    band_value="lowest",
                    rounding={"mode": "truncate", "digits": 0},
                )
            },
        ),
    ),
]
CONTRADICTIONS: list[tuple[LintCode, str, RuleContent]] = [
    (
        LintCode.MINIMUM_OUTSIDE_ENTRIES,
        "mappings.0.conversion",
        of(one("german"), demands=[MINIMUM | {"grade": "101.00"}]),
    ),
    (
        LintCode.SCALE_DIRECTION,
        "mappings.0.conversion",
        of(one(), demands=[MINIMUM | {"better": "lower"}]),
    ),
    (
        LintCode.CREDITS_IMPOSSIBLE,
        "mappings.0",
        of(
            mapping("m", [{"course": HOST_COURSE, "credits": "5.99"}], [(HOME_COURSE, "6.00")]),
            partial_redemption=True,
        ),
    ),
    (
        LintCode.CREDITS_IMPOSSIBLE,
        "mappings.0",
        of(
            mapping("m", [{"course": HOST_COURSE, "credits": "8.01"}], [(HOME_COURSE, "6.00")]),
            partial_redemption=True,
            demands=[{"kind": "credit-gap", "more_for_less": True, "largest_gap": "2.00"}],
        ),
    ),
    (
        LintCode.CATEGORY_IMPOSSIBLE,
        "mappings.0.home.0.category",
        of(
            {
                "id": "m",
                "conversion": "pass",
                "host": [{"course": HOST_COURSE, "category": "elective"}],
                "home": [{"course": HOME_COURSE, "credits": "6.00", "category": "compulsory"}],
            },
            demands=[{"kind": "category", "elective_by_compulsory": True}],
        ),
    ),
    (
        LintCode.QUALITY_IMPOSSIBLE,
        "mappings.0.host.0",
        of(
            one(),
            demands=[{"kind": "quality", "certified_by": 1, "certifiers": [HOST], "recheck": True}],
        ),
    ),
    (LintCode.SHARE_CAP_ZERO, "demands.0", of(one(), demands=[cap("0.00", {"by": "each-host"})])),
    (
        LintCode.HOME_SHARE_WHOLE,
        "demands.0",
        of(one(), demands=[{"kind": "home-share", "at_least": "100.00"}]),
    ),
    (
        LintCode.SCORE_UNREACHABLE,
        "demands.0",
        rule(
            ADMITTED,
            **ADMISSION,
            demands=[{"kind": "minimum-score", "subject": "mathematics", "at_least": "2.01"}],
        ),
    ),
    (
        LintCode.CONFIRMATION_ALWAYS,
        "confirmation.below_grade",
        of(one(), confirmation={"below_grade": {"grade": "100.01", "better": "higher"}}),
    ),
]


@pytest.mark.parametrize(("code", "path", "content"), [*UNREACHABLE, *GAPS, *CONTRADICTIONS])
def test_what_the_rule_alone_shows(code: LintCode, path: str, content: RuleContent) -> None:
    assert codes(content) == [(code.value, path)]


COURSES: list[tuple[LintCode, str, Document, KnownCourse]] = [
    (
        LintCode.GRADES_WITHOUT_ENTRY,
        "conversions.table",
        {},
        KnownCourse(scale=PERCENT.model_copy(update={"pass_mark": 5_000})),
    ),
    (
        LintCode.GRADES_BETWEEN_ENTRIES,
        "conversions.table",
        {},
        KnownCourse(scale=PERCENT.model_copy(update={"step": 50})),
    ),
    (
        LintCode.SCALE_DIRECTION,
        "mappings.0.host.0",
        {},
        KnownCourse(scale=PERCENT.model_copy(update={"better": Better.LOWER})),
    ),
    (
        LintCode.MINIMUM_OUTSIDE_SCALE,
        "mappings.0.host.0",
        {"demands": [MINIMUM]},
        KnownCourse(
            scale=Scale(
                lowest=6_100, highest=10_000, pass_mark=6_100, better=Better.HIGHER, step=100
            )
        ),
    ),
    (LintCode.CREDITS_IMPOSSIBLE, "mappings.0", {}, KnownCourse(credits=599)),
    (
        LintCode.CREDITS_IMPOSSIBLE,
        "mappings.0",
        {"demands": [{"kind": "class-hours", "hours_per_credit": 18}]},
        KnownCourse(credits=600, class_hours=107),
    ),
    (
        LintCode.CREDITS_IMPOSSIBLE,
        "mappings.0",
        {"demands": [{"kind": "credit-ratio", "host": "1.50", "home": "1.00"}]},
        KnownCourse(credits=899),
    ),
    (LintCode.COURSE_NOT_APPROVED, "mappings.0.host.0.course", {}, KnownCourse(approved=False)),
    (
        LintCode.VALIDITY_PAST,
        "mappings.0.host.0.course",
        {"demands": [{"kind": "validity", "years": 1}]},
        KnownCourse(
            opens=parse_instant("2023-09-01T00:00:00Z"),
            closes=parse_instant("2024-08-31T00:00:00Z"),
        ),
    ),
    (
        LintCode.VALIDITY_SHORTER_THAN_WINDOW,
        "mappings.0.host.0.course",
        {"demands": [{"kind": "validity", "years": 1}]},
        KnownCourse(
            opens=parse_instant("2026-09-01T00:00:00Z"),
            closes=parse_instant("2029-08-31T00:00:00Z"),
        ),
    ),
]


@pytest.mark.parametrize(("code", "path", "fields", "known"), COURSES)
def test_what_a_course_shows(
    code: LintCode, path: str, fields: Document, known: KnownCourse
) -> None:
    content = of(one(), **fields)
    assert [(entry.code, entry.path) for entry in lint(content, {HOST_COURSE: known})] == [
        (code, path)
    ]


def test_what_the_other_side_of_a_course_shows() -> None:
    part = [{"course": HOST_COURSE, "credits": "6.00", "digest": "a" * 64}]
    content = of(mapping("m", part, [(HOME_COURSE, "6.00")]), partial_redemption=True)
    known = {
        HOST_COURSE: KnownCourse(credits=500, digest="b" * 64),
        HOME_COURSE: KnownCourse(credits=500),
    }
    assert [(entry.code, entry.path) for entry in lint(content, known)] == [
        (LintCode.PART_EXCEEDS_COURSE, "mappings.0.host.0.credits"),
        (LintCode.COURSE_CHANGED, "mappings.0.host.0.digest"),
        (LintCode.HOME_CREDITS_DIFFER, "mappings.0.home.0.credits"),
    ]
    assert [(entry.code, entry.path) for entry in lint(of(one()), {HOME_COURSE: None})] == [
        (LintCode.COURSE_UNKNOWN, "mappings.0.home.0.course")
    ]


def test_a_distribution_of_another_field() -> None:
    host = HOST_BANDS | {"field": "07"}
    content = rule(one("s"), conversions={"s": shares(host, HOME_BANDS)})
    found = [entry.code for entry in lint(content, {HOST_COURSE: KNOWN})]
    assert found == [LintCode.FIELD_DIFFERS]
    content = rule(one("s"), conversions={"s": shares(host | {"field": "061"}, HOME_BANDS)})
    assert lint(content, {HOST_COURSE: KNOWN}) == ()


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
    assert found.values == {"demand": "minimum-grade", "framework": framework.digest()}
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


def test_every_code_has_a_sentence_in_both_languages() -> None:
    assert set(LINT_ENGLISH) == set(LINT_CHINESE) == set(LintCode)


EXAMPLES = {
    entry.code: entry
    for _, _, content in (*UNREACHABLE, *GAPS, *CONTRADICTIONS)
    for entry in lint(content)
}


@pytest.mark.parametrize("found", EXAMPLES.values(), ids=lambda found: found.code.value)
@pytest.mark.parametrize("language", Language)
def test_a_sentence_fills_all_its_gaps(found: LintFinding, language: Language) -> None:
    said = lint_sentence(found, language)
    texts = {Language.ENGLISH: LINT_ENGLISH, Language.CHINESE: LINT_CHINESE}[language]
    for name in found.values:
        assert f"{{{name}}}" in texts[found.code]
    assert texts[found.code].count("{") == len(found.values)
    assert "{" not in said
    assert said.endswith("." if language is Language.ENGLISH else "。")


SHOWN_BY_COURSES = {code for code, *_ in COURSES} | {
    LintCode.PART_EXCEEDS_COURSE,
    LintCode.COURSE_CHANGED,
    LintCode.HOME_CREDITS_DIFFER,
    LintCode.COURSE_UNKNOWN,
    LintCode.FIELD_DIFFERS,
    LintCode.FRAMEWORK_BROKEN,
}


def test_every_code_is_seen_here() -> None:
    assert EXAMPLES.keys() | SHOWN_BY_COURSES == set(LintCode)
