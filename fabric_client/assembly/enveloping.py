"""Transactions out of a proposal and its endorsements (`internal/pkg/gateway/submit.go`)."""

from collections.abc import Sequence

from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2
from fabric_protos.peer import proposal_response_pb2, transaction_pb2

from fabric_client.assembly.proposing import ProposalContent, ProposalParts
from fabric_client.blocks.endorsement import Endorsement
from fabric_client.wire import serialize


def envelope_payload(
    proposal: bytes, response_payload: bytes, endorsements: Sequence[Endorsement]
) -> bytes:
    """Make the bytes that the creator signs to submit (`common.Payload`).

    Raises:
        MalformedMessageError: the proposal cannot be read.
    """
    parts = ProposalParts.parse(proposal)
    action = transaction_pb2.ChaincodeActionPayload(
        chaincode_proposal_payload=parts.visible_payload,
        action=transaction_pb2.ChaincodeEndorsedAction(
            proposal_response_payload=response_payload,
            endorsements=[
                proposal_response_pb2.Endorsement(
                    endorser=item.endorser_bytes, signature=item.signature
                )
                for item in endorsements
            ],
        ),
    )
    transaction = transaction_pb2.Transaction(
        actions=[
            transaction_pb2.TransactionAction(
                header=parts.header.signature_header, payload=serialize(action)
            )
        ]
    )
    return serialize(common_pb2.Payload(header=parts.header, data=serialize(transaction)))


def prepared_transaction(
    proposal: bytes, response_payload: bytes, endorsements: Sequence[Endorsement]
) -> bytes:
    """Make the bytes that `Gateway.new_transaction` takes (`gateway.PreparedTransaction`).

    Raises:
        MalformedMessageError: the proposal cannot be read.
    """
    payload = envelope_payload(proposal, response_payload, endorsements)
    return serialize(
        gateway_pb2.PreparedTransaction(
            transaction_id=ProposalContent.parse(proposal).transaction_id,
            envelope=common_pb2.Envelope(payload=payload),
        )
    )
