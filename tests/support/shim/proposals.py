"""Signed proposals as a peer hands them to a chaincode; the signatures are invented."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fabric_protos.common import common_pb2
from fabric_protos.msp import identities_pb2
from fabric_protos.peer import chaincode_shim_pb2, proposal_pb2

MOMENT = datetime(2026, 11, 2, 9, 30, 15, 250000, tzinfo=UTC)
NONCE = b"24 bytes of randomness.."


def serialized_identity(msp_id: str, certificate: bytes) -> bytes:
    """Make a `msp.SerializedIdentity`."""
    return identities_pb2.SerializedIdentity(mspid=msp_id, id_bytes=certificate).SerializeToString()


def signed_proposal(
    creator: bytes,
    *,
    transient: Mapping[str, bytes] | None = None,
    kind: int = common_pb2.ENDORSER_TRANSACTION,
    moment: datetime | None = MOMENT,
    epoch: int = 0,
) -> Any:
    """Make a `protos.SignedProposal`."""
    channel = common_pb2.ChannelHeader(type=kind, channel_id="credits", epoch=epoch)
    if moment is not None:
        channel.timestamp.FromDatetime(moment)
    header = common_pb2.Header(
        channel_header=channel.SerializeToString(),
        signature_header=common_pb2.SignatureHeader(
            creator=creator, nonce=NONCE
        ).SerializeToString(),
    )
    payload = proposal_pb2.ChaincodeProposalPayload(TransientMap=transient or {})
    proposal = proposal_pb2.Proposal(
        header=header.SerializeToString(), payload=payload.SerializeToString()
    )
    return proposal_pb2.SignedProposal(
        proposal_bytes=proposal.SerializeToString(), signature=b"a signature"
    )


def message(kind: int, payload: bytes = b"", **fields: Any) -> Any:
    """Make a `protos.ChaincodeMessage`."""
    return chaincode_shim_pb2.ChaincodeMessage(type=kind, payload=payload, **fields)
