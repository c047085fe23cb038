"""Taking an endorsed transaction apart."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Any

from fabric_protos.common import common_pb2
from fabric_protos.peer import (
    chaincode_event_pb2,
    chaincode_pb2,
    proposal_pb2,
    proposal_response_pb2,
    transaction_pb2,
)

from fabric_client.blocks.chaincode_action import ChaincodeAction, ChaincodeEventRecord
from fabric_client.blocks.endorsement import Endorsement
from fabric_client.blocks.header_type import HeaderType
from fabric_client.blocks.read_write_set_codec import parse_read_write_set
from fabric_client.blocks.transaction_envelope import TransactionEnvelope
from fabric_client.identity import Identity
from fabric_client.wire import MalformedMessageError, parse, to_datetime


def parse_transaction(payload: bytes, signature: bytes = b"") -> TransactionEnvelope:
    """Take a transaction's payload (`common.Payload`) apart.

    What no peer looks at when it commits may be unreadable: see `TransactionEnvelope`.

    Raises:
        MalformedMessageError: some part cannot be read, or it is no endorser transaction.
    """
    outer = parse(common_pb2.Payload, payload, "payload")
    channel = parse(common_pb2.ChannelHeader, outer.header.channel_header, "channel header")
    if channel.type != HeaderType.ENDORSER_TRANSACTION:
        raise MalformedMessageError(f"envelope type {channel.type} is no endorser transaction")
    origin = parse(common_pb2.SignatureHeader, outer.header.signature_header, "signature header")
    content = _single_action(outer.data)
    extension = parse(
        proposal_pb2.ChaincodeHeaderExtension, channel.extension, "channel header's extension"
    )
    return TransactionEnvelope(
        transaction_id=channel.tx_id,
        channel_id=channel.channel_id,
        creator=Identity.deserialize(origin.creator, "creator"),
        creator_bytes=origin.creator,
        nonce=origin.nonce,
        timestamp=_timestamp(channel),
        chaincode_name=extension.chaincode_id.name,
        arguments=_arguments(content.chaincode_proposal_payload),
        action=parse_action(content.action.proposal_response_payload),
        endorsements=tuple(_endorsements(content.action.endorsements)),
        proposal_hash=sha256(
            outer.header.channel_header
            + outer.header.signature_header
            + content.chaincode_proposal_payload
        ).digest(),
        response_payload=content.action.proposal_response_payload,
        payload=payload,
        signature=signature,
    )


def parse_action(response_payload: bytes) -> ChaincodeAction:
    """Take apart what endorsers sign (`peer.ProposalResponsePayload`).

    Raises:
        MalformedMessageError: some part cannot be read.
    """
    outer = parse(
        proposal_response_pb2.ProposalResponsePayload, response_payload, "response payload"
    )
    action = parse(proposal_pb2.ChaincodeAction, outer.extension, "chaincode action")
    return ChaincodeAction(
        proposal_hash=outer.proposal_hash,
        chaincode_name=action.chaincode_id.name,
        chaincode_version=action.chaincode_id.version,
        status=action.response.status,
        message=action.response.message,
        result=action.response.payload,
        read_write_set=parse_read_write_set(action.results),
        event=_parse_event(action.events) if action.events else None,
    )


def _single_action(data: bytes) -> Any:
    transaction = parse(transaction_pb2.Transaction, data, "transaction")
    if len(transaction.actions) != 1:
        # core/common/validation refuses any other number.
        raise MalformedMessageError(f"the transaction has {len(transaction.actions)} actions")
    return parse(
        transaction_pb2.ChaincodeActionPayload, transaction.actions[0].payload, "action payload"
    )


def _timestamp(channel: Any) -> datetime | None:
    try:
        return to_datetime(channel.timestamp, "timestamp")
    except MalformedMessageError:
        return None


def _arguments(payload: bytes) -> tuple[bytes, ...] | None:
    try:
        proposal = parse(proposal_pb2.ChaincodeProposalPayload, payload, "proposal")
        spec = parse(chaincode_pb2.ChaincodeInvocationSpec, proposal.input, "invocation")
    except MalformedMessageError:
        return None
    return tuple(spec.chaincode_spec.input.args)


def _endorsements(messages: Iterable[Any]) -> Iterator[Endorsement]:
    for message in messages:
        # Peers pass over an endorser that they cannot read (common/policies/policy.go).
        with suppress(MalformedMessageError):
            yield Endorsement(
                endorser=Identity.deserialize(message.endorser, "endorser"),
                signature=message.signature,
                endorser_bytes=message.endorser,
            )


def _parse_event(data: bytes) -> ChaincodeEventRecord:
    message = parse(chaincode_event_pb2.ChaincodeEvent, data, "chaincode event")
    return ChaincodeEventRecord(
        chaincode_name=message.chaincode_id,
        transaction_id=message.tx_id,
        name=message.event_name,
        payload=message.payload,
    )
