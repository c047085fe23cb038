from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2

from fabric_client.assembly.proposing import ProposalParts
from fabric_client.blocks.read_write_set import ReadWriteSet
from fabric_client.blocks.transaction_envelope import TransactionEnvelope
from fabric_client.blocks.transaction_parser import parse_transaction
from fabric_client.commit import Commit
from fabric_client.errors import FabricClientError
from fabric_client.gateway_errors import EnvelopeRefusedError
from fabric_client.gateway_service import GatewayService
from fabric_client.identity import Identity, Signer
from fabric_client.signable import Signable
from fabric_client.wire import MalformedMessageError, parse, serialize


class Transaction(Signable):
    """An endorsed transaction, to be submitted to the orderers."""

    def __init__(
        self,
        service: GatewayService,
        payload: bytes,
        *,
        signer: Signer | None,
        signature: bytes = b"",
    ) -> None:
        """Take an envelope's payload; callers use `Proposal.endorse` and the gateway.

        Raises:
            MalformedMessageError: the bytes are no endorsed transaction.
        """
        super().__init__(payload, signer, signature)
        self._service = service
        self._content = parse_transaction(payload, signature)

    @classmethod
    def from_bytes(
        cls,
        service: GatewayService,
        prepared: bytes,
        *,
        signer: Signer | None,
        signature: bytes = b"",
    ) -> "Transaction":
        """Make a transaction again from what `to_bytes` gave.

        Raises:
            MalformedMessageError: the bytes are none, or contradict themselves.
        """
        message = parse(gateway_pb2.PreparedTransaction, prepared, "prepared transaction")
        transaction = cls(
            service,
            message.envelope.payload,
            signer=signer,
            signature=signature or message.envelope.signature,
        )
        if message.transaction_id != transaction.transaction_id:
            raise MalformedMessageError("the transaction id is not that of the envelope")
        return transaction

    @property
    def transaction_id(self) -> str:
        """The transaction's id."""
        return self._content.transaction_id

    @property
    def content(self) -> TransactionEnvelope:
        """What the transaction says, decoded from the very bytes that are signed."""
        return self._content

    @property
    def result(self) -> bytes:
        """What the function returned."""
        return self._content.action.result

    @property
    def endorsers(self) -> tuple[Identity, ...]:
        """Who endorsed."""
        return tuple(item.endorser for item in self._content.endorsements)

    @property
    def read_write_set(self) -> ReadWriteSet:
        """What the function read and means to write."""
        return self._content.action.read_write_set

    def to_bytes(self) -> bytes:
        """Give the transaction for keeping or handing on (`gateway.PreparedTransaction`)."""
        return serialize(
            gateway_pb2.PreparedTransaction(
                transaction_id=self.transaction_id,
                envelope=common_pb2.Envelope(payload=self._message, signature=self._signature),
            )
        )

    def check_answers(self, proposal: bytes) -> None:
        """Check that this is the endorsed answer to a proposal, and no other transaction.

        Raises:
            EnvelopeRefusedError: it is another, or an endorser's signature does not hold.
            MalformedMessageError: the proposal cannot be read.
        """
        parts = ProposalParts.parse(proposal)
        envelope = parse(common_pb2.Payload, self._message, "payload")
        if serialize(envelope.header) != serialize(parts.header):
            raise EnvelopeRefusedError("the gateway answered with another transaction's header")
        if self._content.proposal_hash != parts.hash:
            raise EnvelopeRefusedError("the gateway answered with another invocation")
        if not self._content.endorsements:
            raise EnvelopeRefusedError("the gateway answered without any endorsement")
        try:
            self._content.verify_consistency()
            self._content.verify_endorsements()
        except FabricClientError as error:
            raise EnvelopeRefusedError(f"the gateway's answer does not hold: {error}") from error

    async def submit(self, *, within: float | None = None) -> Commit:
        """Hand the transaction to the orderers.

        It may be called again after `OutcomeUnknownError`: the envelope stays the same, and at most
        one of two same envelopes is valid.

        Raises:
            SubmitError: it was refused before an orderer could take it.
            OutcomeUnknownError: an orderer may have it: ask `new_commit` for the status.
            NotSignedError: there is neither signature nor signer.
        """
        envelope = common_pb2.Envelope(payload=self._message, signature=await self.sign())
        request = gateway_pb2.SubmitRequest(
            transaction_id=self.transaction_id,
            channel_id=self._content.channel_id,
            prepared_transaction=envelope,
        )
        await self._service.submit(request, within)
        return self.new_commit()

    def new_commit(self) -> Commit:
        """Make the question for the commit status, asked as the transaction's creator."""
        return Commit.of(
            self._service,
            channel_id=self._content.channel_id,
            transaction_id=self.transaction_id,
            identity=self._content.creator,
            signer=self._signer,
        )
