"""Home is a dated relation: asked for by the holder, released by the old, accepted by the new."""

import pytest

from chaincode.domain.keys import Kind
from tests.support.redeeming import (
    HOME,
    PARTIAL,
    advance_to,
    decided,
    entry,
    holding_of,
    permission,
    permit,
    statuses,
    transfer,
    transferring,
)
from tests.support.world import TEACHING, VERIFYING, Refused, World


async def refused(world: World, by: str, function: str, document: dict[str, object]) -> Refused:
    with pytest.raises(Refused) as found:
        await world.submit(world.people[by], function, document)
    return found.value


@pytest.fixture
async def moving(stage: World) -> World:
    stage.people["moved@gamma"] = await stage.pseudonym(VERIFYING)
    return stage


async def test_home_and_holder_change_when_the_new_home_accepts(moving: World) -> None:
    steps = (
        ("student", "RequestTransfer", "moved@gamma"),
        ("registrar@alpha", "ReleaseStudent", None),
    )
    for by, function, named in steps:
        await moving.submit(moving.people[by], function, transferring(moving, named))
        assert holding_of(moving).home == HOME
        assert holding_of(moving).holder == moving.people["student"].account
    await moving.submit(moving.people["registrar@gamma"], "AcceptTransfer", transferring(moving))
    assert holding_of(moving).home == VERIFYING
    assert holding_of(moving).holder == moving.people["moved@gamma"].account
    (found,) = moving.stored(moving.slot(Kind.TRANSFER))["entries"]
    assert found["status"] == "accepted"
    assert found["released_by"] == moving.people["registrar@alpha"].account
    assert found["accepted_by"] == moving.people["registrar@gamma"].account
    assert moving.policy(moving.slot(Kind.TRANSFER)) is None


async def test_what_the_old_home_used_is_free_and_a_degree_keeps(stage: World) -> None:
    for place, reached in enumerate(("permitted", "granted")):
        await advance_to(stage, reached, redeemer=HOME, rule=PARTIAL, amount=100, place=1 + place)
    await advance_to(stage, "redeemed", redeemer=TEACHING, rule=PARTIAL, amount=100)
    await transfer(stage)
    assert statuses(stage) == ["withdrawn", "granted", "redeemed"]


@pytest.mark.parametrize("reached", ["held", "redeemed"])
async def test_a_credit_redeemed_at_the_old_home_counts_at_the_new_one(
    stage: World, reached: str
) -> None:
    await advance_to(stage, reached, redeemer=HOME)
    await transfer(stage)
    assert statuses(stage) == ["released"]
    await permit(stage, by="moved@gamma", redeemer=VERIFYING)
    await stage.submit(stage.people["registrar@gamma"], "HoldCredit", decided(stage, 2))
    error = await refused(
        stage, "student", "PermitRedemption", permission(stage, redeemer=TEACHING)
    )
    assert error.code == "not-party", "the old pseudonym speaks for the credit no more"


async def test_the_new_holder_withdraws_what_the_old_one_permitted(stage: World) -> None:
    await advance_to(stage, "held", redeemer=TEACHING)
    await transfer(stage)
    error = await refused(stage, "student", "WithdrawPermission", entry(stage))
    assert error.code == "not-party"
    await stage.submit(stage.people["moved@gamma"], "WithdrawPermission", entry(stage))


async def test_a_new_request_replaces_one_that_is_not_accepted(moving: World) -> None:
    moving.people["moved@beta"] = await moving.pseudonym(TEACHING)
    student = moving.people["student"]
    await moving.submit(student, "RequestTransfer", transferring(moving, "moved@gamma"))
    await moving.submit(moving.people["registrar@alpha"], "ReleaseStudent", transferring(moving))
    await moving.submit(student, "RequestTransfer", transferring(moving, "moved@beta"))
    error = await refused(moving, "registrar@gamma", "AcceptTransfer", transferring(moving))
    assert (error.code, error.facts) == ("wrong-state", {"status": "requested"})
    await moving.submit(moving.people["registrar@alpha"], "ReleaseStudent", transferring(moving))
    error = await refused(moving, "registrar@gamma", "AcceptTransfer", transferring(moving))
    assert error.code == "not-party"
    await moving.submit(moving.people["registrar@beta"], "AcceptTransfer", transferring(moving))
    found = moving.stored(moving.slot(Kind.TRANSFER))["entries"]
    assert [one["status"] for one in found] == ["replaced", "accepted"]


async def test_on_and_back_again(stage: World) -> None:
    await transfer(stage)
    await transfer(stage, to=HOME, holder="moved@gamma")
    assert holding_of(stage).home == HOME
    assert holding_of(stage).holder == stage.people["moved@alpha"].account


@pytest.mark.parametrize(
    ("by", "code"),
    [
        ("student2", "not-party"),
        ("registrar@alpha", "not-permitted"),
        ("teacher", "not-permitted"),
        ("moved@gamma", "not-party"),
    ],
)
async def test_nobody_but_the_holder_asks(moving: World, by: str, code: str) -> None:
    document = transferring(moving, "moved@gamma")
    assert (await refused(moving, by, "RequestTransfer", document)).code == code
    await moving.submit(moving.people["student"], "RequestTransfer", document)


