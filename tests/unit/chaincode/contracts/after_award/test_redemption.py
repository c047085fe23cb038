"""A credit counts once, among all; whoever comes second is told by whom it was used."""

from typing import Any

import pytest

from chaincode.domain.keys import Kind
from tests.support.redeeming import (
    ALWAYS,
    CAREFUL,
    JOINT,
    LATER,
    OTHERS,
    PARTIAL,
    SMALL,
    UNKNOWN_RULE,
    WHOLE,
    advance_to,
    decided,
    entries,
    entry,
    permission,
    permit,
    programme_of,
    redeeming,
    rule_on,
    set_stage,
    statuses,
)
from tests.support.world import HOME, TEACHING, VERIFYING, Refused, World


async def refused(world: World, by: str, function: str, document: dict[str, Any]) -> Refused:
    with pytest.raises(Refused) as found:
        await world.submit(world.people[by], function, document)
    return found.value


async def test_from_permission_to_degree(stage: World) -> None:
    await permit(stage)
    gateway = stage.people["gateway@gamma"]
    await stage.submit(gateway, "HoldCredit", decided(stage))
    await stage.submit(gateway, "RedeemCredit", redeeming(stage))
    await stage.submit(stage.people["registrar@gamma"], "GrantDegree", decided(stage))
    (found,) = entries(stage)
    assert found | {"at": "", "permitted_at": "", "expires_at": ""} == {
        "number": 1,
        "redeemer": VERIFYING,
        "programme": programme_of(VERIFYING),
        "amount": 600,
        "rule": WHOLE,
        "joint": None,
        "permitted_by": stage.people["student"].account,
        "permitted_at": "",
        "expires_at": "",
        "status": "granted",
        "credit_version": 3,
        "decision_commitment": "d" * 64,
        "by": stage.people["registrar@gamma"].account,
        "at": "",
    }
    assert stage.policy(stage.slot(Kind.REDEMPTION)) is None


@pytest.mark.parametrize("reached", ["held", "redeemed", "granted"])
async def test_who_comes_second_is_told_by_whom_when_and_under_which_rule(
    stage: World, reached: str
) -> None:
    await permit(stage, redeemer=TEACHING)
    number = await advance_to(stage, reached)
    used = entries(stage)[number - 1]
    error = await refused(stage, "registrar@beta", "HoldCredit", decided(stage, 1))
    assert error.code == "already-redeemed"
    assert error.facts == {
        "left": 0,
        "wanted": 600,
        "awarded": 600,
        "by": [
            {
                "redeemer": VERIFYING,
                "programme": programme_of(VERIFYING),
                "rule": WHOLE,
                "amount": 600,
                "status": reached,
                "at": used["at"],
            }
        ],
    }


async def test_a_stale_second_is_told_so_before_a_version_conflict(stage: World) -> None:
    await permit(stage, redeemer=TEACHING)
    stale = decided(stage, 1)
    await advance_to(stage, "held")
    error = await refused(stage, "registrar@beta", "HoldCredit", stale)
    assert (error.code, error.facts["by"][0]["redeemer"]) == ("already-redeemed", VERIFYING)


async def test_parts_count_until_nothing_is_left(stage: World) -> None:
    await advance_to(stage, "redeemed", amount=250, rule=PARTIAL)
    await advance_to(stage, "held", redeemer=TEACHING, amount=350, rule=PARTIAL)
    await permit(stage, redeemer=HOME, amount=1, rule=PARTIAL)
    error = await refused(stage, "registrar@alpha", "HoldCredit", decided(stage, 3))
    assert (error.code, error.facts["left"]) == ("already-redeemed", 0)
    await stage.submit(stage.people["registrar@beta"], "ReleaseRedemption", entry(stage, 2))
    await stage.submit(stage.people["registrar@alpha"], "HoldCredit", decided(stage, 3))
    assert statuses(stage) == ["redeemed", "released", "held"]


async def test_joint_programmes_count_once(stage: World) -> None:
    await advance_to(stage, "granted", redeemer=HOME, rule=JOINT)
    await advance_to(stage, "granted", redeemer=VERIFYING, rule=JOINT)
    assert statuses(stage) == ["granted", "granted"]
    assert len({one["joint"] for one in entries(stage)} - {None}) == 1


async def test_a_programme_beside_the_joint_ones_does_not(stage: World) -> None:
    await advance_to(stage, "held", redeemer=HOME, rule=JOINT)
    await permit(stage, redeemer=VERIFYING, place=2, rule=JOINT)
    error = await refused(stage, "registrar@gamma", "HoldCredit", decided(stage, 2))
    assert error.code == "already-redeemed"
    await permit(stage, redeemer=VERIFYING, place=1, rule=WHOLE)
    error = await refused(stage, "registrar@gamma", "HoldCredit", decided(stage, 3))
    assert error.code == "already-redeemed", "the other rule names no joint set"


