"""Who may propose what: identities, signatures, times, replays, and contracts that fail."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from fabric_protos.common import common_pb2
from fabric_protos.peer import proposal_pb2

from chaincode.ledger.memory.authority import P256_ORDER, Authority, serialize_identity
from chaincode.ledger.memory.errors import EndorseFailed, EvaluateFailed, SubmitFailed
from chaincode.ledger.memory.proposal import Proposal
from tests.support.certificates import START
from tests.support.sandbox import Sandbox, User


async def refusal(user: User, proposal: Proposal, signature: bytes | None = None) -> str:
    made = user.identity.sign(proposal.message) if signature is None else signature
    with pytest.raises(EvaluateFailed) as caught:
        await user.sandbox.consortium.evaluate(proposal.signed(made), at=user.identity.msp_id)
    message = caught.value.details[0].message
    # A gateway takes what a peer's filters refuse for a peer that cannot be reached.
    filtered = message.startswith(("request unauthorized", "proposal client identity expired"))
    assert caught.value.code == ("UNAVAILABLE" if filtered else "FAILED_PRECONDITION")
    return message


@pytest.mark.parametrize("minutes", [-5.01, 5.01, -60])
async def test_a_time_more_than_five_minutes_away_is_refused(alice: User, minutes: float) -> None:
    when = START + timedelta(minutes=minutes)
    message = await refusal(alice, alice.propose([["get", "k"]], timestamp=when))
    assert message.startswith("request unauthorized due to incorrect timestamp")


@pytest.mark.parametrize("minutes", [-5, 5])
async def test_a_time_within_five_minutes_is_accepted(alice: User, minutes: float) -> None:
    proposal = alice.propose([["get", "k"]], timestamp=START + timedelta(minutes=minutes))
    signed = proposal.signed(alice.identity.sign(proposal.message))
    assert await alice.sandbox.consortium.evaluate(signed, at="alphaMSP") == b"[null]"


async def test_every_endorser_looks_at_its_own_clock(sandbox: Sandbox, alice: User) -> None:
    sandbox.consortium.peers["betaMSP"].clock = lambda: START + timedelta(hours=1)
    with pytest.raises(EndorseFailed) as caught:
        await alice.endorse(["put", "k", "v"], endorsers=["alphaMSP", "betaMSP"])
    (detail,) = caught.value.details
    assert detail.msp_id == "betaMSP"
    assert "incorrect timestamp" in detail.message


async def test_a_foreign_signature_is_refused(sandbox: Sandbox, alice: User) -> None:
    proposal = alice.propose([["get", "k"]])
    foreign = sandbox.user("alphaMSP").identity.sign(proposal.message)
    message = await refusal(alice, proposal, foreign)
    assert message.endswith("access denied: channel [credits] creator org [alphaMSP]")


async def test_a_high_s_signature_is_refused(alice: User) -> None:
    proposal = alice.propose([["get", "k"]])
    r, s = decode_dss_signature(alice.identity.sign(proposal.message))
    high = encode_dss_signature(r, P256_ORDER - s)
    assert "access denied" in await refusal(alice, proposal, high)


async def test_a_signature_that_is_none_is_refused(alice: User) -> None:
    assert "access denied" in await refusal(alice, alice.propose([["get", "k"]]), b"\x00")


async def test_a_certificate_of_another_root_is_refused(sandbox: Sandbox) -> None:
    impostor = User(sandbox, Authority("alphaMSP", now=START).enrol(common_name="x"))
    message = await refusal(impostor, impostor.propose([["get", "k"]]))
    assert message.endswith("creator org [alphaMSP]")
    with pytest.raises(EndorseFailed):
        await impostor.endorse(["put", "k", "v"])


async def test_a_member_of_another_consortium_is_unknown(sandbox: Sandbox) -> None:
    stranger = User(sandbox, Authority("deltaMSP", now=START).enrol(common_name="x"))
    proposal = stranger.propose([["get", "k"]])
    signed = proposal.signed(stranger.identity.sign(proposal.message))
    with pytest.raises(EvaluateFailed) as caught:
        await sandbox.consortium.evaluate(signed, at="alphaMSP")
    assert "creator org unknown" in caught.value.details[0].message


async def test_a_revoked_certificate_is_refused(sandbox: Sandbox, alice: User) -> None:
    await alice.submit(["put", "k", "v"])
    registry = sandbox.consortium.registry
    identity = registry.deserialize(alice.identity.serialized)
    registry.revoke("alphaMSP", identity.serial_number)
    assert "access denied" in await refusal(alice, alice.propose([["get", "k"]]))


async def test_an_expired_certificate_is_refused(sandbox: Sandbox, alice: User) -> None:
    sandbox.clock.advance(days=3651)
    message = await refusal(alice, alice.propose([["get", "k"]]))
    assert message == "proposal client identity expired"


async def test_a_certificate_without_a_node_ou_is_refused(sandbox: Sandbox) -> None:
    authority = sandbox.authorities["alphaMSP"]
    odd = authority.enrol(common_name="x", unit="staff")  # type: ignore[arg-type]
    user = User(sandbox, odd)
    assert "access denied" in await refusal(user, user.propose([["get", "k"]]))


async def test_another_channel_is_not_found(alice: User) -> None:
    message = await refusal(alice, alice.propose([["get", "k"]], channel_id="learning"))
    assert message == "channel 'learning' not found"


async def test_the_transaction_id_is_bound_to_nonce_and_creator(alice: User) -> None:
    proposal = proposal_pb2.Proposal.FromString(alice.propose([["get", "k"]]).message)
    header = common_pb2.Header.FromString(proposal.header)
    channel = common_pb2.ChannelHeader.FromString(header.channel_header)
    channel.tx_id = "0" * 64
    header.channel_header = channel.SerializeToString()
    proposal.header = header.SerializeToString()
    forged = Proposal(channel.tx_id, proposal.SerializeToString())
    assert "incorrectly computed txid" in await refusal(alice, forged)


async def test_a_committed_proposal_is_not_endorsed_again(sandbox: Sandbox, alice: User) -> None:
    proposal = alice.propose([["add", "k", "x"]])
    signed = proposal.signed(alice.identity.sign(proposal.message))
    prepared = await sandbox.consortium.endorse(signed, at="alphaMSP")
    await alice.status(await alice.order(prepared))
    with pytest.raises(EndorseFailed) as caught:
        await sandbox.consortium.endorse(signed, at="alphaMSP")
    assert caught.value.details[0].message.startswith("duplicate transaction found")


async def test_an_envelope_sent_again_is_ordered_once_and_then_a_duplicate(
    sandbox: Sandbox, alice: User
) -> None:
    prepared = await alice.endorse(["add", "k", "x"])
    await alice.order(prepared)
    await alice.order(prepared)
    assert (await alice.status(prepared.transaction_id)).code == 0
    await alice.order(prepared)
    await sandbox.consortium.cut_block()
    first, second = sandbox.consortium.committed(at="alphaMSP")
    assert [item.code_name for item in first.transactions] == ["VALID"]
    assert [item.code_name for item in second.transactions] == ["DUPLICATE_TXID"]
    assert (await alice.status(prepared.transaction_id)).block_number == 1
    assert await alice.evaluate(["get", "k"]) == ["x"]


async def test_orderers_refuse_an_envelope_that_its_creator_did_not_sign(
    sandbox: Sandbox, alice: User
) -> None:
    prepared = await alice.endorse(["put", "k", "v"])
    with pytest.raises(SubmitFailed) as caught:
        await sandbox.consortium.submit(prepared.signed(b"nothing"))
    assert "FORBIDDEN" in caught.value.details[0].message


async def test_orderers_refuse_what_is_too_large(sandbox: Sandbox, alice: User) -> None:
    consortium = sandbox.consortium
    consortium.settings = replace(consortium.settings, max_envelope_bytes=1000)
    with pytest.raises(SubmitFailed, match="exceeds maximum"):
        await alice.order(await alice.endorse(["put", "k", "v"]))


async def test_a_contract_s_refusal_reaches_the_caller(alice: User) -> None:
    with pytest.raises(EvaluateFailed) as evaluated:
        await alice.evaluate(["fail", 500, "no"])
    assert evaluated.value.code == "UNKNOWN"
    assert evaluated.value.details[0].message == "chaincode response 500, no"
    with pytest.raises(EndorseFailed) as endorsed:
        await alice.endorse(["put", "k", "v"], ["fail", 404, "no"])
    assert endorsed.value.code == "ABORTED"
    assert endorsed.value.details[0].message == "chaincode response 404, no"


async def test_a_contract_s_crash_tells_its_type_and_nothing_else(alice: User) -> None:
    with pytest.raises(EvaluateFailed) as caught:
        await alice.evaluate(["crash"])
    assert caught.value.code == "ABORTED"
    assert caught.value.details[0].message == (
        "error in simulation: transaction returned with failure: the chaincode failed by ProbeCrash"
    )


async def test_an_unknown_chaincode_is_an_error(sandbox: Sandbox, alice: User) -> None:
    sandbox.consortium.peers["alphaMSP"].chaincode = replace(
        sandbox.consortium.chaincode, name="another"
    )
    with pytest.raises(EvaluateFailed, match="make sure the chaincode probe"):
        await alice.evaluate(["get", "k"])


async def test_what_a_stub_checks_by_itself(alice: User) -> None:
    results = await alice.evaluate(
        ["attempt", ["put", "", "v"]],
        ["attempt", ["put", "k", ""]],
        ["attempt", ["get", ""]],
        ["attempt", ["put", "\x00k", "v"]],
        ["attempt", ["put", "\ud800", "v"]],
        ["attempt", ["policy", "k", ["alphaMSP"]]],
        ["attempt", ["put_private", "", "k", "v"]],
        ["attempt", ["range", "\x00", ""]],
        ["attempt", ["event", "", ""]],
    )
    assert [kind for kind, _ in results] == [
        "InvalidKeyError",
        "InvalidValueError",
        "InvalidKeyError",
        "InvalidKeyError",
        "InvalidKeyError",
        "done",
        "InvalidCollectionError",
        "InvalidKeyError",
        "InvalidArgumentError",
    ]


async def test_the_invocation_says_who_and_when(alice: User) -> None:
    proposal = alice.propose([["context"]], {"secret": "s"})
    signed = proposal.signed(alice.identity.sign(proposal.message))
    answer = await alice.sandbox.consortium.evaluate(signed, at="betaMSP")
    assert proposal.transaction_id.encode() in answer
    (found,) = await alice.evaluate(["context"], transient={"secret": "s"})
    assert found["creator"] == ["alphaMSP", alice.identity.certificate.decode()]
    assert found["time"] == "2026-09-01T08:00:00+00:00"
    assert found["transient"] == {"secret": "s"}
    assert serialize_identity("alphaMSP", b"pem") != alice.identity.serialized


async def test_transient_data_is_in_no_block(sandbox: Sandbox, alice: User) -> None:
    await alice.submit(["context"], transient={"mark": "do-not-store-this"})
    (block,) = sandbox.consortium.committed(at="alphaMSP")
    whole = block.transactions[0].envelope.SerializeToString()
    assert whole.count(b"do-not-store-this") == 1  # the probe answered it: results are public
    await alice.submit(["get", "k"], transient={"mark": "nor-this"})
    block = sandbox.consortium.committed(at="alphaMSP")[-1]
    assert b"nor-this" not in block.transactions[0].envelope.SerializeToString()
