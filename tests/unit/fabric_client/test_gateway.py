import asyncio
from datetime import UTC, datetime
from typing import Any

import grpc
import pytest
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2

from fabric_client import (
    CommitError,
    CommitStatusError,
    Connection,
    EndorseError,
    EnvelopeRefusedError,
    EvaluateError,
    Gateway,
    NotSignedError,
    OutcomeUnknownError,
    SigningIdentity,
    SubmitError,
    Timeouts,
    ecdsa,
)
from fabric_client.assembly import ProposalContent
from fabric_client.blocks import ValidationCode
from fabric_client.retry import NEVER, RetryPolicy

QUICK = RetryPolicy(initial=0.001, maximum=0.001, limit=5.0)


@pytest.fixture
def gateway(connection: Connection, alice: SigningIdentity) -> Gateway:
    return Gateway(connection, alice.identity, alice.signer, retry=NEVER)


def aborting(code: grpc.StatusCode, message: str, trailer: Any = ()) -> Any:
    async def handler(_: Any, context: Any) -> None:
        await context.abort(code, message, trailer)

    return handler


async def test_evaluate_gives_the_result_and_sends_what_was_said(
    gateway: Gateway, peer: Any, alice: SigningIdentity
) -> None:
    contract = gateway.get_network("credits").get_contract("cc")
    moment = datetime(2026, 11, 1, 12, tzinfo=UTC)
    proposal = contract.new_proposal(
        "Read",
        "ä",
        b"\x00",
        transient={"private": b"secret"},
        endorsing_organizations=["betaMSP"],
        timestamp=moment,
        nonce=b"n" * 24,
    )
    assert await proposal.evaluate() == b"result"
    [request] = peer.asked("evaluate")
    assert list(request.target_organizations) == ["betaMSP"]
    assert request.channel_id == "credits"
    content = ProposalContent.parse(request.proposed_transaction.proposal_bytes)
    assert content == ProposalContent(
        creator=alice.identity,
        channel_id="credits",
        chaincode_name="cc",
        arguments=(b"Read", "ä".encode(), b"\x00"),
        timestamp=moment,
        nonce=b"n" * 24,
        transient={"private": b"secret"},
    )
    assert request.transaction_id == content.transaction_id == proposal.transaction_id


async def test_a_contract_of_a_chaincode_is_named_in_the_function(
    gateway: Gateway, peer: Any
) -> None:
    await gateway.get_network("credits").get_contract("cc", "courses").evaluate("Read")
    [request] = peer.asked("evaluate")
    content = ProposalContent.parse(request.proposed_transaction.proposal_bytes)
    assert content.arguments == (b"courses:Read",)


async def test_submit_goes_through_every_stage(gateway: Gateway, peer: Any) -> None:
    contract = gateway.get_network("credits").get_contract("cc")
    submitted = await contract.submit("Write", "x", endorsing_organizations=["alphaMSP", "betaMSP"])
    assert submitted.result == b"result"
    assert submitted.block_number == 7
    assert submitted.status.successful
    assert submitted.transaction.content.endorsing_msp_ids == ("alphaMSP", "betaMSP")
    assert [item.msp_id for item in submitted.transaction.endorsers] == ["alphaMSP", "betaMSP"]
    assert submitted.transaction.read_write_set == peer.read_write_set
    [endorse], [submit], [status] = (
        peer.asked(name) for name in ("endorse", "submit", "commit_status")
    )
    assert list(endorse.endorsing_organizations) == ["alphaMSP", "betaMSP"]
    assert {endorse.transaction_id, submit.transaction_id} == {submitted.transaction_id}
    asked = gateway_pb2.CommitStatusRequest.FromString(status.request)
    assert (asked.transaction_id, asked.channel_id) == (submitted.transaction_id, "credits")


