"""Proposals (`peer.Proposal`), as `protoutil/proputils.go` makes them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from fabric_protos.common import common_pb2
from fabric_protos.peer import chaincode_pb2, proposal_pb2

from fabric_client.blocks.header_type import HeaderType
from fabric_client.identity import Identity
from fabric_client.wire import MalformedMessageError, parse, serialize, to_datetime, to_timestamp

_NONCE_BYTES = 24  # what Fabric's own clients use


def new_nonce() -> bytes:
    """Make the random part of a transaction id."""
    return secrets.token_bytes(_NONCE_BYTES)


def transaction_id(nonce: bytes, creator: bytes) -> str:
    """Give the id of a transaction: SHA-256 of nonce and serialised creator, hexadecimal."""
    return sha256(nonce + creator).hexdigest()


@dataclass(frozen=True, slots=True)
class ProposalContent:
    """All that a proposal says; `serialize` and `parse` are each other's inverse.

    `arguments` begins with the function's name. The values of `transient` reach the chaincode and
    stand in no block; they are in no repr either.
    """

    creator: Identity
    channel_id: str
    chaincode_name: str
    arguments: tuple[bytes, ...]
    timestamp: datetime
    nonce: bytes = field(repr=False)
    transient: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def transaction_id(self) -> str:
        """The id that follows from nonce and creator."""
        return transaction_id(self.nonce, self.creator.serialize())

    def serialize(self) -> bytes:
        """Give the proposal's bytes, which the creator signs."""
        chaincode = chaincode_pb2.ChaincodeID(name=self.chaincode_name)
        creator = self.creator.serialize()
        channel_header = common_pb2.ChannelHeader(
            type=HeaderType.ENDORSER_TRANSACTION,
            timestamp=to_timestamp(self.timestamp),
            channel_id=self.channel_id,
            tx_id=transaction_id(self.nonce, creator),
            extension=serialize(proposal_pb2.ChaincodeHeaderExtension(chaincode_id=chaincode)),
        )
        invocation = chaincode_pb2.ChaincodeInvocationSpec(
            chaincode_spec=chaincode_pb2.ChaincodeSpec(
                chaincode_id=chaincode,
                input=chaincode_pb2.ChaincodeInput(args=self.arguments),
            )
        )
        header = common_pb2.Header(
            channel_header=serialize(channel_header),
            signature_header=serialize(
                common_pb2.SignatureHeader(creator=creator, nonce=self.nonce)
            ),
        )
        payload = proposal_pb2.ChaincodeProposalPayload(
            input=serialize(invocation), TransientMap=self.transient
        )
        return serialize(
            proposal_pb2.Proposal(header=serialize(header), payload=serialize(payload))
        )

    @classmethod
    def parse(cls, proposal: bytes) -> "ProposalContent":
        """Read a proposal's bytes, so that whoever is to sign them sees what they say.

        Raises:
            MalformedMessageError: a part cannot be read, it is no invocation of a chaincode, its
                header names another chaincode, or its transaction id is not that of its nonce and
                creator.
        """
        parts = ProposalParts.parse(proposal)
        channel = parse(common_pb2.ChannelHeader, parts.header.channel_header, "channel header")
        origin = parse(common_pb2.SignatureHeader, parts.header.signature_header, "header")
        spec = parse(chaincode_pb2.ChaincodeInvocationSpec, parts.payload.input, "invocation")
        if channel.type != HeaderType.ENDORSER_TRANSACTION:
            raise MalformedMessageError("the proposal is no invocation of a chaincode")
        extension = parse(proposal_pb2.ChaincodeHeaderExtension, channel.extension, "extension")
        if extension.chaincode_id.name != spec.chaincode_spec.chaincode_id.name:
            raise MalformedMessageError("the header names another chaincode than the invocation")
        if channel.tx_id != transaction_id(origin.nonce, origin.creator):
            raise MalformedMessageError("the transaction id is not that of nonce and creator")
        return cls(
            creator=Identity.deserialize(origin.creator, "creator"),
            channel_id=channel.channel_id,
            chaincode_name=spec.chaincode_spec.chaincode_id.name,
            arguments=tuple(spec.chaincode_spec.input.args),
            timestamp=to_datetime(channel.timestamp, "timestamp"),
            nonce=origin.nonce,
            transient=dict(parts.payload.TransientMap),
        )


@dataclass(frozen=True, slots=True)
class ProposalParts:
    """A proposal's header and payload, as messages, and the payload without transient data."""

    header: Any
    payload: Any

    @classmethod
    def parse(cls, proposal: bytes) -> "ProposalParts":
        """Split a proposal.

        Raises:
            MalformedMessageError: a part cannot be read.
        """
        message = parse(proposal_pb2.Proposal, proposal, "proposal")
        return cls(
            header=parse(common_pb2.Header, message.header, "header"),
            payload=parse(proposal_pb2.ChaincodeProposalPayload, message.payload, "payload"),
        )

    @property
    def visible_payload(self) -> bytes:
        """The payload as it enters the block: without transient data."""
        return serialize(proposal_pb2.ChaincodeProposalPayload(input=self.payload.input))

    @property
    def hash(self) -> bytes:
        """The hash that endorsers sign (`protoutil.GetProposalHash1`)."""
        return sha256(
            self.header.channel_header + self.header.signature_header + self.visible_payload
        ).digest()
