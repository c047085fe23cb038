"""Members that cheat, answers that are lost, crashes in the middle."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import pytest
from fabric_protos.common import common_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import proposal_response_pb2, transaction_pb2

from chaincode.ledger.memory.errors import (
    ChannelHalted,
    CommitStatusUnknown,
    EndorseFailed,
    SubmitOutcomeUnknown,
)
from chaincode.ledger.memory.faults import Stage
from chaincode.ledger.memory.peer import Peer
from chaincode.ledger.memory.proposal import unpack
from chaincode.ledger.memory.traitor import Forgery, forge, forge_results, results_of
from chaincode.ledger.policy import all_peers_of
from chaincode.ledger.stub import Stub
from tests.support.probe_chaincode import probe
from tests.support.sandbox import Sandbox, User, values_of

PAIR = ["alphaMSP", "betaMSP"]
TWO = all_peers_of(("alphaMSP", "betaMSP"))


@dataclass
class Reply:
    status: int = 200
    message: str = ""
    payload: bytes = b"[null]"


async def protected(user: User) -> None:
    await user.submit(["put", "grade", "19"], ["policy", "grade", PAIR])


@pytest.mark.parametrize(
    "forgery",
    [
        Forgery(writes={"grade": b"20"}),
        Forgery(writes={"grade": b""}),
        Forgery(policies={"grade": all_peers_of(("betaMSP",))}),
        Forgery(writes={"grade": b"20"}, policies={"grade": all_peers_of(("betaMSP",))}),
    ],
    ids=["write", "delete", "policy", "both"],
)
async def test_one_member_s_forgery_changes_nothing(sandbox: Sandbox, forgery: Forgery) -> None:
    bob = sandbox.user("betaMSP")
    await protected(bob)
    peers = sandbox.consortium.peers
    forged = forge(bob.propose([["get", "grade"]]), forgery, [peers["betaMSP"]])
    status = await bob.status(await bob.order(forged))
    assert status.code_name == "ENDORSEMENT_POLICY_FAILURE"
    assert await bob.evaluate(["get", "grade"], ["get_policy", "grade"]) == ["19", TWO.hex()]
    both = forge(bob.propose([["get", "grade"]]), forgery, [peers["alphaMSP"], peers["betaMSP"]])
    assert (await bob.status(await bob.order(both))).code_name == "VALID"


async def test_the_same_peer_twice_is_one_endorser(sandbox: Sandbox, alice: User) -> None:
    peer = sandbox.consortium.peers["alphaMSP"]
    forged = forge(alice.propose([]), Forgery(writes={"k": b"v"}), [peer, peer, peer])
    assert (await alice.status(await alice.order(forged))).code == 10


async def test_a_client_s_signature_is_no_endorsement(sandbox: Sandbox, alice: User) -> None:
    await protected(alice)
    prepared = await alice.endorse(["put", "grade", "20"], endorsers=["alphaMSP"])
    payload = common_pb2.Payload.FromString(prepared.payload)
    transaction = transaction_pb2.Transaction.FromString(payload.data)
    action = transaction_pb2.ChaincodeActionPayload.FromString(transaction.actions[0].payload)
    bob = sandbox.user("betaMSP").identity
    added = action.action.endorsements.add(endorser=bob.serialized)
    added.signature = bob.sign(action.action.proposal_response_payload + bob.serialized)
    transaction.actions[0].payload = action.SerializeToString()
    payload.data = transaction.SerializeToString()
    forged = payload.SerializeToString()
    await sandbox.consortium.submit(
        common_pb2.Envelope(payload=forged, signature=alice.identity.sign(forged))
    )
    assert (await alice.status(prepared.transaction_id)).code == 10


async def test_a_member_with_an_altered_contract_is_found_out(
    sandbox: Sandbox, alice: User
) -> None:
    async def altered(stub: Stub) -> Reply:
        await stub.put_state("k", b"other")
        return Reply()

    sandbox.consortium.peers["betaMSP"].handler = altered
    with pytest.raises(EndorseFailed) as caught:
        await alice.endorse(["put", "k", "v"], endorsers=PAIR)
    (detail,) = caught.value.details
    assert (detail.msp_id, detail.message) == ("betaMSP", "ProposalResponsePayloads do not match")
    planned = await alice.endorse(["put", "k", "v"])
    assert planned.endorsed_by == ("alphaMSP", "gammaMSP", "ministryMSP")


async def test_tampering_with_its_own_state_helps_no_member(sandbox: Sandbox, alice: User) -> None:
    await alice.submit(["put", "k", "v"])
    world = sandbox.consortium.peers["betaMSP"].ledger.world
    before = world.get("k")
    assert before is not None
    world.delete("k")
    with pytest.raises(EndorseFailed):
        await alice.endorse(["add", "k", "x"], endorsers=PAIR)
    assert await alice.evaluate(["get", "k"]) == ["v"]


@pytest.mark.parametrize("values", [{"k": b"other"}, {}])
async def test_private_values_that_do_not_fit_their_hash_are_not_kept(
    sandbox: Sandbox, alice: User, values: dict[str, bytes]
) -> None:
    name = values_of("alphaMSP")
    peers = sandbox.consortium.peers
    forged = forge(alice.propose([]), Forgery(private={name: {"k": b"value"}}), [peers["alphaMSP"]])
    peers["alphaMSP"].transient.clear()
    wrong = Forgery(private={name: values}).rwset("probe").private()
    peers["alphaMSP"].keep_private(forged.transaction_id, wrong)
    assert (await alice.status(await alice.order(forged))).code == 0
    (found,) = await alice.evaluate(["attempt", ["get_private", name, "k"]])
    assert "private data matching public hash version is not available" in found[1]


async def test_writes_to_other_namespaces_are_refused(sandbox: Sandbox, alice: User) -> None:
    peers = list(sandbox.consortium.peers.values())
    write = kv_rwset_pb2.KVRWSet(writes=[kv_rwset_pb2.KVWrite(key="k", value=b"v")])
    for namespace, code in (
        ("_lifecycle", "ENDORSEMENT_POLICY_FAILURE"),
        ("elsewhere", "INVALID_CHAINCODE"),
    ):
        forged = forge_results(alice.propose([]), results_of(namespace, write), peers)
        assert (await alice.status(await alice.order(forged))).code_name == code


async def test_results_that_are_none_are_refused(sandbox: Sandbox, alice: User) -> None:
    peers = list(sandbox.consortium.peers.values())
    forged = forge_results(alice.propose([]), b"\xff", peers)
    status = await alice.status(await alice.order(forged))
    assert status.code_name == "BAD_RWSET"


async def test_an_answer_bound_to_another_proposal_is_refused(
    sandbox: Sandbox, alice: User
) -> None:
    first, second = await alice.endorse(["put", "k", "1"]), await alice.endorse(["put", "k", "2"])
    mixed = common_pb2.Payload.FromString(first.payload)
    mixed.data = common_pb2.Payload.FromString(second.payload).data
    payload = mixed.SerializeToString()
    await sandbox.consortium.submit(
        common_pb2.Envelope(payload=payload, signature=alice.identity.sign(payload))
    )
    status = await alice.status(first.transaction_id)
    assert status.code_name == "INVALID_ENDORSER_TRANSACTION"


async def unendorsed(user: User, payload: common_pb2.Payload) -> str:
    """Order what one client made up alone; orderers look at its signature only."""
    message = payload.SerializeToString()
    envelope = common_pb2.Envelope(payload=message, signature=user.identity.sign(message))
    await user.sandbox.consortium.submit(envelope)
    header = common_pb2.ChannelHeader.FromString(payload.header.channel_header)
    return str(header.tx_id)


async def test_one_client_stops_the_channel_by_a_policy_that_nobody_endorsed(
    batched: Sandbox,
) -> None:
    """As measured on Fabric 3.1.1: peers wait for a verdict that never comes, restarted or not."""
    alice, mallory = batched.user("alphaMSP"), batched.user("betaMSP")
    peers = batched.consortium.peers
    forged = forge(
        mallory.propose([]), Forgery(policies={"k": all_peers_of(("betaMSP",))}), [peers["betaMSP"]]
    )
    payload = common_pb2.Payload.FromString(forged.payload)
    transaction = transaction_pb2.Transaction.FromString(payload.data)
    action = transaction_pb2.ChaincodeActionPayload.FromString(transaction.actions[0].payload)
    action.chaincode_proposal_payload = b""
    transaction.actions[0].payload = action.SerializeToString()
    payload.data = transaction.SerializeToString()
    identifier = await unendorsed(mallory, payload)
    await batched.consortium.cut_block()
    assert (await alice.status(identifier)).code_name == "INVALID_ENDORSER_TRANSACTION"
    again = forge(mallory.propose([]), Forgery(writes={"x": b"y"}), [peers["betaMSP"]])
    payload.header.CopyFrom(common_pb2.Payload.FromString(again.payload).header)
    await unendorsed(mallory, payload)
    await alice.order(await alice.endorse(["put", "k", "v"]))
    with pytest.raises(ChannelHalted):
        await batched.consortium.cut_block()


async def test_one_client_stops_the_channel_by_a_transaction_without_action(
    batched: Sandbox,
) -> None:
    """As measured on Fabric 3.1.1: peers crash (index out of range) at each attempt."""
    alice, mallory = batched.user("alphaMSP"), batched.user("betaMSP")
    header = unpack(mallory.propose([]).message).header
    identifier = await unendorsed(mallory, common_pb2.Payload(header=header))
    await batched.consortium.cut_block()
    assert (await alice.status(identifier)).code_name == "INVALID_ENDORSER_TRANSACTION"
    header = unpack(mallory.propose([]).message).header
    await unendorsed(mallory, common_pb2.Payload(header=header))
    await alice.order(await alice.endorse(["put", "k", "v"]))
    with pytest.raises(ChannelHalted):
        await batched.consortium.cut_block()


async def test_a_policy_that_is_none_stops_the_channel_at_the_next_write(
    sandbox: Sandbox, alice: User
) -> None:
    peers = list(sandbox.consortium.peers.values())
    broken = Forgery(writes={"k": b"v"}, policies={"k": b"\xff"})
    assert (
        await alice.status(await alice.order(forge(alice.propose([]), broken, peers)))
    ).code == 0
    with pytest.raises(EndorseFailed) as caught:
        await alice.endorse(["put", "k", "w"])
    assert "error unmarshalling SignaturePolicyEnvelope" in caught.value.details[0].message
    await alice.order(forge(alice.propose([]), Forgery(writes={"k": b"w"}), peers))
    with pytest.raises(ChannelHalted):
        await sandbox.consortium.cut_block()


async def test_a_lost_answer_leaves_the_outcome_to_the_status(
    sandbox: Sandbox, alice: User
) -> None:
    for stage, known in ((Stage.AFTER_ORDER, True), (Stage.BEFORE_ORDER, False)):
        prepared = await alice.endorse(["add", "k", "x"])
        lost = SubmitOutcomeUnknown(
            "no answer", transaction_id=prepared.transaction_id, code="UNAVAILABLE"
        )
        sandbox.consortium.faults.raise_at(stage, lost)
        with pytest.raises(SubmitOutcomeUnknown):
            await alice.order(prepared)
        if known:
            assert (await alice.status(prepared.transaction_id)).is_valid
        else:
            with pytest.raises(CommitStatusUnknown):
                await alice.status(prepared.transaction_id)
            assert (await alice.status(await alice.order(prepared))).is_valid


async def test_events_are_those_of_valid_transactions(sandbox: Sandbox, alice: User) -> None:
    first = await alice.endorse(["add", "k", "a"], ["event", "one", "1"], ["event", "two", "2"])
    second = await alice.endorse(["add", "k", "b"], ["event", "lost", ""])
    await alice.order(first)
    await alice.order(second)
    await sandbox.consortium.cut_block()
    (block,) = sandbox.consortium.committed(at="gammaMSP")
    events = [item.event for item in block.transactions]
    assert events[0] is not None
    assert (events[0].event_name, events[0].payload, events[0].tx_id) == (
        "two",
        b"2",
        first.transaction_id,
    )
    assert events[1] is None


async def test_who_follows_the_blocks_gets_old_and_new_ones(sandbox: Sandbox, alice: User) -> None:
    await alice.submit(["put", "k", "1"])
    numbers: list[int] = []

    async def follow() -> None:
        async for block in sandbox.consortium.blocks(1, at="betaMSP"):
            numbers.append(block.number)
            if len(numbers) == 2:
                return

    following = asyncio.create_task(follow())
    await asyncio.sleep(0)
    await alice.submit(["put", "k", "2"])
    await following
    assert numbers == [1, 2]


async def test_a_commit_waits_for_the_simulations_that_run(sandbox: Sandbox, alice: User) -> None:
    started, go_on = asyncio.Event(), asyncio.Event()

    async def slow(stub: Stub) -> Reply:
        before = await stub.get_state("k")
        started.set()
        await go_on.wait()
        assert await stub.get_state("k") == before
        return Reply()

    prepared = await alice.endorse(["put", "k", "v"])
    sandbox.consortium.peers["alphaMSP"].handler = slow
    reading = asyncio.create_task(alice.evaluate(["get", "k"]))
    await started.wait()
    await alice.order(prepared)
    committing = asyncio.create_task(alice.status(prepared.transaction_id))
    await asyncio.sleep(0)
    go_on.set()
    await reading
    assert (await committing).is_valid
    sandbox.consortium.peers["alphaMSP"].handler = probe
    assert await alice.evaluate(["get", "k"]) == ["v"]


def test_it_says_what_it_is(sandbox: Sandbox) -> None:
    assert sandbox.consortium.kind == "sandbox: not a ledger"
    assert not sandbox.consortium.is_ledger


async def test_a_time_that_is_no_date_is_committed_all_the_same(
    sandbox: Sandbox, alice: User
) -> None:
    """As on Fabric 3.1.1: who endorses by hand claims any time, and no committer looks at it."""
    peers = [sandbox.consortium.peers[name] for name in (*PAIR, "gammaMSP")]
    forged = forge(alice.propose([]), Forgery(writes={"k": b"v"}), peers)
    payload = common_pb2.Payload.FromString(forged.payload)
    transaction = transaction_pb2.Transaction.FromString(payload.data)
    channel = common_pb2.ChannelHeader.FromString(payload.header.channel_header)
    channel.timestamp.seconds = 10**15
    payload.header.channel_header = channel.SerializeToString()
    endorse_again(transaction, payload.header, peers)
    payload.data = transaction.SerializeToString()
    odd = payload.SerializeToString()
    await sandbox.consortium.submit(
        common_pb2.Envelope(payload=odd, signature=alice.identity.sign(odd))
    )
    assert (await alice.status(forged.transaction_id)).code_name == "VALID"
    [(_, value, time, _)] = (await alice.evaluate(["history", "k"]))[0]
    assert (value, time) == ("v", None)


def endorse_again(
    transaction: transaction_pb2.Transaction, header: common_pb2.Header, peers: Sequence[Peer]
) -> None:
    [action] = transaction.actions
    content = transaction_pb2.ChaincodeActionPayload.FromString(action.payload)
    answer = proposal_response_pb2.ProposalResponsePayload.FromString(
        content.action.proposal_response_payload
    )
    answer.proposal_hash = sha256(
        header.channel_header + header.signature_header + content.chaincode_proposal_payload
    ).digest()
    signed = answer.SerializeToString()
    content.action.proposal_response_payload = signed
    del content.action.endorsements[:]
    content.action.endorsements.extend(peer.endorse(signed) for peer in peers)
    action.payload = content.SerializeToString()
