"""Decisions of gamma, as its gateway records them."""

from typing import Any

from chaincode.domain.keys import Kind, record_key
from tests.support.redeeming import WHOLE, programme_of, rule_digest
from tests.support.world import VERIFYING, World

Document = dict[str, Any]
DECISION = record_key(Kind.DECISION, VERIFYING, "7" * 32)


def computed(world: World, outcome: str = "recognised", **change: Any) -> Document:
    """What the evaluator found today."""
    return {
        "decided_on": world.sandbox.clock().date().isoformat(),
        "outcome": outcome,
        "inputs": ["1" * 64, "2" * 64],
        "explanation_commitment": "e" * 64,
        "automatic": outcome != "needs-person",
    } | change


def recording(
    world: World, outcome: str = "recognised", *, rule: str = WHOLE, **change: Any
) -> Document:
    """RecordDecision; what is no field of the function is one of what was computed."""
    inner = {name: change.pop(name) for name in set(change) & {*computed(world), "claims"}}
    return {
        "operation": world.identifier(),
        "decision": DECISION.rsplit("/", 1)[1],
        "rule": rule,
        "rule_digest": rule_digest(rule),
        "evaluator": 2,
        "programme": programme_of(VERIFYING),
        "computed": computed(world, outcome) | inner,
        "trigger": "application",
    } | change


def revising(world: World, outcome: str = "recognised", **change: Any) -> Document:
    """ReviseDecision."""
    inner = {name: change.pop(name) for name in set(change) & {*computed(world), "claims"}}
    return {
        "operation": world.identifier(),
        "decision": DECISION,
        "expected_version": world.version(DECISION),
        "computed": computed(world, outcome) | inner,
        "trigger": "correction",
        "differs": False,
    } | change


def confirming(
    world: World, outcome: str = "recognised", reason: str = "as-computed", **change: Any
) -> Document:
    """ConfirmDecision."""
    return {
        "operation": world.identifier(),
        "decision": DECISION,
        "expected_version": world.version(DECISION),
        "outcome": outcome,
        "reason": reason,
    } | change


async def record(
    world: World, outcome: str = "recognised", *, by: str = "gateway@gamma", **change: Any
) -> None:
    await world.submit(world.people[by], "RecordDecision", recording(world, outcome, **change))


async def revise(
    world: World, outcome: str = "recognised", *, by: str = "gateway@gamma", **change: Any
) -> None:
    await world.submit(world.people[by], "ReviseDecision", revising(world, outcome, **change))


async def confirm(
    world: World,
    outcome: str = "recognised",
    reason: str = "as-computed",
    *,
    by: str = "registrar@gamma",
    **change: Any,
) -> None:
    document = confirming(world, outcome, reason, **change)
    await world.submit(world.people[by], "ConfirmDecision", document)


def state(world: World) -> tuple[str, str | None]:
    """Status, and what holds."""
    found = world.stored(DECISION)
    return found["status"], found["holds"]
