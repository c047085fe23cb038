from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from fabric_protos.common import common_pb2
from fabric_protos.peer import transaction_pb2
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
