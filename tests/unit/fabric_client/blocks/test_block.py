from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from fabric_protos.common import common_pb2
from fabric_protos.peer import proposal_pb2, transaction_pb2
from hypothesis import given
from hypothesis import strategies as st

from fabric_client import SigningIdentity
from fabric_client.assembly import ProposalContent, endorse, envelope_payload, response_payload
from fabric_client.blocks import HeaderType, ValidationCode, parse_block
from fabric_client.blocks.read_write_set import Namespace, ReadWriteSet, Write
from fabric_client.wire import MalformedMessageError

WRITTEN = ReadWriteSet((Namespace("cc", writes=(Write("k", b"v"),)),))


async def envelope(alice: SigningIdentity, peer: SigningIdentity) -> bytes:
    proposal = ProposalContent(
        creator=alice.identity,
        channel_id="credits",
        chaincode_name="cc",
        arguments=(b"Write",),
        timestamp=datetime(2026, 11, 1, tzinfo=UTC),
        nonce=b"n" * 24,
    ).serialize()
    response = response_payload(proposal, WRITTEN, chaincode_version="1", event=("e", b"p"))
    payload = envelope_payload(proposal, response, [await endorse(response, peer)])
    message = common_pb2.Envelope(payload=payload, signature=await alice.sign(payload))
    return bytes(message.SerializeToString())


async def test_a_block_is_taken_apart(chain: Any, alice: SigningIdentity, authority: Any) -> None:
    peer = authority.signing_identity("betaMSP", "peer0", "peer")
    data = await chain.add(await envelope(alice, peer), b"\xff\xff", codes=bytes([0, 2]))
    block = parse_block(data)
    good, bad = block.entries
    assert (block.number, block.last_config, block.is_config) == (1, 0, False)
    assert block.previous_hash == parse_block(chain.blocks[0]).hash
    assert block.computed_data_hash == block.data_hash
    assert (good.code, good.type) == (ValidationCode.VALID, HeaderType.ENDORSER_TRANSACTION)
    assert good.transaction is not None
    assert good.transaction.action.read_write_set == WRITTEN
    good.transaction.verify()
    assert (bad.code, bad.transaction) == (ValidationCode.BAD_PAYLOAD, None)
    assert bad.malformed == "the envelope cannot be read"


def with_odd_time(header: Any, _: Any) -> None:
    channel = common_pb2.ChannelHeader.FromString(header.channel_header)
    channel.timestamp.seconds = 10**15
    header.channel_header = channel.SerializeToString()


def with_odd_invocation(_: Any, content: Any) -> None:
    odd = proposal_pb2.ChaincodeProposalPayload(input=b"\xff\xff")
    content.chaincode_proposal_payload = odd.SerializeToString()


def with_odd_endorser(_: Any, content: Any) -> None:
    content.action.endorsements.add(endorser=b"\xff", signature=b"s")


@pytest.mark.parametrize("alter", [with_odd_time, with_odd_invocation, with_odd_endorser])
async def test_what_no_peer_looks_at_hides_no_valid_write(
    chain: Any, alice: SigningIdentity, authority: Any, alter: Callable[[Any, Any], None]
) -> None:
    """Tried on Fabric 3.1.1: a member that endorses by hand gets all of these committed."""
    peer = authority.signing_identity("betaMSP", "peer0", "peer")
    message = common_pb2.Envelope.FromString(await envelope(alice, peer))
    payload = common_pb2.Payload.FromString(message.payload)
    transaction = transaction_pb2.Transaction.FromString(payload.data)
    [action] = transaction.actions
    content = transaction_pb2.ChaincodeActionPayload.FromString(action.payload)
    alter(payload.header, content)
    action.payload = content.SerializeToString()
    payload.data = transaction.SerializeToString()
    message.payload = payload.SerializeToString()
    [entry] = parse_block(await chain.add(message.SerializeToString())).entries
    assert entry.transaction is not None
    found = entry.transaction
    assert found.action.read_write_set == WRITTEN
    assert found.endorsing_msp_ids == ("betaMSP",)
    assert found.chaincode_name == "cc"
    assert (found.timestamp is None) == (alter is with_odd_time)
    assert found.arguments == (None if alter is with_odd_invocation else (b"Write",))


async def test_a_block_from_an_orderer_has_no_codes(chain: Any) -> None:
    block = parse_block(await chain.add(b"", codes=b""))
    assert block.entries[0].code is None


async def test_codes_that_do_not_match_the_envelopes_are_refused(chain: Any) -> None:
    data = await chain.add(b"", b"", codes=b"\x00")
    with pytest.raises(MalformedMessageError, match="validation code"):
        parse_block(data)


@given(st.binary(max_size=64))
def test_any_bytes_are_a_block_or_refused(data: bytes) -> None:
    with suppress(MalformedMessageError):
        parse_block(data)


@pytest.mark.parametrize("number", [0, 11, 77, 255])
def test_every_code_keeps_its_number(number: int) -> None:
    code = ValidationCode(number)
    assert code == number
    assert (code == ValidationCode.VALID) is (number == 0)


def test_the_codes_are_those_of_the_protocol() -> None:
    assert {item.name: item.value for item in ValidationCode} == dict(
        transaction_pb2.TxValidationCode.items()
    )
