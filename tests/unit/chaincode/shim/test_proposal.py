import hashlib
import struct
from datetime import UTC, datetime
from typing import Any

import pytest
from fabric_protos.common import common_pb2
from fabric_protos.peer import proposal_pb2

from chaincode.shim import InvalidProposalError, Proposal
from tests.support.shim.proposals import MOMENT, NONCE, serialized_identity, signed_proposal

CREATOR = serialized_identity("alphaMSP", b"a certificate")


def test_a_proposal_is_decoded() -> None:
    signed = signed_proposal(CREATOR, transient={"private": b"secret"}, epoch=7)
    proposal = Proposal.from_proto(signed)
    assert proposal.creator.msp_id == "alphaMSP"
    assert proposal.nonce == NONCE
    assert proposal.timestamp == MOMENT
    assert proposal.timestamp.tzinfo is UTC
    assert proposal.transient == {"private": b"secret"}
    assert proposal.signature == b"a signature"
    binding = hashlib.sha256(NONCE + CREATOR + struct.pack("<Q", 7)).digest()
    assert proposal.binding == binding


def test_its_text_shows_nothing_private() -> None:
    signed = signed_proposal(CREATOR, transient={"private": b"secret"})
    assert "secret" not in repr(Proposal.from_proto(signed))


def test_transient_data_cannot_be_changed() -> None:
    proposal = Proposal.from_proto(signed_proposal(CREATOR, transient={"private": b"secret"}))
    with pytest.raises(TypeError):
        proposal.transient["private"] = b""


@pytest.mark.parametrize(
    "signed",
    [
        proposal_pb2.SignedProposal(),
        proposal_pb2.SignedProposal(proposal_bytes=b"\xff\xff"),
        signed_proposal(CREATOR, kind=common_pb2.CONFIG_UPDATE),
        signed_proposal(CREATOR, moment=None),
        signed_proposal(b""),
    ],
    ids=["missing", "undecodable", "other type", "no time", "no creator"],
)
def test_an_incomplete_proposal_is_refused(signed: Any) -> None:
    with pytest.raises(InvalidProposalError):
        Proposal.from_proto(signed)


def test_an_impossible_time_is_refused() -> None:
    signed = signed_proposal(CREATOR, moment=datetime(2026, 1, 1, tzinfo=UTC))
    proposal = proposal_pb2.Proposal.FromString(signed.proposal_bytes)
    header = common_pb2.Header.FromString(proposal.header)
    channel = common_pb2.ChannelHeader.FromString(header.channel_header)
    channel.timestamp.seconds = 2**62
    header.channel_header = channel.SerializeToString()
    proposal.header = header.SerializeToString()
    signed.proposal_bytes = proposal.SerializeToString()
    with pytest.raises(InvalidProposalError, match="no date"):
        Proposal.from_proto(signed)
