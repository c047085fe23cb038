"""A decider that lies about what its rule sends to a person: found by a replay."""

from typing import Any

import pytest

from chaincode.domain.decision import (
    Claims,
    Decision,
    DecisionOutcome,
    DecisionStatus,
    DecisionTrigger,
    Revision,
)
from chaincode.domain.errors import NotPermitted
from chaincode.domain.keys import Kind, record_key
from chaincode.domain.recognition.claims import claims_of, person_redeems, require_claims
from chaincode.domain.recognition.evaluate import EVALUATORS, LATEST, evaluate
from chaincode.domain.rules.rule_version import RuleVersion
from gateway.services.recognition.kept import KeptDecision, keep
from gateway.services.recognition.replay import replayed
from tests.support.recognition import DAY, HOME, PROGRAMME, course, credit, facts, mapping, rule
from tests.support.records import NEXT, NOW, OPERATION, REGISTRAR

KEY = record_key(Kind.DECISION, "alphaMSP", "7" * 32)
PAIR = (
    mapping("one", [course(1)], [(course(8, "alphaMSP"), "6.00")]),
    mapping("two", [course(2)], [(course(9, "alphaMSP"), "6.00")]),
)
BOUNDS = {"above_credits": "6.00", "below_grade": {"grade": "80.00", "better": "higher"}}


def kept_of(*marks: int, evaluator: int = LATEST, **confirmation: Any) -> KeptDecision:
    content = rule(*PAIR, confirmation=confirmation)
    given = facts(*(credit(place, mark=mark) for place, mark in enumerate(marks, 1)))
    return keep(given, evaluate(content, given, DAY, evaluator=evaluator))


def revision_of(kept: KeptDecision, number: int = 1, **change: Any) -> Revision:
    computed = kept.computed(KEY, DAY, automatic=True)
    fields = {name: change.pop(name) for name in ("claims", "outcome") if name in change}
    return Revision(
        number=number,
        computed=computed.model_copy(update=fields),
        trigger=change.pop("trigger", DecisionTrigger.REVIEW),
        differs=change.pop("differs", False),
        by="gateway/alphaMSP",
        at=NOW,
        confirmation=None,
    )


def differences(kept: KeptDecision, revision: Revision, **options: Any) -> tuple[str, ...]:
    content = rule(*PAIR, confirmation=BOUNDS)
    version = RuleVersion.proposed(
        f"rule/alphaMSP/{'6' * 32}/1", content, by=REGISTRAR, at=NOW, operation=OPERATION
    )
    decision = decision_of(revision, version)
    return replayed(decision, revision, version, kept, **options).differences


def decision_of(revision: Revision, version: RuleVersion) -> Decision:
    return Decision.model_construct(
        key=KEY,
        version=1,
        operation=NEXT,
        decider="alphaMSP",
        rule=version.key,
        rule_digest=version.digest,
        evaluator=LATEST,
        programme=PROGRAMME,
        status=DecisionStatus.STANDING,
        holds=DecisionOutcome.RECOGNISED,
        revisions=(revision,),
    )


@pytest.mark.parametrize("evaluator", sorted(EVALUATORS))
@pytest.mark.parametrize(
    ("marks", "confirmation", "claims"),
    [
        ((8_000,), {}, None),
        ((8_000,), {"always": True}, None),
        ((8_000,), BOUNDS, Claims(credits=600, below_grade=False)),
        ((7_999,), BOUNDS, Claims(credits=600, below_grade=True)),
        ((8_000, 8_000), BOUNDS, Claims(credits=1_200, below_grade=False)),
        ((8_000, 7_999), {"below_grade": BOUNDS["below_grade"]}, Claims(below_grade=True)),
        ((7_999,), {"above_credits": "5.99"}, Claims(credits=600)),
    ],
)
def test_what_an_honest_decider_states(
    marks: tuple[int, ...], confirmation: dict[str, Any], claims: Claims | None, evaluator: int
) -> None:
    kept = kept_of(*marks, evaluator=evaluator, **confirmation)
    assert claims_of(kept.verdict) == kept.computed(KEY, DAY, automatic=True).claims == claims


