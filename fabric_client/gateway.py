from fabric_client.commit import Commit
from fabric_client.connection import Connection
from fabric_client.context import Context
from fabric_client.events.block_events_request import BlockEventsRequest
from fabric_client.events.block_kind import BlockKind
from fabric_client.events.chaincode_events_request import ChaincodeEventsRequest
from fabric_client.gateway_service import GatewayService
from fabric_client.identity import Identity, Signer
from fabric_client.network import Network
from fabric_client.proposal import Proposal
from fabric_client.retry import RetryPolicy
from fabric_client.timeouts import Timeouts
from fabric_client.transaction import Transaction


class Gateway:
    """One identity's view of a peer's gateway.

    It is cheap: make one for each identity over one shared connection. Without a signer everything
    can be prepared, and goes on with signatures made elsewhere: `new_signed_proposal` and so on.
    """

    def __init__(
        self,
        connection: Connection,
        identity: Identity,
        signer: Signer | None = None,
        *,
        timeouts: Timeouts | None = None,
        retry: RetryPolicy | None = None,
    ) -> None:
        """Make a gateway.

        Args:
            connection: to the peer; it stays its owner's to close.
            identity: in whose name everything is done.
            signer: holds the identity's key.
            timeouts: for each kind of call.
            retry: for `evaluate`, `submit` and event streams; each single stage is tried once.
        """
        self._context = Context(
            service=GatewayService(connection, timeouts or Timeouts()),
            identity=identity,
            signer=signer,
            retry=retry or RetryPolicy(),
        )

    @property
    def identity(self) -> Identity:
        """In whose name everything is done."""
        return self._context.identity

    def get_network(self, channel_id: str) -> Network:
        """Give a channel."""
        return Network(self._context, channel_id)

    def new_proposal(self, proposed: bytes) -> Proposal:
        """Make a proposal again from its `to_bytes()`.

        Raises:
            MalformedMessageError: the bytes are none.
        """
        return Proposal.from_bytes(self._context.service, proposed, signer=self._context.signer)

    def new_signed_proposal(self, proposed: bytes, signature: bytes) -> Proposal:
        """Make a proposal again from its `to_bytes()` and a signature over its `message`.

        Raises:
            MalformedMessageError: the bytes are none.
            SignatureRefusedError: the signature does not hold.
        """
        proposal = Proposal.from_bytes(
            self._context.service, proposed, signer=None, signature=signature
        )
        proposal.verify_signature(proposal.content.creator)
        return proposal

    def new_transaction(self, prepared: bytes) -> Transaction:
        """Make a transaction again from its `to_bytes()`.

        Raises:
            MalformedMessageError: the bytes are none.
        """
        return Transaction.from_bytes(self._context.service, prepared, signer=self._context.signer)

    def new_signed_transaction(self, prepared: bytes, signature: bytes) -> Transaction:
        """Make a transaction again from its `to_bytes()` and a signature over its `message`.

        Raises:
            MalformedMessageError: the bytes are none.
            SignatureRefusedError: the signature does not hold.
        """
        transaction = Transaction.from_bytes(
            self._context.service, prepared, signer=None, signature=signature
        )
        transaction.verify_signature(transaction.content.creator)
        return transaction

    def new_commit(self, signed_request: bytes) -> Commit:
        """Make the question for a status again from its `to_bytes()`.

        Raises:
            MalformedMessageError: the bytes are none.
        """
        return Commit.from_bytes(self._context.service, signed_request, signer=self._context.signer)

    def new_signed_commit(self, signed_request: bytes, signature: bytes) -> Commit:
        """Make the question for a status again from its `to_bytes()` and a signature.

        Raises:
            MalformedMessageError: the bytes are none.
            SignatureRefusedError: the signature does not hold.
        """
        commit = Commit.from_bytes(
            self._context.service, signed_request, signer=None, signature=signature
        )
        commit.verify_signature(commit.identity)
        return commit

    def new_signed_chaincode_events_request(
        self, signed_request: bytes, signature: bytes
    ) -> ChaincodeEventsRequest:
        """Make a request for chaincode events again from its `to_bytes()` and a signature.

        Raises:
            MalformedMessageError: the bytes are none.
            SignatureRefusedError: the signature is not DER.
        """
        return ChaincodeEventsRequest.from_bytes(
            self._context.service, signed_request, signer=None, signature=signature
        )

    def new_signed_block_events_request(
        self, kind: BlockKind, envelope: bytes, signature: bytes
    ) -> BlockEventsRequest:
        """Make a request for blocks again from its `to_bytes()` and a signature.

        Raises:
            MalformedMessageError: the bytes are none.
            SignatureRefusedError: the signature is not DER.
        """
        return BlockEventsRequest.from_bytes(
            self._context.service, kind, envelope, signer=None, signature=signature
        )