async def test_what_is_sent_is_signed_by_the_creator(gateway: Gateway, peer: Any) -> None:
    contract = gateway.get_network("credits").get_contract("cc")
    submitted = await contract.submit("Write")
    [submit] = peer.asked("submit")
    envelope = submit.prepared_transaction
    again = gateway.new_signed_transaction(
        gateway_pb2.PreparedTransaction(
            transaction_id=submitted.transaction_id,
            envelope=common_pb2.Envelope(payload=envelope.payload),
        ).SerializeToString(),
        envelope.signature,
    )
    again.content.verify()


async def test_every_stage_works_with_signatures_made_elsewhere(
    connection: Connection, alice: SigningIdentity, peer: Any
) -> None:
    offline = Gateway(connection, alice.identity, retry=NEVER)
    proposal = offline.get_network("credits").get_contract("cc").new_proposal("Write")
    with pytest.raises(NotSignedError):
        await proposal.endorse()
    signature = await alice.signer.sign(proposal.message)
    transaction = await offline.new_signed_proposal(proposal.to_bytes(), signature).endorse()
    signature = await alice.signer.sign(transaction.message)
    with pytest.raises(NotSignedError):
        await transaction.submit()
    signed = offline.new_signed_transaction(transaction.to_bytes(), signature)
    commit = await signed.submit()
    with pytest.raises(NotSignedError):
        await commit.status()
    signature = await alice.signer.sign(commit.message)
    status = await offline.new_signed_commit(commit.to_bytes(), signature).status()
    assert status.transaction_id == proposal.transaction_id == signed.transaction_id
    assert [name for name, _ in peer.requests] == ["endorse", "submit", "commit_status"]


async def test_a_signature_of_somebody_else_is_refused_before_anything_is_sent(
    connection: Connection, alice: SigningIdentity, authority: Any, peer: Any
) -> None:
    eve = authority.signing_identity("alphaMSP", "eve")
    offline = Gateway(connection, alice.identity, retry=NEVER)
    network = offline.get_network("credits")
    proposal = network.get_contract("cc").new_proposal("Write")
    with pytest.raises(ecdsa.SignatureRefusedError, match="does not hold"):
        offline.new_signed_proposal(proposal.to_bytes(), await eve.sign(proposal.message))
    with pytest.raises(ecdsa.SignatureRefusedError, match="DER"):
        offline.new_signed_proposal(proposal.to_bytes(), b"")
    signature = await alice.sign(proposal.message)
    transaction = await offline.new_signed_proposal(proposal.to_bytes(), signature).endorse()
    with pytest.raises(ecdsa.SignatureRefusedError, match="does not hold"):
        offline.new_signed_transaction(transaction.to_bytes(), signature)
    commit = network.new_commit(proposal.transaction_id)
    with pytest.raises(ecdsa.SignatureRefusedError, match="does not hold"):
        offline.new_signed_commit(commit.to_bytes(), signature)
    assert [name for name, _ in peer.requests] == ["endorse"]


async def test_stages_survive_being_kept_as_bytes(gateway: Gateway) -> None:
    contract = gateway.get_network("credits").get_contract("cc")
    proposal = gateway.new_proposal(contract.new_proposal("Write").to_bytes())
    transaction = gateway.new_transaction((await proposal.endorse()).to_bytes())
    await transaction.sign()
    kept = gateway.new_transaction(transaction.to_bytes())
    assert kept.is_signed
    commit = gateway.new_commit((await kept.submit()).to_bytes())
    assert (await commit.status()).successful


