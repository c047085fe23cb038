"""InitLedger, accounts and members' keys."""

import json
from typing import Any

import pytest

from chaincode.contracts.router import Router
from chaincode.domain.account import Account, AccountStatus
from chaincode.ledger.policy import all_peers_of
from tests.support.records import SEALING_KEY
from tests.support.world import (
    CONSTITUTION,
    HOME,
    MINISTRY,
    TEACHING,
    Invalid,
    Refused,
    World,
)

CONTENT = json.loads(CONSTITUTION.model_dump_json())


async def found(world: World, content: dict[str, Any] | None = None) -> None:
    operator = world.certify(HOME, None, unit="admin")
    arguments = {"operation": "0" * 32, "content": content or CONTENT}
    await world.submit(operator, "InitLedger", arguments)


async def test_each_member_compares_the_constitution_with_its_own() -> None:
    world = World()
    for change in (
        {"parameters": {"deadline_margin_seconds": 301, "entries_per_slot": 64}},
        {"members": CONTENT["members"][:2], "majority": 2, "alliances": []},
        {"alliances": []},
        {"alliances": [CONTENT["alliances"][0] | {"threshold": 3}]},
    ):
        with pytest.raises(Refused) as refused:
            await found(world, CONTENT | change)
        assert refused.value.code == "constitution-unexpected"
    await found(world)
    assert world.stored("constitution")["content"] == CONTENT
    assert world.policy("constitution") is None


async def test_one_member_that_agreed_to_another_constitution_takes_no_part() -> None:
    world = World()
    peers = world.sandbox.consortium.peers
    peers[MINISTRY].handler = Router("0" * 64, member=MINISTRY)
    await found(world)
    reader = world.certify(MINISTRY, "gateway")
    with pytest.raises(Refused) as refused:
        await world.evaluate(reader, "ReadRecord", {"key": "constitution"})
    assert refused.value.code == "constitution-unexpected"
    peers[MINISTRY].handler = Router(CONSTITUTION.digest(), member=MINISTRY)
    found_ = await world.evaluate(reader, "ReadRecord", {"key": "constitution"})
    assert found_["record"]["content"] == CONTENT


async def test_the_consortium_is_founded_once(world: World) -> None:
    for content in (CONTENT, CONTENT | {"majority": 1}):
        with pytest.raises(Refused) as refused:
            await world.submit(
                world.people["operator@beta"],
                "InitLedger",
                {"operation": "0" * 32, "content": content},
            )
        assert refused.value.code == ("record-exists" if content == CONTENT else "invalid-argument")


async def test_two_founders_at_once_make_one_constitution() -> None:
    world = World()
    operators = [world.certify(msp_id, None, unit="admin") for msp_id in (HOME, TEACHING)]
    consortium = world.sandbox.consortium
    waiting = []
    for operator in operators:
        arguments = {"operation": "0" * 32, "content": CONTENT}
        proposal = world.propose(operator, "InitLedger", arguments)
        signed = proposal.signed(operator.identity.sign(proposal.message))
        waiting.append((operator, await consortium.endorse(signed, at=operator.msp_id)))
    codes = []
    for operator, prepared in waiting:
        await consortium.submit(prepared.signed(operator.identity.sign(prepared.payload)))
        codes.append((await consortium.commit_status(prepared.transaction_id, at=HOME)).code_name)
    assert codes == ["VALID", "MVCC_READ_CONFLICT"]


@pytest.mark.parametrize(
    ("by", "role", "code"),
    [
        ("registrar@beta", "teacher", None),
        ("registrar@beta", "student", None),
        ("operator@beta", "registrar", None),
        ("operator@ministry", "supervisor", None),
        ("registrar@beta", "registrar", "not-permitted"),
        ("registrar@ministry", "supervisor", "not-permitted"),
        ("operator@beta", "teacher", "not-permitted"),
        ("operator@beta", "student", "not-permitted"),
        ("operator@beta", "supervisor", "not-permitted"),
        ("operator@beta", "gateway", "invalid-argument"),
        ("operator@beta", "operator", "invalid-argument"),
    ],
)
async def test_who_registers_whom(world: World, by: str, role: str, code: str | None) -> None:
    registrar = world.people[by]
    person = world.certify(registrar.msp_id, role)
    arguments = world.registration(person, role)
    if code is not None:
        with pytest.raises(Refused) as refused:
            await world.submit(registrar, "RegisterAccount", arguments)
        assert refused.value.code == code
        return
    await world.submit(registrar, "RegisterAccount", arguments)
    account = world.record(Account, person.account)
    assert account.status is AccountStatus.REGISTERED
    assert account.owner == registrar.msp_id
    assert account.role == role
    assert account.key_digest == person.key_digest
    assert {attestation.by for attestation in account.attestations} == {registrar.identifier}
    assert world.policy(person.account) == all_peers_of((registrar.msp_id,))
    await world.submit(person, "ActivateAccount", world.activation())
    assert world.record(Account, person.account).status is AccountStatus.ACTIVE
    assert world.policy(person.account) == all_peers_of((registrar.msp_id,))


