"""What an endorsing peer makes out of a proposal (`core/endorser/endorser.go`)."""

from fabric_protos.peer import (
    chaincode_event_pb2,
    chaincode_pb2,
    proposal_pb2,
    proposal_response_pb2,
)

from fabric_client.assembly.proposing import ProposalContent, ProposalParts
from fabric_client.blocks.endorsement import Endorsement
from fabric_client.blocks.read_write_set import ReadWriteSet
from fabric_client.blocks.read_write_set_codec import serialize_read_write_set
from fabric_client.identity import SigningIdentity
from fabric_client.wire import serialize

_OK = 200


def response_payload(
    proposal: bytes,
    read_write_set: ReadWriteSet,
    *,
    chaincode_version: str,
    result: bytes = b"",
    event: tuple[str, bytes] | None = None,
    chaincode_name: str | None = None,
) -> bytes:
    """Make the bytes that endorsers sign (`peer.ProposalResponsePayload`).

    Args:
        proposal: the proposal's bytes.
        read_write_set: what the transaction is to have read and to write.
        chaincode_version: as in the chaincode's definition on the channel.
        result: the response's payload.
        event: name and payload.
        chaincode_name: whose result it is to be; the proposal's chaincode if left out.

    Raises:
        MalformedMessageError: the proposal cannot be read.
    """
    content = ProposalContent.parse(proposal)
    name = content.chaincode_name if chaincode_name is None else chaincode_name
    action = proposal_pb2.ChaincodeAction(
        results=serialize_read_write_set(read_write_set),
        response=proposal_response_pb2.Response(status=_OK, payload=result),
        chaincode_id=chaincode_pb2.ChaincodeID(name=name, version=chaincode_version),
    )
    if event is not None:
        action.events = serialize(
            chaincode_event_pb2.ChaincodeEvent(
                chaincode_id=name,
                tx_id=content.transaction_id,
                event_name=event[0],
                payload=event[1],
            )
        )
    return serialize(
        proposal_response_pb2.ProposalResponsePayload(
            proposal_hash=ProposalParts.parse(proposal).hash, extension=serialize(action)
        )
    )


async def endorse(payload: bytes, endorser: SigningIdentity) -> Endorsement:
    """Sign a response payload as an endorser does: payload, then serialised identity."""
    identity = endorser.identity.serialize()
    return Endorsement(
        endorser=endorser.identity,
        signature=await endorser.sign(payload + identity),
        endorser_bytes=identity,
    )
