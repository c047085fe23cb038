"""Rule documents: what is taken, and what is refused with the path to the fault."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from chaincode.domain import canonical
from chaincode.domain.errors import InvalidArgument
from chaincode.domain.recognition.rule import RuleContent, read_rule
from chaincode.domain.recognition.rule_parts import MAX_MAPPINGS
from tests.support.recognition import HOME, HOST, course, mapping, rule, rule_document

HOME_COURSE = course(9, HOME)
SIMPLE = mapping("m", [course(1)], [(HOME_COURSE, "6.00")])
GERMAN = {
    "kind": "modified-bavarian",
    "host_pass": "5.00",
    "host_best": "10.00",
    "rounding": {"mode": "half-up", "digits": 1},
}
LINE = {
    "kind": "linear",
    "host_pass": "60.00",
    "host_best": "100.00",
    "home_pass": "4.00",
    "home_best": "1.00",
    "rounding": {"mode": "half-up", "digits": 1},
}
MEAN = {
    "grade": "weighted-mean",
    "order": "convert-then-combine",
    "rounding": {"mode": "truncate", "digits": 1},
}
GRADE = {"kind": "minimum-grade", "grade": "60.00", "better": "higher"}
BAND = {"lowest": "60.00", "highest": "100.00", "share": "100.00"}
TABLE = {"better": "higher", "step": "1.00", "graded": 100, "bands": [BAND]}
SHARES = {
    "kind": "by-distribution",
    "host": TABLE,
    "home": TABLE,
    "pick": "middle",
    "band_value": "middle",
    "fewest_graded": 50,
    "rounding": {"mode": "half-up", "digits": 0},
}
PAIRS = {
    "kind": "by-table",
    "better": "higher",
    "step": "1.00",
    "home_better": "lower",
    "pairs": [
        {"lowest": "80.00", "highest": "100.00", "becomes": "1.00"},
        {"lowest": "60.00", "highest": "79.00", "becomes": "2.00"},
    ],
}
PROCESS = {"kind": "process", "limits": {"pace_above": "2.00"}, "bar": ["pace"]}


def full() -> dict[str, Any]:
    """A document that has a part of every kind."""
    return rule_document(
        SIMPLE,
        mapping("n", [course(2), course(3)], [(course(8, HOME), "8.00")], conversion="german")
        | {"combine": MEAN, "demands": [GRADE]},
        demands=[GRADE, PROCESS, {"kind": "home-share", "at_least": "50.00"}],
        conversions={
            "pass": {"kind": "pass-only"},
            "german": GERMAN,
            "shares": SHARES,
            "pairs": PAIRS,
        },
    )


def put(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Replace, add or, with `...`, remove what stands at a path."""

    def change(document: Any) -> None:
        *steps, last = (int(step) if step.isdigit() else step for step in path.split("."))
        for step in steps:
            document = document[step]
        if value is ...:
            del document[last]
        elif isinstance(document, list) and last == len(document):
            document.append(value)
        else:
            document[last] = value

    return change


def refused(change: Callable[[dict[str, Any]], None]) -> InvalidArgument:
    document = json.loads(json.dumps(full()))
    change(document)
    with pytest.raises(InvalidArgument) as caught:
        read_rule(json.dumps(document).encode())
    return caught.value


def test_a_rule_reads_back_the_same_and_keeps_its_digest() -> None:
    content = read_rule(json.dumps(full()).encode())
    again = read_rule(canonical.encode(content.model_dump(mode="json")))
    assert again == content
    assert again.digest() == content.digest()
    assert content.model_dump(mode="json")["mappings"][0]["home"][0]["credits"] == "6.00"
    assert content.mappings[0].home[0].credits == 600


def test_what_is_left_out_is_not_stored() -> None:
    stored = rule(SIMPLE).model_dump(mode="json")
    assert stored["mappings"] == [SIMPLE | {"demands": []}]


def test_a_rule_is_in_force_from_the_first_day_through_the_last() -> None:
    content = rule(SIMPLE)
    assert content.in_force_on(date(2026, 1, 1))
    assert content.in_force_on(date(2028, 12, 31))
    assert not content.in_force_on(date(2025, 12, 31))
    assert not content.in_force_on(date(2029, 1, 1))