@pytest.mark.parametrize(
    ("confirmation", "redeems"),
    [
        ({}, False),
        ({"always": True}, True),
        ({"above_credits": "0.00"}, True),
        ({"above_credits": "5.99"}, True),
        ({"above_credits": "6.00"}, False),
        ({"below_grade": BOUNDS["below_grade"]}, False),
    ],
)
def test_a_person_redeems_where_nothing_is_recognised_without_one(
    confirmation: dict[str, Any],
    redeems: bool,  # noqa: FBT001 - drawn
) -> None:
    content = rule(*PAIR, confirmation=confirmation)
    assert person_redeems(content, course(1), "alphaMSP") is redeems
    assert not person_redeems(content, course(3), "alphaMSP") or confirmation == {"always": True}
    given = facts(credit(1, mark=8_000))
    asked = evaluate(content, given, DAY).outcome is DecisionOutcome.NEEDS_PERSON
    assert asked is redeems


def test_a_smaller_mapping_of_the_course_leaves_it_to_the_rule() -> None:
    smaller = mapping("less", [course(1)], [(course(9, "alphaMSP"), "5.00")])
    others = mapping("others", [course(1)], [(course(9, "gammaMSP"), "5.00")])
    bounds = {"above_credits": "5.00"}
    content = rule(*PAIR, smaller, confirmation=bounds)
    assert not person_redeems(content, course(1), "alphaMSP")
    shared = rule(*PAIR, others, confirmation=bounds, deciders=["alphaMSP", "gammaMSP"])
    assert person_redeems(shared, course(1), "alphaMSP")
    assert not person_redeems(shared, course(1), "gammaMSP")


def test_where_nothing_is_recognised_nothing_is_stated() -> None:
    given = facts(credit(1, standing="revoked"))
    refused = evaluate(rule(*PAIR, confirmation=BOUNDS), given, DAY)
    assert refused.outcome is DecisionOutcome.REFUSED
    assert claims_of(refused) is None


@pytest.mark.parametrize(
    ("marks", "lie"),
    [
        ((7_999,), Claims(credits=600, below_grade=False)),
        ((8_000, 8_000), Claims(credits=600, below_grade=False)),
    ],
    ids=["the grade is lower", "more credits are recognised"],
)
def test_a_lie_that_skips_the_person_shows(marks: tuple[int, ...], lie: Claims) -> None:
    kept = kept_of(*marks, **BOUNDS)
    skipping = revision_of(kept, claims=lie, outcome=DecisionOutcome.RECOGNISED)
    assert differences(kept, skipping) == ("/outcome", "/claims")
    assert differences(kept, revision_of(kept)) == ()


def test_a_decision_from_before_there_were_claims_is_replayed_as_ever() -> None:
    kept = kept_of(8_000, **BOUNDS)
    assert differences(kept, revision_of(kept, claims=None)) == ()


def test_a_revision_that_hides_what_differs_shows() -> None:
    held, kept = kept_of(8_000, **BOUNDS), kept_of(9_000, **BOUNDS)
    other = kept.verdict.items[0].model_copy(update={"grade": 500})
    before = held.model_copy(
        update={"verdict": held.verdict.model_copy(update={"items": (other,)})}
    )
    assert differences(kept, revision_of(kept, 2), held=before) == ("/differs",)
    assert differences(kept, revision_of(kept, 2, differs=True), held=before) == ()
    ending = revision_of(kept, 2, trigger=DecisionTrigger.WITHDRAWAL)
    assert differences(kept, ending, held=before) == ()
    assert differences(kept, revision_of(kept, 2), held=held) == ()


def test_an_absurd_ratio_brings_more_than_is_stated_and_a_person_confirms() -> None:
    homes = [[(course(100 * nine + one, HOME), "120.00") for one in range(20)] for nine in range(9)]
    content = rule(
        *(mapping(f"m{place}", [course(place)], home) for place, home in enumerate(homes)),
        demands=[{"kind": "credit-ratio", "host": "0.01", "home": "120.00"}],
        confirmation={"above_credits": "1000.00"},
    )
    given = facts(*(credit(place) for place in range(9)))
    kept = keep(given, evaluate(content, given, DAY))
    assert kept.verdict.credits == 9 * 20 * 12_000
    assert kept.verdict.outcome is DecisionOutcome.NEEDS_PERSON
    computed = kept.computed(KEY, DAY, automatic=False)
    assert computed.claims == Claims(credits=2_000_000)
    require_claims(computed, content)
    recognised = computed.model_copy(update={"outcome": DecisionOutcome.RECOGNISED})
    with pytest.raises(NotPermitted):
        require_claims(recognised, content)
