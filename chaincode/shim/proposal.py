import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from fabric_protos.common import common_pb2
from fabric_protos.peer import proposal_pb2
from google.protobuf.message import DecodeError

from chaincode.shim.creator import Creator
from chaincode.shim.errors import InvalidProposalError


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the signed proposal says, decoded.

    Attributes:
        signature: the creator's signature over its bytes.
        creator: who signed it.
        nonce: the creator's random bytes, which make the transaction id unique.
        timestamp: the client's claimed time, UTC, in microseconds.
        transient: private inputs, which reach no block.
        binding: SHA-256 of nonce, creator and epoch (8 bytes, little endian), which ties other
            data to this proposal.
    """

    signature: bytes = field(repr=False)
    creator: Creator
    nonce: bytes = field(repr=False)
    timestamp: datetime
    transient: Mapping[str, bytes] = field(repr=False)
    binding: bytes = field(repr=False)

    @classmethod
    def from_proto(cls, signed: Any) -> "Proposal":
        """Decode a `protos.SignedProposal` that the peer has authenticated.

        Raises:
            InvalidProposalError: a layer is missing, cannot be decoded, or is for no transaction.
        """
        try:
            proposal = proposal_pb2.Proposal.FromString(signed.proposal_bytes)
            if not proposal.header:
                raise InvalidProposalError("the invocation carries no proposal")
            header = common_pb2.Header.FromString(proposal.header)
            channel = common_pb2.ChannelHeader.FromString(header.channel_header)
            signer = common_pb2.SignatureHeader.FromString(header.signature_header)
            payload = proposal_pb2.ChaincodeProposalPayload.FromString(proposal.payload)
        except DecodeError as error:
            raise InvalidProposalError("the proposal cannot be decoded") from error
        if channel.type not in (common_pb2.ENDORSER_TRANSACTION, common_pb2.CONFIG):
            raise InvalidProposalError(f"the proposal is of type {channel.type}: no transaction")
        epoch = struct.pack("<Q", channel.epoch)
        return cls(
            signature=signed.signature,
            creator=Creator.from_bytes(signer.creator),
            nonce=signer.nonce,
            timestamp=_time(channel),
            transient=MappingProxyType(dict(payload.TransientMap)),
            binding=hashlib.sha256(signer.nonce + signer.creator + epoch).digest(),
        )


def _time(channel: Any) -> datetime:
    if not channel.HasField("timestamp"):
        raise InvalidProposalError("the proposal has no timestamp")
    try:
        moment: datetime = channel.timestamp.ToDatetime(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidProposalError("the proposal's timestamp is no date") from error
    return moment