def test_500_mappings_with_the_digests_of_their_courses_fit() -> None:
    digests = {"digest": "d" * 64}
    many = [
        mapping(
            f"mapping-{number}",
            [{"course": course(number)} | digests],
            [(course(number, HOME), "6.00")],
        )
        for number in range(MAX_MAPPINGS)
    ]
    content = rule(*many)
    assert len(canonical.encode(content.model_dump(mode="json"))) < canonical.MAX_RULE_BYTES


def test_a_demand_of_a_mapping_takes_the_place_of_the_rules() -> None:
    own = GRADE | {"grade": "70.00"}
    content = rule(SIMPLE | {"demands": [own]}, demands=[GRADE])
    demand = content.mappings[0].demand(content, "minimum-grade")
    assert demand is not None
    assert demand.model_dump(mode="json") == own


@pytest.mark.parametrize(
    "value",
    [
        *(6, 6.5, -1, float("nan"), float("inf"), True, None, [], "6", "6.0", "6.00000", "-6.00"),
        *("+6.00", "06.00", "6,00", " 6.00", "6.00 ", "NaN", "Infinity", "1e2", "0x6", ""),
        *("\u0666.\u0660\u0660", "120.01", "0.00", "9" * 5_000 + ".00"),
    ],
)
def test_an_amount_is_a_text_with_two_decimals(value: object) -> None:
    error = refused(put("mappings.0.home.0.credits", value))
    assert error.field == "mappings.0.home.0.credits"
    assert "9" * 100 not in str(error)


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("unknown", 1, "unknown"),
        ("format", "crosscredit/rule/v2", "format"),
        ("title", "", "title"),
        ("title", "a\u202eb", "title"),
        ("kind", "gift", "kind"),
        ("scope", {"kind": "world"}, "scope.kind"),
        ("scope", {}, "scope.kind"),
        ("scope", {"kind": "bilateral", "members": [HOME]}, "scope.members"),
        ("scope", {"kind": "bilateral", "members": [HOME, HOME]}, "scope.members.1"),
        ("scope", {"kind": "bilateral", "members": [HOST, "deltaMSP"]}, "deciders.0"),
        ("scope", {"kind": "internal"}, "mappings.0.host.0.course"),
        ("scope", {"kind": "framework"}, "deciders"),
        ("deciders", [], "deciders"),
        ("deciders", [HOME, HOME], "deciders.1"),
        ("deciders", [HOST], "mappings.0.home.0.course"),
        ("valid", {"first": "2026-01-02", "last": "2026-01-01", "time_zone": "UTC"}, "valid"),
        ("valid.first", "2026-02-30", "valid.first"),
        ("valid.first", 20_260_101, "valid.first"),
        ("valid.first", ..., "valid.first"),
        ("valid.time_zone", "../../etc/passwd", "valid.time_zone"),
        ("mappings", [], "mappings"),
        ("mappings.1.id", "m", "mappings.1.id"),
        ("mappings.0.host", [], "mappings.0.host"),
        ("mappings.0.host.1", {"course": course(1)}, "mappings.0.host.1.course"),
        ("mappings.0.host.0.course", "course/betaMSP/1/1", "mappings.0.host.0.course"),
        ("mappings.0.host.0.course", HOME_COURSE, "mappings.0.host.0.course"),
        ("mappings.0.host.0.credits", "3.00", "mappings.0.host.0.credits"),
        (
            "mappings.0.home.1",
            {"course": HOME_COURSE, "credits": "1.00"},
            "mappings.0.home.1.course",
        ),
        (
            "mappings.0.home.1",
            {"course": course(7, HOST), "credits": "1.00"},
            "mappings.0.home.1.course",
        ),
        ("mappings.0.home", [], "mappings.0.home"),
        ("mappings.0.score", {"subject": "physics"}, "mappings.0.score"),
        ("mappings.0.conversion", "nowhere", "mappings.0.conversion"),
        ("mappings.0.conversion", ..., "mappings.0.conversion"),
        ("mappings.0.combine", MEAN, "mappings.0.combine"),
        ("mappings.1.combine", ..., "mappings.1.combine"),
        ("mappings.1.combine.rounding", ..., "mappings.1.combine.rounding"),
        ("mappings.1.combine.grade", "worst", "mappings.1.combine.rounding"),
        ("mappings.1.combine.rounding.digits", 3, "mappings.1.combine.rounding.digits"),
        ("mappings.1.combine.rounding.digits", True, "mappings.1.combine.rounding.digits"),
        ("mappings.1.demands.1", GRADE, "mappings.1.demands.1"),
        ("mappings.1.demands.0.kind", "home-share", "mappings.1.demands.0.kind"),
        ("demands.0.grade", ..., "demands.0.grade"),
        ("demands.0.better", "louder", "demands.0.better"),
        ("demands.3", {"kind": "minimum-score", "at_least": "1.00"}, "demands.3.kind"),
        ("demands.3", {"kind": "evaluate", "code": "()"}, "demands.3.kind"),
        ("demands.3", {"kind": "home-share", "at_least": "100.01"}, "demands.3.at_least"),
        ("demands.1.bar", ["pace", "pace"], "demands.1.bar.1"),
        ("demands.1.show", ["pace"], "demands.1.show.0"),
        ("demands.1.confirm", ["burst"], "demands.1.confirm.0"),
        ("demands.1.bar", [], "demands.1.limits"),
        ("demands.1", {"kind": "process"}, "demands.1"),
        ("conversions", {"A b": {"kind": "pass-only"}}, "conversions.A b"),
        ("conversions.german.host_best", "5.00", "conversions.german.host_best"),
        ("conversions.german", LINE | {"host_best": "60.00"}, "conversions.german.host_best"),
        ("conversions.german", LINE | {"home_best": "4.00"}, "conversions.german.home_best"),
        ("conversions.german.of", "pairs", "conversions.german.of"),
        ("conversions.shares.host.bands.0.share", "99.89", "conversions.shares.host.bands"),
        ("conversions.shares.home.bands.0.share", "99.89", "conversions.shares.home.bands"),
        ("conversions.shares.home.graded", 49, "conversions.shares.home.graded"),
        ("conversions.shares.host.bands.0.lowest", "100.50", "conversions.shares.host.bands.0"),
        ("conversions.shares.host.bands.0.lowest", "60.50", "conversions.shares.host.bands.0"),
        ("conversions.shares.host.step", "0.00", "conversions.shares.host.step"),
        ("conversions.pairs.pairs.1.highest", "78.00", "conversions.pairs.pairs.1"),
        ("conversions.pairs.pairs.1.highest", "80.00", "conversions.pairs.pairs.1"),
        ("conversions.pairs.better", "lower", "conversions.pairs.pairs.1"),
        ("conversions.pairs.pairs.1.becomes", "0.50", "conversions.pairs.pairs.1.becomes"),
        ("joint_programmes", [f"programme/{HOME}/{'1' * 32}"], "joint_programmes"),
        ("joint_programmes", [f"programme/{HOME}/{'1' * 32}"] * 2, "joint_programmes.1"),
        (
            "joint_programmes",
            [f"programme/{HOME}/{digit * 32}" for digit in "12"],
            "joint_programmes",
        ),
        ("confirmation.above_credits", "1000.01", "confirmation.above_credits"),
    ],
)
def test_a_fault_is_named_by_its_path(path: str, value: object, field: str) -> None:
    change = put(path, value)
    if path.startswith("confirmation."):
        change = put("confirmation", {"above_credits": value})
    error = refused(change)
    assert error.field == field
    assert str(error).startswith(f"{field}: ")