@pytest.mark.parametrize(
    "attestations",
    [["identity"], ["qualification"], ["identity", "identity"], ["identity", "qualification"] * 2],
)
async def test_a_teachers_qualification_is_verified_too(
    world: World, attestations: list[str]
) -> None:
    person = world.certify(TEACHING, "teacher")
    arguments = world.registration(person, "teacher")
    registrar = world.people["registrar@beta"]
    with pytest.raises(Refused) as refused:
        await world.submit(registrar, "RegisterAccount", arguments | {"attestations": attestations})
    assert (refused.value.code, refused.value.field) == ("invalid-argument", "attestations")
    await world.submit(registrar, "RegisterAccount", arguments)


async def test_an_account_is_registered_once(world: World) -> None:
    teacher = world.people["teacher"]
    arguments = world.registration(teacher, "teacher")
    with pytest.raises(Refused) as refused:
        await world.submit(world.people["registrar@beta"], "RegisterAccount", arguments)
    assert refused.value.code == "record-exists"
    with pytest.raises(Refused) as refused:
        await world.submit(
            world.people["gateway@beta"],
            "RegisterPseudonym",
            {
                name: value
                for name, value in arguments.items()
                if name not in {"role", "attestations"}
            },
        )
    assert refused.value.code == "record-exists"


async def test_pseudonyms_are_students_of_universities(world: World) -> None:
    pseudonym = await world.pseudonym(TEACHING)
    account = world.record(Account, pseudonym.account)
    assert (account.role, account.status) == ("student", AccountStatus.ACTIVE)
    assert world.policy(pseudonym.account) == all_peers_of((TEACHING,))
    with pytest.raises(Refused) as refused:
        await world.pseudonym(MINISTRY)
    assert refused.value.code == "not-permitted"


async def test_activation_expects_its_version(world: World) -> None:
    waiting = await world.join("new@beta", "teacher", activate=False)
    with pytest.raises(Refused) as refused:
        await world.submit(waiting, "ActivateAccount", world.activation() | {"expected_version": 2})
    assert refused.value.code == "version-conflict"
    await world.submit(waiting, "ActivateAccount", world.activation())


@pytest.mark.parametrize(
    ("by", "code"),
    [
        ("registrar@alpha", "not-party"),
        ("operator@alpha", "not-party"),
        ("operator@beta", "not-permitted"),
        ("registrar@beta", None),
    ],
)
async def test_who_closes_a_teachers_account(world: World, by: str, code: str | None) -> None:
    arguments = {
        "operation": "0" * 32,
        "account": world.people["teacher2"].account,
        "expected_version": 2,
    }
    if code is None:
        stale = arguments | {"expected_version": 1}
        with pytest.raises(Refused) as refused:
            await world.submit(world.people[by], "CloseAccount", stale)
        assert refused.value.code == "version-conflict"
        await world.submit(world.people[by], "CloseAccount", arguments)
        again = arguments | {"expected_version": 3}
        with pytest.raises(Refused) as refused:
            await world.submit(world.people[by], "CloseAccount", again)
        assert refused.value.code == "wrong-state"
        return
    with pytest.raises(Refused) as refused:
        await world.submit(world.people[by], "CloseAccount", arguments)
    assert refused.value.code == code


async def test_an_account_that_there_is_not_cannot_be_closed(world: World) -> None:
    arguments = {
        "operation": "0" * 32,
        "account": f"account/betaMSP/{'9' * 32}",
        "expected_version": 1,
    }
    with pytest.raises(Refused) as refused:
        await world.submit(world.people["registrar@beta"], "CloseAccount", arguments)
    assert refused.value.code == "record-not-found"


async def test_member_keys_are_published_and_replaced(world: World) -> None:
    operator = world.people["operator@beta"]
    keys = {"operation": "0" * 32, "evidence_key": SEALING_KEY, "intake_key": "B" * 43}
    with pytest.raises(Refused) as refused:
        await world.submit(operator, "PublishMemberKeys", keys | {"expected_version": 1})
    assert (refused.value.code, refused.value.field) == ("record-not-found", "expected_version")
    await world.submit(operator, "PublishMemberKeys", keys | {"expected_version": None})
    assert world.policy("member/betaMSP") == all_peers_of((TEACHING,))
    for version, code in ((None, "record-exists"), (2, "version-conflict")):
        with pytest.raises(Refused) as refused:
            await world.submit(operator, "PublishMemberKeys", keys | {"expected_version": version})
        assert refused.value.code == code
    other = keys | {"expected_version": 1, "intake_key": "C" * 43}
    await world.submit(operator, "PublishMemberKeys", other)
    assert world.stored("member/betaMSP")["intake_key"] == "C" * 43
    assert world.policy("member/betaMSP") == all_peers_of((TEACHING,))


async def test_nobody_else_publishes_for_a_member(world: World) -> None:
    keys = {
        "operation": "0" * 32,
        "evidence_key": SEALING_KEY,
        "intake_key": SEALING_KEY,
        "expected_version": None,
    }
    operator = world.people["operator@beta"]
    await world.submit(operator, "PublishMemberKeys", keys)
    with pytest.raises(Invalid, match="ENDORSEMENT_POLICY_FAILURE"):
        await world.submit(
            operator, "PublishMemberKeys", keys | {"expected_version": 1}, endorsers=[HOME]
        )
    assert world.version("member/betaMSP") == 1