async def test_each_stage_fails_as_itself_with_what_the_peers_said(
    gateway: Gateway, peer: Any, trailer: Any
) -> None:
    proposal = gateway.get_network("credits").get_contract("cc").new_proposal("Write")
    said = ("peer0.beta:7051", "betaMSP", 'chaincode response 500, {"code":"no"}')
    peer.on["evaluate"] = aborting(grpc.StatusCode.UNKNOWN, "evaluate failed", trailer(2, said))
    with pytest.raises(EvaluateError) as evaluated:
        await proposal.evaluate()
    peer.on["endorse"] = aborting(grpc.StatusCode.ABORTED, "failed to endorse", trailer(10, said))
    with pytest.raises(EndorseError) as endorsed:
        await proposal.endorse()
    for error in (evaluated.value, endorsed.value):
        assert error.transaction_id == proposal.transaction_id
        [detail] = error.details
        assert (detail.address, detail.msp_id, detail.message) == said
        assert [item.status for item in error.chaincode_responses] == [500]
        assert error.chaincode_responses[0].message == '{"code":"no"}'
    assert evaluated.value.status is grpc.StatusCode.UNKNOWN
    assert "betaMSP peer0.beta:7051" in str(endorsed.value)


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        (grpc.StatusCode.FAILED_PRECONDITION, "no such channel", SubmitError),
        (grpc.StatusCode.UNAVAILABLE, "no orderer nodes available", SubmitError),
        (grpc.StatusCode.UNKNOWN, "too many requests for gateway.Gateway", SubmitError),
        (grpc.StatusCode.ABORTED, "status=FORBIDDEN", SubmitError),
        (grpc.StatusCode.UNAVAILABLE, "insufficient number of orderers", OutcomeUnknownError),
        (grpc.StatusCode.DEADLINE_EXCEEDED, "submit timeout expired", OutcomeUnknownError),
        (grpc.StatusCode.UNKNOWN, "stream removed", OutcomeUnknownError),
        (grpc.StatusCode.INTERNAL, "reset", OutcomeUnknownError),
    ],
)
async def test_a_submit_fails_surely_or_in_doubt(
    gateway: Gateway, peer: Any, code: grpc.StatusCode, message: str, kind: type[Exception]
) -> None:
    proposal = gateway.get_network("credits").get_contract("cc").new_proposal("Write")
    transaction = await proposal.endorse()
    peer.on["submit"] = aborting(code, message)
    with pytest.raises(kind) as caught:
        await transaction.submit()
    assert type(caught.value) is kind


async def test_a_submit_in_doubt_is_decided_by_the_commit_status(
    gateway: Gateway, peer: Any
) -> None:
    contract = gateway.get_network("credits").get_contract("cc")
    peer.on["submit"] = aborting(grpc.StatusCode.UNAVAILABLE, "request already processed")
    submitted = await contract.submit("Write")
    assert submitted.status.successful
    assert len(peer.asked("submit")) == 1


async def test_where_the_status_cannot_be_had_the_outcome_is_unknown(
    connection: Connection, alice: SigningIdentity, peer: Any
) -> None:
    gateway = Gateway(
        connection, alice.identity, alice.signer, retry=NEVER, timeouts=Timeouts(commit_status=0.05)
    )

    async def silent(_: Any, context: Any) -> Any:
        while not context.done():  # noqa: ASYNC110 -- the context offers nothing to wait for
            await asyncio.sleep(0.01)

    peer.on["commit_status"] = silent
    with pytest.raises(OutcomeUnknownError) as caught:
        await gateway.get_network("credits").get_contract("cc").submit("Write")
    assert isinstance(caught.value, CommitStatusError)
    assert caught.value.status is grpc.StatusCode.DEADLINE_EXCEEDED
    [request] = peer.asked("submit")
    assert caught.value.transaction_id == request.transaction_id


@pytest.mark.parametrize(("number", "name"), [(11, "MVCC_READ_CONFLICT"), (77, "CODE_77")])
async def test_an_invalid_transaction_is_a_commit_error(
    gateway: Gateway, peer: Any, number: int, name: str
) -> None:
    peer.code = number
    with pytest.raises(CommitError, match=name) as caught:
        await gateway.get_network("credits").get_contract("cc").submit("Write")
    assert caught.value.code == number
    assert caught.value.code != ValidationCode.VALID
    assert caught.value.block_number == 7