async def test_an_account_that_cannot_hold_a_credit(moving: World) -> None:
    for name, code, field in (
        ("registrar@gamma", "invalid-argument", "student"),
        ("registrar@ministry", "not-permitted", None),
        ("student2", "wrong-state", None),
    ):
        error = await refused(moving, "student", "RequestTransfer", transferring(moving, name))
        assert (error.code, error.field) == (code, field), name
    waiting = moving.people["moved@gamma"]
    await moving.submit(
        moving.people["registrar@gamma"],
        "CloseAccount",
        {
            "operation": moving.identifier(),
            "account": waiting.account,
            "expected_version": moving.version(waiting.account),
        },
    )
    document = transferring(moving, "moved@gamma")
    error = await refused(moving, "student", "RequestTransfer", document)
    assert (error.code, error.field) == ("account-inactive", "student")


async def test_release_and_acceptance_are_the_two_homes_own(moving: World) -> None:
    error = await refused(
        moving, "registrar@alpha", "ReleaseStudent", transferring(moving, expected_version=1)
    )
    assert error.code == "record-not-found"
    await moving.submit(
        moving.people["student"], "RequestTransfer", transferring(moving, "moved@gamma")
    )
    error = await refused(moving, "registrar@gamma", "AcceptTransfer", transferring(moving))
    assert (error.code, error.facts) == ("wrong-state", {"status": "requested"})
    for name in ("beta", "gamma", "ministry"):
        error = await refused(moving, f"registrar@{name}", "ReleaseStudent", transferring(moving))
        assert (error.code, error.field) == ("not-party", "enrolment")
    error = await refused(
        moving, "registrar@alpha", "ReleaseStudent", transferring(moving, expected_version=9)
    )
    assert (error.code, error.field) == ("version-conflict", "expected_version")
    await moving.submit(moving.people["registrar@alpha"], "ReleaseStudent", transferring(moving))
    for name in ("alpha", "beta", "ministry"):
        error = await refused(moving, f"registrar@{name}", "AcceptTransfer", transferring(moving))
        assert (error.code, error.field) == ("not-party", "enrolment")
    await moving.submit(moving.people["registrar@gamma"], "AcceptTransfer", transferring(moving))


async def test_a_credit_moves_once_it_was_awarded(world: World) -> None:
    await world.advance(before="AwardCredit")
    world.people["moved@gamma"] = await world.pseudonym(VERIFYING)
    document = transferring(world, "moved@gamma")
    error = await refused(world, "student", "RequestTransfer", document)
    assert (error.code, error.facts) == ("wrong-state", {"status": "applied"})
    await world.step("AwardCredit")
    await world.submit(world.people["student"], "RequestTransfer", document)


async def test_consent_to_verification_follows_the_holder(stage: World) -> None:
    await stage.step("RequestVerification")
    await transfer(stage)
    with pytest.raises(Refused) as found:
        await stage.step("AnswerRequest")
    assert found.value.code == "not-party"
    await stage.step("AnswerRequest", by="moved@gamma")
    with pytest.raises(Refused) as found:
        await stage.step("WithdrawConsent", by="student2")
    assert found.value.code == "not-party"
    await stage.step("WithdrawConsent", by="moved@gamma")


async def test_a_consent_of_the_earlier_pseudonym_is_the_holders_to_withdraw(
    stage: World,
) -> None:
    await stage.step("RequestVerification")
    await stage.step("AnswerRequest")
    await transfer(stage)
    await stage.step("WithdrawConsent", by="moved@gamma")


async def test_what_was_not_handed_over_is_named_and_undoes_nothing(moving: World) -> None:
    faults = [
        {"piece": "work", "number": 1, "fault": "missing"},
        {"piece": "enrolment-key", "number": None, "fault": "altered"},
    ]
    gamma = moving.people["registrar@gamma"]
    await moving.submit(
        moving.people["student"], "RequestTransfer", transferring(moving, "moved@gamma")
    )
    await moving.submit(moving.people["registrar@alpha"], "ReleaseStudent", transferring(moving))
    for wrong in (
        [faults[0] | {"piece": "name"}],
        [faults[0] | {"fault": "late"}],
        [faults[0] | {"number": 0}],
        [faults[0] | {"words": "Mei Lin's essay"}],
        faults[:1] * 17,
    ):
        document = transferring(moving, faults=wrong)
        error = await refused(moving, "registrar@gamma", "AcceptTransfer", document)
        assert error.code == "invalid-argument"
    await moving.submit(gamma, "AcceptTransfer", transferring(moving, faults=faults))
    (found,) = moving.stored(moving.slot(Kind.TRANSFER))["entries"]
    assert (found["status"], found["faults"]) == ("accepted", faults)
    assert holding_of(moving).home == VERIFYING