async def test_one_joint_programme_does_not_take_twice(stage: World) -> None:
    await advance_to(stage, "redeemed", redeemer=HOME, rule=JOINT, amount=400)
    await permit(stage, redeemer=HOME, rule=JOINT, amount=400)
    error = await refused(stage, "registrar@alpha", "HoldCredit", decided(stage, 2))
    assert (error.code, error.facts["left"]) == ("already-redeemed", 200)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"amount": 601}, "invalid-argument", "amount"),
        ({"amount": 601, "rule": PARTIAL}, "invalid-argument", "amount"),
        ({"amount": 300}, "invalid-argument", "amount"),
        ({"rule": LATER}, "rule-not-in-force", None),
        ({"rule": OTHERS}, "not-permitted", None),
        ({"rule": UNKNOWN_RULE}, "record-not-found", None),
        ({"programme": programme_of(TEACHING)}, "invalid-argument", "programme"),
        ({"programme": programme_of(VERIFYING, 9)}, "record-not-found", None),
        ({"redeemer": "ministryMSP"}, "not-permitted", None),
        ({"redeemer": "zetaMSP"}, "not-permitted", None),
        ({"credit_version": 2}, "version-conflict", "credit_version"),
        ({"expected_version": 1}, "version-conflict", "expected_version"),
        ({"expires_at": "2026-01-01T00:00:00Z"}, "invalid-argument", "expires_at"),
        ({"enrolment": f"enrolment/betaMSP/{'9' * 32}"}, "record-not-found", None),
    ],
)
async def test_a_permission_with_one_thing_wrong(
    stage: World, change: dict[str, Any], code: str, field: str | None
) -> None:
    error = await refused(stage, "student", "PermitRedemption", permission(stage) | change)
    assert (error.code, error.field) == (code, field)
    await permit(stage)


async def test_the_same_degree_is_not_permitted_twice_at_a_time(stage: World) -> None:
    await permit(stage)
    error = await refused(stage, "student", "PermitRedemption", permission(stage))
    assert (error.code, error.facts) == ("wrong-state", {"number": 1})
    await stage.submit(stage.people["student"], "WithdrawPermission", entry(stage))
    await permit(stage)
    assert statuses(stage) == ["withdrawn", "permitted"]


@pytest.mark.parametrize("reached", ["permitted", "held"])
async def test_a_student_who_withdraws_before_the_decision_frees_it(
    stage: World, reached: str
) -> None:
    await advance_to(stage, reached)
    await stage.submit(stage.people["student"], "WithdrawPermission", entry(stage))
    await advance_to(stage, "granted", redeemer=TEACHING)
    assert statuses(stage) == ["withdrawn", "granted"]


@pytest.mark.parametrize("reached", ["redeemed", "granted"])
async def test_after_the_decision_the_student_cannot(stage: World, reached: str) -> None:
    await advance_to(stage, reached)
    error = await refused(stage, "student", "WithdrawPermission", entry(stage))
    assert (error.code, error.facts) == ("wrong-state", {"status": reached})


@pytest.mark.parametrize(
    ("reached", "function", "allowed"),
    [
        (reached, function, (reached, function) in allowed)
        for allowed in [
            {
                ("permitted", "HoldCredit"),
                ("held", "RedeemCredit"),
                ("redeemed", "GrantDegree"),
                ("held", "ReleaseRedemption"),
                ("redeemed", "ReleaseRedemption"),
            }
        ]
        for reached in ("permitted", "held", "redeemed", "granted")
        for function in ("HoldCredit", "RedeemCredit", "GrantDegree", "ReleaseRedemption")
    ],
)
async def test_each_step_follows_the_one_before(
    stage: World, reached: str, function: str, *, allowed: bool
) -> None:
    await advance_to(stage, reached)
    document = {
        "HoldCredit": decided,
        "RedeemCredit": redeeming,
        "GrantDegree": decided,
        "ReleaseRedemption": entry,
    }[function](stage)
    if allowed:
        await stage.submit(stage.people["registrar@gamma"], function, document)
        return
    error = await refused(stage, "registrar@gamma", function, document)
    assert (error.code, error.facts) == ("wrong-state", {"status": reached})


