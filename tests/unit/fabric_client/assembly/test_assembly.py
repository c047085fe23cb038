from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fabric_protos.common import common_pb2
from fabric_protos.peer import proposal_pb2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fabric_client import SigningIdentity, ecdsa
from fabric_client.assembly import (
    VALIDATION_PARAMETER,
    ProposalContent,
    all_of,
    endorse,
    envelope_payload,
    policy_principals,
    policy_write,
    response_payload,
    transaction_id,
)
from fabric_client.blocks import EnvelopeInconsistentError, parse_transaction
from fabric_client.blocks.read_write_set import Namespace, Read, ReadWriteSet, Version, Write
from fabric_client.wire import MalformedMessageError

MADE_BY_HAND = ReadWriteSet(
    (
        Namespace(
            "cc",
            reads=(Read("grade", Version(3, 1)),),
            writes=(Write("grade", b"100"),),
            metadata_writes=(policy_write("grade", all_of(["betaMSP"])),),
        ),
    )
)


@pytest.fixture
def content(alice: SigningIdentity) -> ProposalContent:
    return ProposalContent(
        creator=alice.identity,
        channel_id="credits",
        chaincode_name="cc",
        arguments=(b"AddGrade", b"{}"),
        timestamp=datetime(2026, 11, 1, 12, 30, 15, 250_000, tzinfo=UTC),
        nonce=b"n" * 24,
        transient={"b": b"2", "a": b"1"},
    )


@given(
    arguments=st.lists(st.binary(max_size=16), max_size=4).map(tuple),
    moment=st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)),  # noqa: DTZ001 -- made aware below
    nonce=st.binary(max_size=32),
    transient=st.dictionaries(st.text(max_size=4), st.binary(max_size=8), max_size=3),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_parsing_undoes_serialising(
    content: ProposalContent,
    arguments: tuple[bytes, ...],
    moment: datetime,
    nonce: bytes,
    transient: dict[str, bytes],
) -> None:
    changed = replace(
        content,
        arguments=arguments,
        timestamp=moment.replace(tzinfo=UTC),
        nonce=nonce,
        transient=transient,
    )
    assert ProposalContent.parse(changed.serialize()) == changed


def test_the_same_content_gives_the_same_bytes(content: ProposalContent) -> None:
    other = replace(content, transient={"a": b"1", "b": b"2"})
    assert content.serialize() == other.serialize()


def test_the_transaction_id_is_the_hash_of_nonce_and_creator() -> None:
    assert transaction_id(b"a", b"bc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_transient_data_are_in_no_repr(content: ProposalContent) -> None:
    shown = repr(replace(content, transient={"private": b"mark=93"}))
    assert "mark=93" not in shown


def test_a_time_without_zone_is_refused(content: ProposalContent) -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 -- the very thing refused
    with pytest.raises(ValueError, match="time zone"):
        replace(content, timestamp=naive).serialize()


@pytest.mark.parametrize("change", ["tx_id", "type", "extension"])
def test_a_header_that_contradicts_the_proposal_is_refused(
    content: ProposalContent, change: str
) -> None:
    proposal = proposal_pb2.Proposal.FromString(content.serialize())
    header = common_pb2.Header.FromString(proposal.header)
    channel = common_pb2.ChannelHeader.FromString(header.channel_header)
    setattr(channel, change, {"tx_id": "0" * 64, "type": 1, "extension": b""}[change])
    header.channel_header = channel.SerializeToString()
    proposal.header = header.SerializeToString()
    with pytest.raises(MalformedMessageError):
        ProposalContent.parse(proposal.SerializeToString())


async def assembled(content: ProposalContent, *endorsers: SigningIdentity) -> bytes:
    proposal = content.serialize()
    response = response_payload(
        proposal, MADE_BY_HAND, chaincode_version="1.0", result=b"ok", event=("graded", b"e")
    )
    endorsements = [await endorse(response, endorser) for endorser in endorsers]
    return envelope_payload(proposal, response, endorsements)


async def test_an_envelope_by_hand_reads_as_a_peer_would_have_made_it(
    content: ProposalContent, alice: SigningIdentity, authority: Any
) -> None:
    endorsers = [authority.signing_identity(name, "peer0", "peer") for name in ("aMSP", "bMSP")]
    payload = await assembled(content, *endorsers)
    transaction = parse_transaction(payload, await alice.sign(payload))
    transaction.verify()
    assert transaction.endorsing_msp_ids == ("aMSP", "bMSP")
    assert transaction.action.read_write_set == MADE_BY_HAND
    assert transaction.action.chaincode_version == "1.0"
    assert transaction.arguments == content.arguments
    assert transaction.timestamp == content.timestamp
    event = transaction.action.event
    assert event is not None
    assert (event.name, event.payload) == ("graded", b"e")
    assert event.transaction_id == transaction.transaction_id == content.transaction_id


async def test_transient_data_stand_in_no_envelope(
    content: ProposalContent, authority: Any
) -> None:
    secret = replace(content, transient={"private": b"mark=93"})
    peer = authority.signing_identity("aMSP", "peer0", "peer")
    assert b"mark=93" in secret.serialize()
    assert b"mark=93" not in await assembled(secret, peer)


async def test_each_false_part_is_found(
    content: ProposalContent, alice: SigningIdentity, authority: Any
) -> None:
    peer = authority.signing_identity("aMSP", "peer0", "peer")
    payload = await assembled(content, peer)
    good = parse_transaction(payload, await alice.sign(payload))
    good.verify()
    with pytest.raises(EnvelopeInconsistentError, match="transaction id"):
        replace(good, transaction_id="0" * 64).verify()
    with pytest.raises(EnvelopeInconsistentError, match="another proposal"):
        replace(good, proposal_hash=b"").verify()
    with pytest.raises(EnvelopeInconsistentError, match="another chaincode"):
        replace(good, chaincode_name="other").verify()
    with pytest.raises(ecdsa.SignatureRefusedError):
        replace(good, response_payload=good.response_payload + b"\x00").verify()
    with pytest.raises(ecdsa.SignatureRefusedError):
        replace(good, signature=await peer.sign(payload)).verify()


def test_a_policy_names_the_peers_of_all_its_members() -> None:
    policy = all_of(["betaMSP", "alphaMSP", "betaMSP"])
    assert policy_principals(policy) == (2, ("alphaMSP", "betaMSP"))
    write = policy_write("k", policy)
    assert write.entries == ((VALIDATION_PARAMETER, policy),)


def test_bytes_that_are_no_policy_are_refused() -> None:
    with pytest.raises(MalformedMessageError):
        policy_principals(b"\xff")
