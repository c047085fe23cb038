"""Decisions: automatic where the rule lets them, a person's otherwise, never changed silently."""

from typing import Any

import pytest

from chaincode.domain.rules.rule_version import RuleVersion
from chaincode.domain.rules.series import Adopted, Series, series_of
from tests.support.deciding import (
    DECISION,
    confirm,
    confirming,
    record,
    recording,
    revise,
    revising,
    state,
)
from tests.support.records import NEXT
from tests.support.redeeming import (
    ALWAYS,
    LATER,
    MAJORITY,
    OTHERS,
    WHOLE,
    programme_of,
    rule_documents,
)
from tests.support.rules import content_of
from tests.support.world import TEACHING, VERIFYING, Refused, World


async def refused(world: World, by: str, function: str, document: dict[str, Any]) -> Refused:
    with pytest.raises(Refused) as found:
        await world.submit(world.people[by], function, document)
    return found.value


async def test_an_automatic_decision_stands_at_once(stage: World) -> None:
    await record(stage)
    assert state(stage) == ("standing", "recognised")
    (revision,) = stage.stored(DECISION)["revisions"]
    assert revision["by"] == f"gateway/{VERIFYING}"
    assert stage.policy(DECISION) is None
    error = await refused(stage, "registrar@gamma", "ConfirmDecision", confirming(stage))
    assert error.code == "wrong-state"


async def test_a_decision_names_nobody(stage: World) -> None:
    await record(stage)
    stored = str(stage.stored(DECISION))
    assert stage.enrolment not in stored
    assert "enrolment/" not in stored
    assert stage.people["student"].identifier not in stored


@pytest.mark.parametrize("outcome", ["recognised", "refused", "needs-person", "could-not-check"])
async def test_what_is_not_automatic_waits_for_a_registrar(stage: World, outcome: str) -> None:
    await record(stage, outcome, automatic=False)
    assert state(stage) == ("awaiting-confirmation", None)
    said = "recognised" if outcome == "needs-person" else outcome
    await confirm(stage, said, "judgement" if outcome == "needs-person" else "as-computed")
    assert state(stage) == ("standing", said)


async def test_who_recorded_does_not_confirm(stage: World) -> None:
    await record(stage, by="registrar@gamma", automatic=False)
    error = await refused(stage, "registrar@gamma", "ConfirmDecision", confirming(stage))
    assert error.code == "not-permitted"
    await stage.join("second@gamma", "registrar")
    await confirm(stage, by="second@gamma")
    assert state(stage) == ("standing", "recognised")


@pytest.mark.parametrize(
    ("outcome", "said", "reason", "field"),
    [
        ("refused", "recognised", "judgement", "outcome"),
        ("could-not-check", "recognised", "judgement", "outcome"),
        ("recognised", "could-not-check", "judgement", "outcome"),
        ("needs-person", "needs-person", "as-computed", "outcome"),
        ("recognised", "refused", "as-computed", "reason"),
        ("recognised", "recognised", "judgement", "reason"),
        ("needs-person", "recognised", "as-computed", "reason"),
    ],
)
async def test_nobody_confirms_what_does_not_follow(
    stage: World, *, outcome: str, said: str, reason: str, field: str
) -> None:
    await record(stage, outcome, automatic=False)
    error = await refused(
        stage, "registrar@gamma", "ConfirmDecision", confirming(stage, said, reason)
    )
    assert (error.code, error.field) == ("invalid-argument", field)


@pytest.mark.parametrize(
    ("by", "change", "code", "field"),
    [
        ("registrar@gamma", {}, "not-permitted", None),
        ("gateway@gamma", {"rule": ALWAYS}, "not-permitted", None),
        ("gateway@gamma", {"rule": LATER}, "rule-not-in-force", None),
        ("gateway@gamma", {"rule": OTHERS}, "not-permitted", None),
        ("gateway@beta", {}, "invalid-argument", "programme"),
        ("gateway@gamma", {"rule_digest": "0" * 64}, "stale-reference", "rule_digest"),
        ("gateway@gamma", {"programme": programme_of(TEACHING)}, "invalid-argument", "programme"),
        ("gateway@gamma", {"programme": programme_of(VERIFYING, 9)}, "record-not-found", None),
        ("gateway@gamma", {"decided_on": "2026-01-02"}, "outside-window", "computed.decided_on"),
        ("gateway@gamma", {"decided_on": "2027-06-01"}, "outside-window", "computed.decided_on"),
        ("gateway@gamma", {"trigger": "withdrawal"}, "invalid-argument", "trigger"),
        ("gateway@gamma", {"inputs": ["2" * 64, "1" * 64]}, "invalid-argument", "computed.inputs"),
        ("gateway@gamma", {"inputs": ["1" * 64, "1" * 64]}, "invalid-argument", "computed.inputs"),
        ("gateway@gamma", {"inputs": []}, "invalid-argument", "computed.inputs"),
        (
            "gateway@gamma",
            {"outcome": "needs-person", "automatic": True},
            "invalid-argument",
            "computed",
        ),
    ],
)
async def test_a_decision_with_one_thing_wrong(
    stage: World, *, by: str, change: dict[str, Any], code: str, field: str | None
) -> None:
    error = await refused(stage, by, "RecordDecision", recording(stage, **change))
    assert (error.code, error.field) == (code, field)
    await record(stage)