@pytest.mark.parametrize("many", ["mappings", "demands", "deciders", "joint_programmes"])
def test_ten_thousand_entries_are_refused(many: str) -> None:
    document = full()
    document[many] = [1] * 10_000
    with pytest.raises(InvalidArgument) as caught:
        read_rule(json.dumps(document).encode())
    assert (caught.value.field or "").split(".")[0] == many


def test_ten_thousand_good_mappings_are_refused_where_they_pass_the_limit() -> None:
    many = [mapping(f"m{number}", [course(1)], [(HOME_COURSE, "6.00")]) for number in range(10_000)]
    with pytest.raises(InvalidArgument, match="bytes, at most 262144") as caught:
        rule(*many)
    assert str(caught.value.field).startswith("mappings.1")


def test_one_mapping_too_many_is_refused() -> None:
    many = [SIMPLE | {"id": f"m-{number}"} for number in range(MAX_MAPPINGS + 1)]
    with pytest.raises(InvalidArgument) as caught:
        rule(*many)
    assert caught.value.field == "mappings"


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"null",
        b"[]",
        b"\xff",
        b'{"title":"a","title":"b"}',
        b'{"a":' * 100_000,
        b"[" * 200_000,
        b'{"a":' + b"[" * 17 + b"]" * 17 + b"}",
        b'{"a":' + b"9" * 200_000 + b"}",
        b'{"a":NaN}',
        b'{"a":1e400}',
        b'{"title":"' + b"x" * canonical.MAX_RULE_BYTES + b'"}',
    ],
    ids=range(12),
)
def test_hostile_bytes_are_refused(document: bytes) -> None:
    with pytest.raises(InvalidArgument):
        read_rule(document)


