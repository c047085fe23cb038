"""An authority suspends, lifts and revokes; a revocation gives back or not."""

import pytest

from chaincode.domain.account import Account
from chaincode.domain.caller import Role
from chaincode.domain.keys import Kind
from tests.support.records import NEXT
from tests.support.redeeming import (
    HOME,
    PARTIAL,
    advance_to,
    decided,
    rule_on,
    ruling,
    statuses,
)
from tests.support.world import TEACHING, VERIFYING, Refused, World


async def refused(world: World, by: str, **change: object) -> Refused:
    with pytest.raises(Refused) as found:
        await world.submit(world.people[by], "RuleOnCredit", ruling(world) | change)
    return found.value


async def four_uses(world: World) -> None:
    """Permitted, held, redeemed, granted: one of each."""
    for place, reached in enumerate(("permitted", "held", "redeemed", "granted")):
        redeemer = (HOME, TEACHING, VERIFYING, HOME)[place]
        await advance_to(
            world, reached, redeemer=redeemer, rule=PARTIAL, amount=100, place=1 + place // 3
        )


async def test_a_revocation_gives_back_all_but_degrees(stage: World) -> None:
    await four_uses(stage)
    await rule_on(stage, "revoke", reason="forged-evidence", gives_back=True)
    assert statuses(stage) == ["permitted", "given-back", "given-back", "granted"]


async def test_or_does_not(stage: World) -> None:
    await four_uses(stage)
    before = stage.stored(stage.slot(Kind.REDEMPTION))
    await rule_on(stage, "revoke", reason="forged-evidence")
    assert stage.stored(stage.slot(Kind.REDEMPTION)) == before


async def test_what_was_given_back_is_free_once_the_revocation_is_lifted(stage: World) -> None:
    await advance_to(stage, "redeemed")
    await rule_on(stage, "revoke", gives_back=True)
    await rule_on(stage, "lift", reason="appeal-upheld")
    await advance_to(stage, "granted", redeemer=TEACHING)
    assert statuses(stage) == ["given-back", "granted"]


async def test_a_lift_ends_a_suspension(stage: World) -> None:
    await advance_to(stage, "held")
    await rule_on(stage, "suspend")
    await rule_on(stage, "lift", reason="unfounded")
    await stage.submit(
        stage.people["registrar@gamma"],
        "RedeemCredit",
        decided(stage, decision_commitment="0" * 64),
    )
    found = stage.stored(stage.slot(Kind.RULING))
    assert [entry["ruling"] for entry in found["entries"]] == ["suspend", "lift"]
    assert found["entries"][0]["by"] == stage.people["supervisor@ministry"].account
    assert stage.policy(stage.slot(Kind.RULING)) is None


async def test_a_credit_suspended_before_its_award_is_not_awarded(world: World) -> None:
    await world.advance(before="AwardCredit")
    await rule_on(world, "suspend")
    with pytest.raises(Refused) as found:
        await world.step("AwardCredit")
    assert (found.value.code, found.value.facts) == ("wrong-state", {"status": "suspended"})
    await rule_on(world, "lift", reason="unfounded")
    await world.step("AwardCredit")


@pytest.mark.parametrize(
    ("before", "kind", "code", "facts"),
    [
        ([], "lift", "wrong-state", {}),
        (["suspend"], "suspend", "wrong-state", {"status": "suspended"}),
        (["revoke"], "suspend", "wrong-state", {"status": "revoked"}),
        (["revoke"], "revoke", "wrong-state", {"status": "revoked"}),
        (["suspend", "lift"], "lift", "wrong-state", {}),
    ],
)
async def test_a_ruling_that_changes_nothing_is_refused(
    stage: World, *, before: list[str], kind: str, code: str, facts: dict[str, str]
) -> None:
    for earlier in before:
        await rule_on(stage, earlier)
    error = await refused(stage, "supervisor@ministry", ruling=kind)
    assert (error.code, error.facts) == (code, facts)


@pytest.mark.parametrize(
    ("by", "change", "code", "field"),
    [
        ("registrar@ministry", {}, "not-permitted", None),
        ("teacher", {}, "not-permitted", None),
        ("student", {}, "not-permitted", None),
        ("supervisor@ministry", {"gives_back": True}, "invalid-argument", "gives_back"),
        ("supervisor@ministry", {"credit_version": 1}, "version-conflict", "credit_version"),
        ("supervisor@ministry", {"expected_version": 4}, "version-conflict", "expected_version"),
    ],
)
async def test_a_ruling_with_one_thing_wrong(
    stage: World, *, by: str, change: dict[str, object], code: str, field: str | None
) -> None:
    error = await refused(stage, by, **change)
    assert (error.code, error.field) == (code, field)
    await rule_on(stage, "suspend")


async def test_a_university_cannot_make_a_supervisor_of_its_own(stage: World) -> None:
    """It owns its accounts, so it can forge the role; the constitution says what it is."""
    registrar = stage.people["registrar@beta"]
    risen = stage.certify(TEACHING, "supervisor", name=registrar.identifier)
    account = stage.record(Account, registrar.account)
    forged = account.next(NEXT, role=Role.SUPERVISOR, key_digest=risen.key_digest)
    await stage.overwrite(forged, by=(TEACHING,))
    stage.people["risen"] = risen
    error = await refused(stage, "risen")
    assert (error.code, error.facts) == ("not-permitted", {"kind": "university"})
    await rule_on(stage, "suspend")
