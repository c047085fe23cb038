from collections.abc import Sequence

from fabric_protos.gateway import gateway_pb2
from fabric_protos.peer import proposal_pb2

from fabric_client.assembly.proposing import ProposalContent
from fabric_client.gateway_service import GatewayService
from fabric_client.identity import Signer
from fabric_client.signable import Signable
from fabric_client.transaction import Transaction
from fabric_client.wire import MalformedMessageError, parse, serialize


class Proposal(Signable):
    """A call of a chaincode's function, to be evaluated at one peer or endorsed by several."""

    def __init__(
        self,
        service: GatewayService,
        proposal: bytes,
        *,
        signer: Signer | None,
        signature: bytes = b"",
        endorsing_organizations: Sequence[str] = (),
    ) -> None:
        """Take a proposal's bytes; callers use `Contract.new_proposal` and the gateway.

        Raises:
            MalformedMessageError: the bytes are no invocation of a chaincode.
        """
        super().__init__(proposal, signer, signature)
        self._service = service
        self._content = ProposalContent.parse(proposal)
        self._endorsing_organizations = tuple(endorsing_organizations)

    @classmethod
    def from_bytes(
        cls,
        service: GatewayService,
        proposed: bytes,
        *,
        signer: Signer | None,
        signature: bytes = b"",
    ) -> "Proposal":
        """Make a proposal again from what `to_bytes` gave.

        Raises:
            MalformedMessageError: the bytes are none, or contradict themselves.
        """
        message = parse(gateway_pb2.ProposedTransaction, proposed, "proposed transaction")
        proposal = cls(
            service,
            message.proposal.proposal_bytes,
            signer=signer,
            signature=signature or message.proposal.signature,
            endorsing_organizations=tuple(message.endorsing_organizations),
        )
        if message.transaction_id != proposal.transaction_id:
            raise MalformedMessageError("the transaction id is not that of the proposal")
        return proposal

    @property
    def transaction_id(self) -> str:
        """The id of the transaction that this may become."""
        return self._content.transaction_id

    @property
    def content(self) -> ProposalContent:
        """What the proposal says, decoded from the very bytes that are signed."""
        return self._content

    def to_bytes(self) -> bytes:
        """Give the proposal for keeping or handing on (`gateway.ProposedTransaction`)."""
        return serialize(
            gateway_pb2.ProposedTransaction(
                transaction_id=self.transaction_id,
                proposal=proposal_pb2.SignedProposal(
                    proposal_bytes=self._message, signature=self._signature
                ),
                endorsing_organizations=self._endorsing_organizations,
            )
        )

    async def evaluate(self, *, within: float | None = None) -> bytes:
        """Run the function at one peer and give its result; nothing is recorded.

        Raises:
            EvaluateError: the peer or the chaincode refused, or none was to be had.
            NotSignedError: there is neither signature nor signer.
        """
        request = gateway_pb2.EvaluateRequest(
            transaction_id=self.transaction_id,
            channel_id=self._content.channel_id,
            proposed_transaction=await self._signed(),
            target_organizations=self._endorsing_organizations,
        )
        response = await self._service.evaluate(request, within)
        return bytes(response.result.payload)

    async def endorse(self, *, within: float | None = None) -> Transaction:
        """Have the function run by as many members' peers as the policies ask for.

        Raises:
            EndorseError: they did not all endorse the same result.
            EnvelopeRefusedError: the gateway answered with another transaction.
            MalformedMessageError: its answer cannot be read.
            NotSignedError: there is neither signature nor signer.
        """
        request = gateway_pb2.EndorseRequest(
            transaction_id=self.transaction_id,
            channel_id=self._content.channel_id,
            proposed_transaction=await self._signed(),
            endorsing_organizations=self._endorsing_organizations,
        )
        response = await self._service.endorse(request, within)
        transaction = Transaction(
            self._service, response.prepared_transaction.payload, signer=self._signer
        )
        transaction.check_answers(self._message)
        return transaction

    async def _signed(self) -> proposal_pb2.SignedProposal:
        return proposal_pb2.SignedProposal(
            proposal_bytes=self._message, signature=await self.sign()
        )
