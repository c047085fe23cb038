"""Private collections: who reads, who writes, who keeps, and what the channel sees."""

from hashlib import sha256

import pytest

from chaincode.ledger.memory.errors import EndorseFailed, EvaluateFailed
from tests.support.sandbox import Sandbox, User, values_of

ALPHA, BETA = values_of("alphaMSP"), values_of("betaMSP")
SECRET = {"v": "19.5"}


def crash(words: str) -> str:
    return f"the chaincode failed by PeerError: the peer refused {words}"


async def test_members_read_what_was_written(alice: User) -> None:
    write = ["put_private", ALPHA, "k", "$v"]
    status = await alice.submit(write, transient=SECRET, endorsers=["alphaMSP"])
    assert status.code == 0
    assert await alice.evaluate(["get_private", ALPHA, "k"]) == ["19.5"]


async def test_the_channel_sees_the_hash_alone(sandbox: Sandbox, alice: User) -> None:
    await alice.submit(["put_private", ALPHA, "k", "$v"], transient=SECRET, endorsers=["alphaMSP"])
    hashed = sha256(b"19.5").hexdigest()
    for msp_id in sandbox.consortium.peers:
        assert await alice.evaluate(["hash_private", ALPHA, "k"], at=msp_id) == [hashed]
    for block in sandbox.consortium.committed(at="alphaMSP"):
        assert b"19.5" not in block.transactions[0].envelope.SerializeToString()


async def test_another_member_s_client_cannot_read(sandbox: Sandbox, alice: User) -> None:
    await alice.submit(["put_private", ALPHA, "k", "$v"], transient=SECRET, endorsers=["alphaMSP"])
    with pytest.raises(EvaluateFailed) as caught:
        await sandbox.user("betaMSP").evaluate(["get_private", ALPHA, "k"], at="alphaMSP")
    assert "tx creator does not have read access permission" in caught.value.details[0].message


async def test_another_member_s_peer_does_not_have_it(alice: User) -> None:
    await alice.submit(["put_private", ALPHA, "k", "$v"], transient=SECRET, endorsers=["alphaMSP"])
    (found,) = await alice.evaluate(["attempt", ["get_private", ALPHA, "k"]], at="betaMSP")
    assert found[0] == "PeerError"
    assert found[1].endswith(
        "private data matching public hash version is not available. "
        "Public hash version = {BlockNum: 1, TxNum: 0}, Private data version = <nil>"
    )


async def test_values_reach_their_member_when_others_endorsed(
    sandbox: Sandbox, alice: User
) -> None:
    bob = sandbox.user("betaMSP")
    both = ["alphaMSP", "betaMSP"]
    status = await bob.submit(
        ["put_private", ALPHA, "k", "$v"],
        ["put_private", BETA, "k", "$v"],
        transient=SECRET,
        endorsers=both,
    )
    assert status.code == 0
    assert await alice.evaluate(["get_private", ALPHA, "k"]) == ["19.5"]
    assert await bob.evaluate(["get_private", BETA, "k"]) == ["19.5"]


async def test_a_collection_s_own_policy_decides(alice: User) -> None:
    write = ["put_private", BETA, "k", "$v"]
    assert (await alice.submit(write, transient=SECRET, endorsers=["betaMSP"])).code == 0
    refused = await alice.submit(
        write, transient=SECRET, endorsers=["alphaMSP", "gammaMSP", "ministryMSP"]
    )
    assert refused.code_name == "ENDORSEMENT_POLICY_FAILURE"


async def test_the_gateway_finds_no_plan_for_transient_data_of_two_members(alice: User) -> None:
    with pytest.raises(EndorseFailed) as caught:
        await alice.endorse(
            ["put_private", ALPHA, "k", "$v"], ["put_private", BETA, "k", "$v"], transient=SECRET
        )
    assert caught.value.code == "FAILED_PRECONDITION"
    assert "retry specifying trusted endorsing organizations" in caught.value.message


async def test_an_endorser_that_is_no_member_keeps_the_plaintext(
    sandbox: Sandbox, alice: User
) -> None:
    prepared = await alice.endorse(
        ["put_private", ALPHA, "k", "$v"], transient=SECRET, endorsers=["alphaMSP", "gammaMSP"]
    )
    await alice.status(await alice.order(prepared))
    kept = sandbox.consortium.peers["gammaMSP"].transient[prepared.transaction_id]
    assert any(b"19.5" in plain for _, plain in kept)
    assert not sandbox.consortium.peers["alphaMSP"].transient


async def test_a_deletion_removes_value_and_hash(alice: User) -> None:
    await alice.submit(["put_private", ALPHA, "k", "$v"], transient=SECRET, endorsers=["alphaMSP"])
    await alice.submit(["delete_private", ALPHA, "k"], endorsers=["alphaMSP"])
    assert await alice.evaluate(["get_private", ALPHA, "k"], ["hash_private", ALPHA, "k"]) == [
        None,
        None,
    ]


async def test_private_reads_conflict_as_public_ones_do(alice: User) -> None:
    reader = await alice.endorse(
        ["get_private", ALPHA, "k"], ["put_private", ALPHA, "x", "1"], endorsers=["alphaMSP"]
    )
    await alice.submit(["put_private", ALPHA, "k", "$v"], transient=SECRET, endorsers=["alphaMSP"])
    assert (await alice.status(await alice.order(reader))).code_name == "MVCC_READ_CONFLICT"


async def test_an_unknown_collection_is_named(alice: User) -> None:
    results = await alice.evaluate(
        ["attempt", ["get_private", "values-x", "k"]],
        ["attempt", ["hash_private", "values-x", "k"]],
    )
    assert results[0][1].endswith("collection credits/probe/values-x could not be found")
    assert results[1][1].endswith(
        "collection [values-x] not defined in the collection config for chaincode [probe]"
    )
    with pytest.raises(EvaluateFailed) as caught:
        await alice.evaluate(["attempt", ["put_private", "values-x", "k", "v"]])
    assert crash("WRITE_BATCH_STATE") in caught.value.details[0].message
