"""Decisions that were made once are replayed: the identical codes, to the byte."""

import hashlib
import json

import pytest

from chaincode.domain import canonical
from chaincode.domain.errors import InvalidArgument
from chaincode.domain.recognition.evaluate import EVALUATORS, LATEST, evaluate
from chaincode.domain.recognition.verdict import Verdict
from tests.support.decisions import FOLDER, Golden, golden_decisions

GOLDEN = list(golden_decisions())


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda one: f"{one.name}-{one.evaluator}")
def test_a_past_decision_is_repeated_exactly(golden: Golden) -> None:
    verdict = golden.replay()
    assert verdict.document() == golden.document
    stored = canonical.encode(golden.document)
    assert canonical.encode(verdict.document()) == stored
    assert verdict.digest() == hashlib.sha256(stored).hexdigest() == golden.digest


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda one: f"{one.name}-{one.evaluator}")
def test_a_stored_decision_can_be_read_again(golden: Golden) -> None:
    read = Verdict.model_validate_json(json.dumps(golden.document))
    assert read.document() == golden.document


def test_every_evaluator_has_its_golden_decisions() -> None:
    names = {path.stem for path in FOLDER.glob("*.json")}
    assert len(names) >= 20
    for number in EVALUATORS:
        assert {golden.name for golden in GOLDEN if golden.evaluator == number} == names
    assert max(EVALUATORS) == LATEST


SAME = [one for one in GOLDEN if one.name != "graded-or-passed"]


@pytest.mark.parametrize("golden", SAME, ids=lambda one: f"{one.name}-{one.evaluator}")
def test_evaluators_differ_in_their_explanation_alone(golden: Golden) -> None:
    latest = evaluate(golden.rule, golden.facts, golden.on)
    ours = golden.replay()
    assert (ours.outcome, ours.items, ours.missing) == (
        latest.outcome,
        latest.items,
        latest.missing,
    )


def test_a_grade_goes_before_passed_only_from_evaluator_3_on() -> None:
    found = {one.evaluator: one.replay() for one in GOLDEN if one.name == "graded-or-passed"}
    chosen = {number: [item.mapping for item in one.items] for number, one in found.items()}
    assert chosen == {1: ["passed"], 2: ["passed"], 3: ["graded"]}


def test_an_unknown_evaluator_is_refused() -> None:
    golden = GOLDEN[0]
    with pytest.raises(InvalidArgument) as caught:
        evaluate(golden.rule, golden.facts, golden.on, evaluator=99)
    assert caught.value.field == "evaluator"
    assert caught.value.facts == {"known": (1, 2, 3)}