def test_a_fault_never_repeats_what_was_given() -> None:
    for path in ("demands.0.kind", "mappings.0.conversion", "title", "scope.kind", "demands.0"):
        assert "hostile" not in str(refused(put(path, "hostile" * 60)))


def test_class_hours_and_a_ratio_do_not_go_together() -> None:
    ratio = {"kind": "credit-ratio", "host": "1.00", "home": "1.50"}
    hours = {"kind": "class-hours", "hours_per_credit": 18}
    with pytest.raises(InvalidArgument) as caught:
        rule(SIMPLE | {"demands": [hours]}, demands=[ratio])
    assert caught.value.field == "mappings.0.demands"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, None),
        ({"conversion": "pass"}, "mappings.0.conversion"),
        ({"home": [{"course": HOME_COURSE, "credits": "1.00"}]}, "mappings.0.home"),
        ({"score": None}, "mappings.0.score"),
        (
            {"host": [{"course": course(1)}, {"course": course(2)}]}
            | {"combine": {"grade": "pass-only", "order": "convert-then-combine"}},
            "mappings.0.combine.grade",
        ),
        (
            {"demands": [{"kind": "class-hours", "hours_per_credit": 18}]},
            "mappings.0.demands.0.kind",
        ),
    ],
)
def test_an_admission_makes_scores_and_recognises_no_credits(
    fields: dict[str, Any], field: str | None
) -> None:
    wanted = mapping("m", [course(1)], conversion="german", score={"subject": "physics"})
    conversions = {"pass": {"kind": "pass-only"}, "german": GERMAN}
    document = rule_document(wanted | fields, kind="admission", conversions=conversions)
    if field is None:
        assert isinstance(read_rule(json.dumps(document).encode()), RuleContent)
        return
    with pytest.raises(InvalidArgument) as caught:
        read_rule(json.dumps(document).encode())
    assert caught.value.field == field


def test_a_score_that_no_mapping_makes_is_not_demanded() -> None:
    with pytest.raises(InvalidArgument) as caught:
        rule(
            mapping("m", [course(1)], conversion="german", score={"subject": "physics"}),
            kind="admission",
            conversions={"german": GERMAN},
            demands=[{"kind": "minimum-score", "subject": "art", "at_least": "1.00"}],
        )
    assert caught.value.field == "demands.0.subject"


def test_a_framework_has_demands_alone() -> None:
    fields: dict[str, Any] = {"scope": {"kind": "framework"}, "deciders": [], "demands": [GRADE]}
    assert rule(**fields).mappings == ()
    with pytest.raises(InvalidArgument) as caught:
        rule(SIMPLE, **fields)
    assert caught.value.field == "mappings"


def test_an_internal_rule_has_one_decider() -> None:
    other = "gammaMSP"
    with pytest.raises(InvalidArgument) as caught:
        rule(SIMPLE, scope={"kind": "internal"}, deciders=[HOME, other])
    assert caught.value.field == "deciders"


def test_a_bilateral_rule_is_about_the_two_alone() -> None:
    with pytest.raises(InvalidArgument) as caught:
        rule(SIMPLE, scope={"kind": "bilateral", "members": [HOME, "gammaMSP"]})
    assert caught.value.field == "mappings.0.host.0.course"
