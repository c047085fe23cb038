"""Which revision holds, why one is made, and which certificates count."""

from datetime import UTC, date, datetime

import pytest

from chaincode.domain.decision import (
    Computed,
    ConfirmationReason,
    Decision,
    DecisionOutcome,
    DecisionTrigger,
)
from gateway.services.recognition.difference import holding_number, trigger_of

_ID = "0" * 31
_AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
_REGISTRAR = f"account/alphaMSP/{_ID}2"


def _computed(outcome: DecisionOutcome, *, automatic: bool) -> Computed:
    return Computed(
        decided_on=date(2026, 11, 22),
        outcome=outcome,
        inputs=("0" * 64,),
        explanation_commitment="1" * 64,
        automatic=automatic,
    )


def _recorded(outcome: DecisionOutcome, *, automatic: bool) -> Decision:
    return Decision.recorded(
        key=f"decision/alphaMSP/{_ID}1",
        decider="alphaMSP",
        rule=f"rule/alphaMSP/{_ID}3/1",
        rule_digest="2" * 64,
        evaluator=1,
        programme=f"programme/alphaMSP/{_ID}4/1",
        computed=_computed(outcome, automatic=automatic),
        trigger=DecisionTrigger.APPLICATION,
        by=_REGISTRAR,
        at=_AT,
        operation=f"{_ID}5",
    )


def _revised(before: Decision, outcome: DecisionOutcome, *, differs: bool) -> Decision:
    return before.revised(
        _computed(outcome, automatic=False),
        trigger=DecisionTrigger.CORRECTION,
        differs=differs,
        by=_REGISTRAR,
        at=_AT,
        operation=f"{_ID}6",
    )


def test_nothing_holds_before_a_person_has_spoken() -> None:
    waiting = _recorded(DecisionOutcome.NEEDS_PERSON, automatic=False)
    assert holding_number(waiting) is None
    assert holding_number(_revised(waiting, DecisionOutcome.REFUSED, differs=False)) is None


def test_the_first_holds_until_a_person_says_otherwise() -> None:
    first = _recorded(DecisionOutcome.RECOGNISED, automatic=True)
    reopened = _revised(first, DecisionOutcome.REFUSED, differs=True)
    again = _revised(reopened, DecisionOutcome.RECOGNISED, differs=False)
    assert [holding_number(one) for one in (first, reopened, again)] == [1, 1, 1]
    annulled = reopened.confirmed(
        outcome=DecisionOutcome.REFUSED,
        reason=ConfirmationReason.AS_COMPUTED,
        by=f"account/alphaMSP/{_ID}9",
        at=_AT,
        operation=f"{_ID}7",
    )
    assert holding_number(annulled) == 2


@pytest.mark.parametrize(
    ("kinds", "trigger"),
    [
        (("credit",), DecisionTrigger.CORRECTION),
        (("grade", "credit"), DecisionTrigger.CORRECTION),
        (("credit", "ruling"), DecisionTrigger.RULING),
        (("certification",), DecisionTrigger.CERTIFICATION),
        (("transfer", "certification"), DecisionTrigger.CERTIFICATION),
        (("transfer",), DecisionTrigger.TRANSFER),
        (("agreement",), DecisionTrigger.AGREEMENT),
        (("enrolment",), DecisionTrigger.REVIEW),
        ((), DecisionTrigger.REVIEW),
    ],
)
def test_the_trigger_says_what_moved(kinds: tuple[str, ...], trigger: DecisionTrigger) -> None:
    assert trigger_of(f"{kind}/betaMSP/{_ID}1" for kind in kinds) is trigger