async def test_under_a_rule_that_always_wants_a_person_the_gateway_computes(stage: World) -> None:
    await record(stage, rule=ALWAYS, automatic=False)
    assert state(stage) == ("awaiting-confirmation", None)
    await confirm(stage)
    error = await refused(stage, "gateway@gamma", "ReviseDecision", revising(stage))
    assert error.code == "not-permitted"
    await revise(stage, automatic=False)
    assert state(stage) == ("standing", "recognised")


async def test_another_outcome_reopens_and_changes_nothing_until_confirmed(stage: World) -> None:
    await record(stage)
    await revise(stage, "refused")
    assert state(stage) == ("reopened", "recognised")
    await confirm(stage, "refused")
    assert state(stage) == ("annulled", "refused")
    await revise(stage, "recognised")
    assert state(stage) == ("reopened", "refused")
    await confirm(stage)
    assert state(stage) == ("standing", "recognised")


async def test_the_same_outcome_stands_unless_what_is_recognised_differs(stage: World) -> None:
    await record(stage)
    await revise(stage)
    assert state(stage) == ("standing", "recognised")
    await revise(stage, differs=True)
    assert state(stage) == ("reopened", "recognised")
    await revise(stage)
    assert state(stage) == ("standing", "recognised")


async def test_a_withdrawal_ends_it(stage: World) -> None:
    await record(stage, automatic=False)
    await revise(stage, automatic=False, trigger="withdrawal")
    assert state(stage) == ("withdrawn", None)
    for function, document in (("ReviseDecision", revising), ("ConfirmDecision", confirming)):
        by = "gateway@gamma" if function == "ReviseDecision" else "registrar@gamma"
        assert (await refused(stage, by, function, document(stage))).code == "wrong-state"


async def test_a_superseded_rule_still_revises_what_was_decided_by_it(stage: World) -> None:
    await record(stage)
    first = stage.stored(DECISION)["revisions"][0]["computed"]["decided_on"]
    await supersede(stage)
    error = await refused(
        stage, "gateway@gamma", "RecordDecision", recording(stage, decision="8" * 32)
    )
    assert error.code == "rule-not-in-force"
    await revise(stage, "refused")
    stage.sandbox.clock.advance(days=400)
    await revise(stage, decided_on=first)
    assert state(stage) == ("standing", "recognised")
    error = await refused(
        stage, "gateway@gamma", "ReviseDecision", revising(stage, decided_on="2026-12-24")
    )
    assert (error.code, error.field) == ("outside-window", "computed.decided_on")


async def supersede(world: World) -> None:
    """Version 2 of the rule is in force from the first day of version 1 on."""
    content = content_of(rule_documents()[WHOLE] | {"title": "Another"})
    at = world.sandbox.clock()
    by = world.people["registrar@gamma"].account
    rule = RuleVersion.proposed(WHOLE[:-1] + "2", content, by=by, at=at, operation=NEXT)
    series = world.record(Series, series_of(WHOLE))
    adopted = Adopted(number=2, digest=rule.digest, valid=content.valid, adopted_at=at)
    series = series.next(NEXT, latest=2, versions=(*series.versions, adopted))
    await world.forge({rule.key: rule.encode(), series.key: series.encode()}, by=MAJORITY)


async def test_nobody_speaks_for_another_decider(stage: World) -> None:
    await record(stage, automatic=False)
    error = await refused(stage, "gateway@beta", "ReviseDecision", revising(stage, automatic=False))
    assert (error.code, error.field) == ("not-party", "decision")
    error = await refused(stage, "registrar@beta", "ConfirmDecision", confirming(stage))
    assert (error.code, error.field) == ("not-party", "decision")
    error = await refused(
        stage, "registrar@gamma", "ConfirmDecision", confirming(stage, expected_version=9)
    )
    assert (error.code, error.field) == ("version-conflict", "expected_version")
    await confirm(stage)


async def test_around_midnight_the_day_is_judged_with_the_margin(stage: World) -> None:
    now = stage.sandbox.clock()
    midnight = now.replace(hour=23, minute=57, second=0)
    stage.sandbox.clock.advance(seconds=(midnight - now).total_seconds())
    tomorrow = midnight.date().fromordinal(midnight.date().toordinal() + 1).isoformat()
    await record(stage, decided_on=tomorrow)
    stage.sandbox.clock.advance(minutes=5)
    await record(stage, decided_on=midnight.date().isoformat(), decision="8" * 32)
    stage.sandbox.clock.advance(minutes=5)
    error = await refused(
        stage,
        "gateway@gamma",
        "RecordDecision",
        recording(stage, decided_on=midnight.date().isoformat(), decision="9" * 32),
    )
    assert error.code == "outside-window"
