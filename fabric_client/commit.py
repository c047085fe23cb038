from fabric_protos.gateway import gateway_pb2

from fabric_client.blocks.validation_code import ValidationCode
from fabric_client.gateway_service import GatewayService
from fabric_client.identity import Identity, Signer
from fabric_client.signable import Signable
from fabric_client.status import Status
from fabric_client.wire import parse, serialize


class Commit(Signable):
    """The question how a transaction ended."""

    def __init__(
        self,
        service: GatewayService,
        request: bytes,
        *,
        signer: Signer | None,
        signature: bytes = b"",
    ) -> None:
        """Take a request's bytes; callers use `Transaction.submit` and the gateway.

        Raises:
            MalformedMessageError: the bytes are no request for a commit status.
        """
        super().__init__(request, signer, signature)
        self._service = service
        content = parse(gateway_pb2.CommitStatusRequest, request, "commit status request")
        self._transaction_id: str = content.transaction_id
        self._identity = Identity.deserialize(content.identity, "identity of the request")

    @classmethod
    def of(
        cls,
        service: GatewayService,
        *,
        channel_id: str,
        transaction_id: str,
        identity: Identity,
        signer: Signer | None,
    ) -> "Commit":
        """Make the question for one transaction, asked by one identity."""
        request = gateway_pb2.CommitStatusRequest(
            channel_id=channel_id, transaction_id=transaction_id, identity=identity.serialize()
        )
        return cls(service, serialize(request), signer=signer)

    @classmethod
    def from_bytes(
        cls,
        service: GatewayService,
        signed_request: bytes,
        *,
        signer: Signer | None,
        signature: bytes = b"",
    ) -> "Commit":
        """Make a question again from what `to_bytes` gave.

        Raises:
            MalformedMessageError: the bytes are none.
        """
        message = parse(
            gateway_pb2.SignedCommitStatusRequest, signed_request, "signed commit status request"
        )
        return cls(
            service, message.request, signer=signer, signature=signature or message.signature
        )

    @property
    def transaction_id(self) -> str:
        """The transaction's id."""
        return self._transaction_id

    @property
    def identity(self) -> Identity:
        """Who asks."""
        return self._identity

    def to_bytes(self) -> bytes:
        """Give the question for keeping or handing on (`gateway.SignedCommitStatusRequest`)."""
        return serialize(
            gateway_pb2.SignedCommitStatusRequest(request=self._message, signature=self._signature)
        )

    async def status(self, *, within: float | None = None) -> Status:
        """Wait for the commit and tell how it ended.

        A transaction that nobody ever submitted is waited for until the time is up.

        Raises:
            CommitStatusError: the status could not be had; the outcome is not known.
            NotSignedError: there is neither signature nor signer.
        """
        request = gateway_pb2.SignedCommitStatusRequest(
            request=self._message, signature=await self.sign()
        )
        response = await self._service.commit_status(request, self._transaction_id, within)
        return Status(
            transaction_id=self._transaction_id,
            block_number=response.block_number,
            code=ValidationCode(response.result),
        )