async def test_any_transaction_can_be_asked_for_by_its_id(gateway: Gateway, peer: Any) -> None:
    status = await gateway.get_network("credits").new_commit("ab" * 32).status()
    assert status.transaction_id == "ab" * 32
    [request] = peer.asked("commit_status")
    assert gateway_pb2.CommitStatusRequest.FromString(request.request).channel_id == "credits"


async def test_the_answer_to_another_proposal_is_refused(gateway: Gateway, peer: Any) -> None:
    contract = gateway.get_network("credits").get_contract("cc")
    other = contract.new_proposal("Steal")

    async def swap(_: Any, __: Any) -> Any:
        payload = await peer.endorsed(other.message)
        return gateway_pb2.EndorseResponse(
            prepared_transaction=common_pb2.Envelope(payload=payload)
        )

    peer.on["endorse"] = swap
    with pytest.raises(EnvelopeRefusedError, match="header"):
        await contract.new_proposal("Write").endorse()


async def test_another_invocation_under_the_same_header_is_refused(
    gateway: Gateway, peer: Any
) -> None:
    contract = gateway.get_network("credits").get_contract("cc")
    fixed = {"timestamp": datetime(2026, 11, 1, tzinfo=UTC), "nonce": b"n" * 24}
    other = contract.new_proposal("Steal", **fixed)

    async def swap(_: Any, __: Any) -> Any:
        payload = await peer.endorsed(other.message)
        return gateway_pb2.EndorseResponse(
            prepared_transaction=common_pb2.Envelope(payload=payload)
        )

    peer.on["endorse"] = swap
    with pytest.raises(EnvelopeRefusedError, match="invocation"):
        await contract.new_proposal("Write", **fixed).endorse()


async def test_an_answer_without_endorsements_is_refused(gateway: Gateway, peer: Any) -> None:
    peer.endorsers = []
    with pytest.raises(EnvelopeRefusedError, match="without any"):
        await gateway.get_network("credits").get_contract("cc").new_proposal("Write").endorse()


async def test_an_endorsement_that_does_not_hold_is_refused(
    gateway: Gateway, peer: Any, authority: Any
) -> None:
    honest = peer.endorsers[0]
    stranger = authority.signing_identity("alphaMSP", "stranger", "peer")
    peer.endorsers = [SigningIdentity(honest.identity, stranger.signer)]
    with pytest.raises(EnvelopeRefusedError, match="does not hold"):
        await gateway.get_network("credits").get_contract("cc").new_proposal("Write").endorse()


async def test_what_passes_by_itself_is_tried_again(
    connection: Connection, alice: SigningIdentity, peer: Any
) -> None:
    gateway = Gateway(connection, alice.identity, alice.signer, retry=QUICK)
    failures = iter(
        [
            (grpc.StatusCode.UNAVAILABLE, "failed to find any endorsing peers"),
            (grpc.StatusCode.FAILED_PRECONDITION, "no peer combination can satisfy the policy"),
        ]
    )

    async def recovering(request: Any, context: Any) -> Any:
        for failure in failures:
            await context.abort(*failure)
        return await peer._endorse(request)

    peer.on["endorse"] = recovering
    submitted = await gateway.get_network("credits").get_contract("cc").submit("Write")
    assert submitted.status.successful
    assert len({request.transaction_id for request in peer.asked("endorse")}) == 1
    assert len(peer.asked("endorse")) == 3


async def test_a_refusal_by_the_chaincode_is_not_tried_again(
    connection: Connection, alice: SigningIdentity, peer: Any
) -> None:
    gateway = Gateway(connection, alice.identity, alice.signer, retry=QUICK)
    peer.on["endorse"] = aborting(grpc.StatusCode.ABORTED, "failed to endorse")
    with pytest.raises(EndorseError):
        await gateway.get_network("credits").get_contract("cc").submit("Write")
    assert len(peer.asked("endorse")) == 1
