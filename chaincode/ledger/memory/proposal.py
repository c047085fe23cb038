"""Proposals: made by clients, unpacked and checked by peers, in Fabric's own messages.

After Fabric's core/endorser/msgvalidation.go and protoutil.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from fabric_protos.common import common_pb2
from fabric_protos.peer import chaincode_pb2, proposal_pb2
from google.protobuf.message import DecodeError
from google.protobuf.timestamp_pb2 import Timestamp

from chaincode.ledger.memory.errors import ProposalRefused


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal that its creator has yet to sign."""

    transaction_id: str
    message: bytes

    def signed(self, signature: bytes) -> proposal_pb2.SignedProposal:
        """The proposal with its creator's signature over `message`."""
        return proposal_pb2.SignedProposal(proposal_bytes=self.message, signature=signature)


@dataclass(frozen=True, slots=True)
class Invocation:
    """What a peer finds in a proposal."""

    transaction_id: str
    channel_id: str
    header_type: int
    epoch: int
    timestamp: datetime
    nonce: bytes
    creator: bytes
    chaincode: str
    arguments: tuple[bytes, ...]
    transient: Mapping[str, bytes]
    proposal_hash: bytes
    header: common_pb2.Header
    public_payload: bytes


def transaction_id(nonce: bytes, creator: bytes) -> str:
    """SHA-256 of nonce and serialized creator, hexadecimal."""
    return sha256(nonce + creator).hexdigest()


def propose(
    *,
    channel_id: str,
    chaincode: str,
    creator: bytes,
    arguments: Sequence[bytes],
    timestamp: datetime,
    nonce: bytes,
    transient: Mapping[str, bytes] | None = None,
) -> Proposal:
    """Make a proposal as Fabric's client libraries do; the nonce must never be used again."""
    identifier = transaction_id(nonce, creator)
    chaincode_id = chaincode_pb2.ChaincodeID(name=chaincode)
    stamp = Timestamp()
    stamp.FromDatetime(timestamp)
    channel = common_pb2.ChannelHeader(
        type=common_pb2.ENDORSER_TRANSACTION,
        timestamp=stamp,
        channel_id=channel_id,
        tx_id=identifier,
        extension=proposal_pb2.ChaincodeHeaderExtension(
            chaincode_id=chaincode_id
        ).SerializeToString(),
    )
    header = common_pb2.Header(
        channel_header=channel.SerializeToString(),
        signature_header=common_pb2.SignatureHeader(
            creator=creator, nonce=nonce
        ).SerializeToString(),
    )
    invocation = chaincode_pb2.ChaincodeInvocationSpec(
        chaincode_spec=chaincode_pb2.ChaincodeSpec(
            chaincode_id=chaincode_id, input=chaincode_pb2.ChaincodeInput(args=arguments)
        )
    )
    payload = proposal_pb2.ChaincodeProposalPayload(
        input=invocation.SerializeToString(), TransientMap=transient or {}
    )
    message = proposal_pb2.Proposal(
        header=header.SerializeToString(), payload=payload.SerializeToString()
    ).SerializeToString()
    return Proposal(identifier, bytes(message))


def unpack(message: bytes) -> Invocation:
    """Read a proposal.

    Raises:
        ProposalRefused: it is none.
    """
    try:
        return _unpack(message)
    except (DecodeError, ValueError) as error:
        raise ProposalRefused(f"failed parsing proposal: {error}") from error


def _unpack(message: bytes) -> Invocation:
    proposal = proposal_pb2.Proposal.FromString(message)
    header = common_pb2.Header.FromString(proposal.header)
    channel = common_pb2.ChannelHeader.FromString(header.channel_header)
    signature = common_pb2.SignatureHeader.FromString(header.signature_header)
    extension = proposal_pb2.ChaincodeHeaderExtension.FromString(channel.extension)
    payload = proposal_pb2.ChaincodeProposalPayload.FromString(proposal.payload)
    invocation = chaincode_pb2.ChaincodeInvocationSpec.FromString(payload.input)
    if not extension.chaincode_id.name:
        raise ProposalRefused("ChaincodeHeaderExtension.ChaincodeId.Name is empty")
    public = proposal_pb2.ChaincodeProposalPayload(input=payload.input).SerializeToString()
    return Invocation(
        transaction_id=channel.tx_id,
        channel_id=channel.channel_id,
        header_type=channel.type,
        epoch=channel.epoch,
        timestamp=channel.timestamp.ToDatetime(UTC),
        nonce=signature.nonce,
        creator=signature.creator,
        chaincode=extension.chaincode_id.name,
        arguments=tuple(invocation.chaincode_spec.input.args),
        transient=dict(payload.TransientMap),
        proposal_hash=hash_proposal(header, public),
        header=header,
        public_payload=public,
    )


def hash_proposal(header: common_pb2.Header, public_payload: bytes) -> bytes:
    """SHA-256 of both headers and the payload without transient data: what endorsers sign."""
    return sha256(header.channel_header + header.signature_header + public_payload).digest()
