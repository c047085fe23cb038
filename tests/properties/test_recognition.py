"""What must hold of every decision, whatever rule and facts."""

import json
from datetime import date
from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chaincode.domain import canonical
from chaincode.domain.decision import DecisionOutcome
from chaincode.domain.recognition.choice import Option, choose
from chaincode.domain.recognition.conversions import ByDistribution
from chaincode.domain.recognition.converting import convert
from chaincode.domain.recognition.evaluate import EVALUATORS, evaluate
from chaincode.domain.recognition.facts import Facts, read_facts
from chaincode.domain.recognition.rule import RuleContent, read_rule
from chaincode.domain.recognition.verdict import Verdict
from tests.support.recognition import (
    DAY,
    HOME,
    HOST,
    PROGRAMME,
    TERM,
    course,
    credit,
    facts_document,
    mapping,
    nodes,
    rule_document,
)

HOSTS = range(1, 6)
HOMES = range(11, 15)
GERMAN = {
    "kind": "modified-bavarian",
    "host_pass": "60.00",
    "host_best": "100.00",
    "rounding": {"mode": "half-up", "digits": 1},
}
MEAN = {
    "grade": "weighted-mean",
    "order": "convert-then-combine",
    "rounding": {"mode": "truncate", "digits": 1},
}
POSITIVE = (DecisionOutcome.RECOGNISED, DecisionOutcome.NEEDS_PERSON)


def text(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02}"


@st.composite
def mappings(draw: st.DrawFn, number: int) -> dict[str, Any]:
    hosts = draw(st.lists(st.sampled_from(HOSTS), min_size=1, max_size=2, unique=True))
    homes = draw(st.lists(st.sampled_from(HOMES), min_size=1, max_size=2, unique=True))
    amounts = st.sampled_from([300, 450, 600])
    graded = draw(st.booleans())
    host = [
        {"course": course(one)} | draw(st.sampled_from([{}, {"credits": "2.00"}])) for one in hosts
    ]
    home = [(course(one, HOME), text(draw(amounts))) for one in homes]
    combine = {"combine": MEAN} if graded and len(hosts) > 1 else {}
    name = f"m-{number}"
    return mapping(name, host, home, conversion="german" if graded else "pass") | combine


DEMANDS = st.lists(
    st.sampled_from(
        [
            {"kind": "minimum-grade", "grade": "80.00", "better": "higher"},
            {"kind": "credit-gap", "more_for_less": True, "largest_gap": "3.00"},
            {"kind": "validity", "years": 7},
            {"kind": "quality", "certified_by": 1, "recheck": True},
            {"kind": "home-share", "at_least": "50.00"},
            {
                "kind": "share-cap",
                "unit": "courses",
                "of": {"by": "course-kind", "course_kind": "online"},
                "within": "term",
                "at_most": "40.00",
            },
        ]
    ),
    max_size=6,
    unique_by=lambda demand: str(demand["kind"]),
)


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    listed = [draw(mappings(number)) for number in range(draw(st.integers(1, 6)))]
    return rule_document(
        *listed,
        demands=draw(DEMANDS),
        conversions={"pass": {"kind": "pass-only"}, "german": GERMAN},
        partial_redemption=True,
        confirmation=draw(
            st.sampled_from([{}, {"always": True}, {"above_credits": "6.00"}]),
        ),
    )


@st.composite
def held(draw: st.DrawFn, number: int) -> dict[str, Any]:
    taken = draw(st.sampled_from([0, 200, 600]))
    values: dict[str, st.SearchStrategy[Any]] = {
        "mark": st.integers(6_000, 10_000),
        "credits": st.sampled_from([300, 600, 900]),
        "standing": st.sampled_from(["awarded", "awarded", "awarded", "revoked"]),
        "awarded_on": st.sampled_from(["2019-11-21", "2019-11-22", "2026-01-01"]),
        "course_kind": st.sampled_from(["online", "on-site"]),
        "certified_by": st.sampled_from([[], ["gammaMSP"], [HOST]]),
    }
    fields = {name: draw(value) for name, value in values.items()}
    if taken:
        fields["redeemed"] = [{"programme": PROGRAMME, "amount": taken}]
    for name in draw(st.sets(st.sampled_from([*values, "term"]), max_size=1)):
        fields[name] = None
    return credit(number, **fields)


@st.composite
def students(draw: st.DrawFn) -> dict[str, Any]:
    numbers = draw(st.lists(st.sampled_from(HOSTS), min_size=1, unique=True))
    return facts_document(
        *(draw(held(number)) for number in numbers),
        programme={"key": PROGRAMME, "load": {"courses": 10, "credits": 3_000}},
        terms=[{"key": TERM, "load": {"courses": 5, "credits": 3_000}}],
    )


def content_of(document: dict[str, Any]) -> RuleContent:
    return read_rule(json.dumps(document).encode())


def facts_of(document: dict[str, Any]) -> Facts:
    return read_facts(json.dumps(document).encode())


def decide(rule: dict[str, Any], student: dict[str, Any], evaluator: int = 2) -> Verdict:
    return evaluate(content_of(rule), facts_of(student), DAY, evaluator=evaluator)


@given(rules(), students(), st.sampled_from(sorted(EVALUATORS)))
def test_a_decision_replays_from_its_stored_form(
    rule: dict[str, Any], student: dict[str, Any], evaluator: int
) -> None:
    first = decide(rule, student, evaluator)
    content = content_of(content_of(rule).model_dump(mode="json"))
    stored = facts_of(facts_of(student).document())
    again = evaluate(content, stored, date.fromisoformat(DAY.isoformat()), evaluator=evaluator)
    assert canonical.encode(again.document()) == canonical.encode(first.document())