@pytest.mark.parametrize("step", ["HoldCredit", "RedeemCredit"])
async def test_a_permission_ends_with_the_margin(stage: World, step: str) -> None:
    await advance_to(stage, "permitted" if step == "HoldCredit" else "held")
    document = redeeming if step == "RedeemCredit" else decided
    stage.sandbox.clock.advance(days=30, seconds=301)
    error = await refused(stage, "registrar@gamma", step, document(stage))
    assert (error.code, error.facts) == ("outside-window", {"number": 1})
    stage.sandbox.clock.advance(seconds=-1)
    await stage.submit(stage.people["registrar@gamma"], step, document(stage))


@pytest.mark.parametrize(
    ("document", "function"),
    [
        (decided, "HoldCredit"),
        (redeeming, "RedeemCredit"),
        (entry, "ReleaseRedemption"),
        (decided, "GrantDegree"),
    ],
)
async def test_only_whom_the_holder_named(stage: World, document: Any, function: str) -> None:
    before = {"HoldCredit": "permitted", "GrantDegree": "redeemed"}.get(function, "held")
    await advance_to(stage, before)
    for name in ("alpha", "beta", "ministry"):
        error = await refused(stage, f"registrar@{name}", function, document(stage))
        assert (error.code, error.field) == ("not-party", "number")
    error = await refused(stage, "registrar@gamma", function, document(stage, 2))
    assert (error.code, error.field) == ("invalid-argument", "number")
    error = await refused(stage, "registrar@gamma", function, document(stage, expected_version=99))
    assert (error.code, error.field) == ("version-conflict", "expected_version")
    if function != "ReleaseRedemption":
        error = await refused(stage, "registrar@gamma", function, document(stage, credit_version=2))
        assert (error.code, error.field) == ("version-conflict", "credit_version")
    await stage.submit(stage.people["registrar@gamma"], function, document(stage))


async def test_without_a_permission_there_is_nothing_to_hold(stage: World) -> None:
    for document, function in ((decided, "HoldCredit"), (entry, "ReleaseRedemption")):
        error = await refused(
            stage, "registrar@gamma", function, document(stage, expected_version=1)
        )
        assert error.code == "record-not-found"


@pytest.mark.parametrize("rule", [ALWAYS, SMALL])
async def test_what_needs_a_person_in_any_case_a_person_redeems(stage: World, rule: str) -> None:
    await advance_to(stage, "held", rule=rule)
    error = await refused(stage, "gateway@gamma", "RedeemCredit", redeeming(stage))
    assert error.code == "not-permitted"
    await stage.submit(stage.people["registrar@gamma"], "RedeemCredit", redeeming(stage))


async def test_what_may_do_without_a_person_a_gateway_redeems(stage: World) -> None:
    await advance_to(stage, "held", rule=CAREFUL)
    await stage.submit(stage.people["gateway@gamma"], "RedeemCredit", redeeming(stage))


@pytest.mark.parametrize(
    ("before", "function", "document"),
    [
        ("permitted", "HoldCredit", decided),
        ("held", "RedeemCredit", redeeming),
        ("redeemed", "GrantDegree", decided),
    ],
)
@pytest.mark.parametrize(("kind", "standing"), [("suspend", "suspended"), ("revoke", "revoked")])
async def test_what_is_suspended_or_revoked_is_not_used(
    stage: World, *, before: str, function: str, document: Any, kind: str, standing: str
) -> None:
    await advance_to(stage, before)
    await rule_on(stage, kind)
    error = await refused(stage, "registrar@gamma", function, document(stage))
    assert (error.code, error.facts) == ("wrong-state", {"status": standing})
    error = await refused(
        stage, "student", "PermitRedemption", permission(stage, redeemer=TEACHING)
    )
    assert (error.code, error.facts) == ("wrong-state", {"status": standing})
    await rule_on(stage, "lift", reason="appeal-upheld")
    await stage.submit(stage.people["registrar@gamma"], function, document(stage))


async def test_what_is_not_awarded_is_not_permitted(world: World) -> None:
    await world.advance(before="AwardCredit")
    await set_stage(world)
    error = await refused(world, "student", "PermitRedemption", permission(world))
    assert (error.code, error.facts) == ("wrong-state", {"status": "applied"})


async def test_a_credit_has_so_many_permissions(stage: World) -> None:
    student = stage.people["student"]
    for _ in range(64):
        number = await permit(stage)
        if number < 64:
            await stage.submit(student, "WithdrawPermission", entry(stage, number))
    error = await refused(
        stage, "student", "PermitRedemption", permission(stage, redeemer=TEACHING)
    )
    assert error.code == "wrong-state"
    assert "at most 64" in error.detail
