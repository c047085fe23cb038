"""A decider that skips the person whom its rule asks for: refused by its own words."""

from typing import Any

import pytest

from tests.support.deciding import DECISION, confirm, record, recording, revise, revising, state
from tests.support.redeeming import CAREFUL, WHOLE
from tests.support.world import Refused, World

HONEST = {"credits": 600, "below_grade": False}
MUCH = HONEST | {"credits": 1_001}
LOW = HONEST | {"below_grade": True}
ASKED = "needs-person"


async def refused(world: World, function: str, document: dict[str, Any]) -> Refused:
    with pytest.raises(Refused) as found:
        await world.submit(world.people["gateway@gamma"], function, document)
    return found.value


async def test_an_honest_decider_states_what_the_rule_asks_for(stage: World) -> None:
    await record(stage, rule=CAREFUL, claims=HONEST | {"credits": 1_000})
    assert state(stage) == ("standing", "recognised")
    found = stage.stored(DECISION)["revisions"][0]["computed"]
    assert found["claims"] == {"credits": 1_000, "below_grade": False}


async def test_under_a_rule_that_asks_for_nothing_nothing_is_stored(stage: World) -> None:
    await record(stage)
    assert "claims" not in stage.stored(DECISION)["revisions"][0]["computed"]


@pytest.mark.parametrize("claims", [MUCH, LOW], ids=["too many credits", "too low a grade"])
@pytest.mark.parametrize("automatic", [True, False])
async def test_a_person_is_not_skipped(
    stage: World,
    claims: dict[str, Any],
    automatic: bool,  # noqa: FBT001 - drawn
) -> None:
    skipping = recording(stage, rule=CAREFUL, claims=claims, automatic=automatic)
    assert (await refused(stage, "RecordDecision", skipping)).code == "not-permitted"
    await record(stage, ASKED, rule=CAREFUL, claims=claims)
    assert state(stage) == ("awaiting-confirmation", None)
    await confirm(stage, "recognised", "judgement")
    error = await refused(stage, "ReviseDecision", revising(stage, claims=claims))
    assert error.code == "not-permitted"
    await revise(stage, ASKED, claims=claims)
    assert state(stage) == ("reopened", "recognised")


@pytest.mark.parametrize(
    ("rule", "outcome", "claims", "field"),
    [
        (CAREFUL, "recognised", None, "credits"),
        (CAREFUL, "needs-person", None, "credits"),
        (CAREFUL, "recognised", {"credits": 600}, "below_grade"),
        (CAREFUL, "recognised", {"below_grade": False}, "credits"),
        (CAREFUL, "refused", HONEST, "credits"),
        (CAREFUL, "could-not-check", {"below_grade": False}, "below_grade"),
        (WHOLE, "recognised", {"credits": 600}, "credits"),
        (WHOLE, "recognised", {"below_grade": False}, "below_grade"),
    ],
)
async def test_what_is_asked_for_is_stated_and_nothing_else(
    stage: World, rule: str, outcome: str, claims: dict[str, Any] | None, field: str
) -> None:
    document = recording(stage, outcome, rule=rule, claims=claims)
    error = await refused(stage, "RecordDecision", document)
    assert (error.code, error.field) == ("invalid-argument", f"computed.claims.{field}")
    told = HONEST if rule == CAREFUL and outcome in {"recognised", "needs-person"} else None
    await record(stage, outcome, rule=rule, claims=told)