@given(rules(), students(), st.randoms(use_true_random=False))
def test_the_order_of_facts_mappings_and_demands_changes_nothing(
    rule: dict[str, Any], student: dict[str, Any], random: Any
) -> None:
    first = decide(rule, student)
    for document, name in ((rule, "mappings"), (rule, "demands"), (student, "credits")):
        random.shuffle(document[name])
    again = decide(rule, student)
    assert (again.outcome, again.items, again.missing) == (
        first.outcome,
        first.items,
        first.missing,
    )


@given(rules(), students())
def test_evaluators_agree_on_outcome_and_items(
    rule: dict[str, Any], student: dict[str, Any]
) -> None:
    briefly, fully = decide(rule, student, 1), decide(rule, student, 2)
    assert (briefly.outcome, briefly.items) == (fully.outcome, fully.items)
    assert len(nodes(briefly)) <= len(nodes(fully))


@given(rules(), students())
def test_no_credit_is_used_or_recognised_twice(
    rule: dict[str, Any], student: dict[str, Any]
) -> None:
    verdict = decide(rule, student)
    awarded = {one["course"]: one["credits"] or 0 for one in student["credits"]}
    taken = {
        one["course"]: sum(entry["amount"] for entry in one["redeemed"])
        for one in student["credits"]
    }
    used: dict[str, int] = {}
    for name in {item.mapping for item in verdict.items}:
        items = [item for item in verdict.items if item.mapping == name]
        for part in items[0].used:
            used[part.course] = used.get(part.course, 0) + part.amount
        # Nothing here counts by hours or a ratio, and the gap never permits less.
        assert sum(item.credits or 0 for item in items) <= sum(p.amount for p in items[0].used)
    assert all(used[key] + taken[key] <= awarded[key] for key in used)
    homes = [item.home for item in verdict.items]
    assert len(set(homes)) == len(homes)
    assert verdict.credits <= sum(awarded.values())


@given(rules(), students(), st.data())
def test_a_better_grade_never_loses_a_recognition(
    rule: dict[str, Any], student: dict[str, Any], data: st.DataObject
) -> None:
    before = decide(rule, student)
    raised = data.draw(st.sampled_from(student["credits"]))
    if raised["mark"] is not None:
        raised["mark"] = data.draw(st.integers(raised["mark"], 10_000))
    after = decide(rule, student)
    assert after.credits >= before.credits
    if before.outcome in POSITIVE:
        assert after.outcome in POSITIVE


@given(rules(), students(), st.data())
def test_what_is_not_known_is_never_taken_for_fulfilled(
    rule: dict[str, Any], student: dict[str, Any], data: st.DataObject
) -> None:
    before = decide(rule, student)
    forgotten = data.draw(st.sampled_from(student["credits"]))
    name = data.draw(
        st.sampled_from(["mark", "credits", "standing", "redeemed", "awarded_on", "certified_by"])
    )
    forgotten[name] = None
    after = decide(rule, student)
    assert after.credits <= before.credits
    if before.outcome not in POSITIVE:
        assert after.outcome not in POSITIVE


@st.composite
def options(draw: st.DrawFn) -> tuple[list[Option], dict[str, int]]:
    things = "abc"
    capacity = {thing: draw(st.integers(0, 6)) for thing in things}
    listed = [
        Option(
            str(number),
            draw(st.integers(1, 9)),
            {
                thing: draw(st.integers(0, 4))
                for thing in draw(st.sets(st.sampled_from(things), max_size=3))
            },
        )
        for number in range(draw(st.integers(0, 8)))
    ]
    return listed, capacity


@given(options(), st.randoms(use_true_random=False))
def test_the_choice_is_the_best_of_all_that_fit(
    given_options: tuple[list[Option], dict[str, int]], random: Any
) -> None:
    listed, capacity = given_options

    def fits(chosen: tuple[Option, ...]) -> bool:
        return all(
            sum(option.uses.get(thing, 0) for option in chosen) <= capacity[thing]
            for thing in capacity
        )

    best = max(
        sum(option.value for option in chosen)
        for size in range(len(listed) + 1)
        for chosen in combinations(listed, size)
        if fits(chosen)
    )
    found = choose(listed, capacity)
    taken = tuple(option for option in listed if option.id in found.chosen)
    assert found.finished
    assert fits(taken)
    assert sum(option.value for option in taken) == best
    random.shuffle(listed)
    assert choose(listed, capacity) == found


@st.composite
def distributions(draw: st.DrawFn, better: str) -> dict[str, Any]:
    number = draw(st.integers(1, 8))
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), min_size=number - 1, max_size=number - 1)))
    shares = [high - low for low, high in zip([0, *cuts], [*cuts, 10_000], strict=True)]
    places = range(number) if better == "lower" else range(number - 1, -1, -1)
    return {
        "better": better,
        "step": "1.00",
        "graded": 100,
        "bands": [
            {"lowest": text(100 * place), "highest": text(100 * place), "share": text(share)}
            for place, share in zip(places, shares, strict=True)
        ],
    }


@given(
    distributions("higher"),
    distributions("lower"),
    st.sampled_from(["best", "worst", "middle", "largest-overlap"]),
)
def test_by_distribution_a_better_grade_never_becomes_a_worse_one(
    host: dict[str, Any], home: dict[str, Any], pick: str
) -> None:
    document = {
        "kind": "by-distribution",
        "host": host,
        "home": home,
        "pick": pick,
        "band_value": "lowest",
        "fewest_graded": 1,
        "rounding": {"mode": "half-up", "digits": 0},
    }
    conversion = ByDistribution.model_validate_json(json.dumps(document))
    grades = [convert(conversion, 100 * place) for place in range(len(host["bands"]))]
    known = [grade for grade in grades if grade is not None]
    assert len(known) == len(grades)
    assert known == sorted(known, reverse=True)
