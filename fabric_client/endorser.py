"""One peer asked directly (`protos.Endorser`).

For what is no matter of a gateway: installing chaincode, joining channels, the endorsement of one
member alone.
"""

from dataclasses import dataclass

import grpc
from fabric_protos.peer import peer_pb2_grpc, proposal_pb2

from fabric_client.assembly.proposing import ProposalContent
from fabric_client.blocks.chaincode_action import ChaincodeAction
from fabric_client.blocks.endorsement import Endorsement
from fabric_client.blocks.transaction_parser import parse_action
from fabric_client.connection import Connection
from fabric_client.gateway_errors import EndorseError
from fabric_client.identity import Identity, SigningIdentity

_REFUSED = 400


@dataclass(frozen=True, slots=True)
class ProposalResponse:
    """What a peer answered; without an endorsement it refused, and `message` says why.

    `payload` is what the endorsement covers (`peer.ProposalResponsePayload`), `action` the same
    decoded, `result` what the function returned.
    """

    status: int
    message: str
    result: bytes
    payload: bytes
    endorsement: Endorsement | None
    action: ChaincodeAction | None

    @property
    def endorsed(self) -> bool:
        """Whether the peer endorsed."""
        return self.endorsement is not None and self.status < _REFUSED


class Endorser:
    """A peer's endorser service."""

    def __init__(self, connection: Connection, *, timeout: float = 60.0) -> None:
        """Take a connection; each call may take `timeout` seconds."""
        self._stub = peer_pb2_grpc.EndorserStub(connection.channel)
        self._timeout = timeout

    async def process_proposal(
        self, content: ProposalContent, signer: SigningIdentity
    ) -> ProposalResponse:
        """Have a proposal signed and processed.

        Raises:
            EndorseError: the peer cannot be reached or refuses the proposal as such.
        """
        proposal = content.serialize()
        return await self.process_signed_proposal(proposal, await signer.sign(proposal))

    async def process_signed_proposal(self, proposal: bytes, signature: bytes) -> ProposalResponse:
        """Have a proposal processed that was signed elsewhere.

        Raises:
            EndorseError: the peer cannot be reached or refuses the proposal as such.
            MalformedMessageError: its answer cannot be read.
        """
        message = proposal_pb2.SignedProposal(proposal_bytes=proposal, signature=signature)
        try:
            response = await self._stub.ProcessProposal(message, timeout=self._timeout)
        except grpc.aio.AioRpcError as error:
            transaction_id = ProposalContent.parse(proposal).transaction_id
            raise EndorseError(transaction_id, error.code(), error.details() or "") from error
        given = response.endorsement
        return ProposalResponse(
            status=response.response.status,
            message=response.response.message,
            result=response.response.payload,
            payload=response.payload,
            endorsement=Endorsement(
                endorser=Identity.deserialize(given.endorser, "endorser"),
                signature=given.signature,
                endorser_bytes=given.endorser,
            )
            if given.signature
            else None,
            action=parse_action(response.payload) if given.signature else None,
        )
