from collections.abc import AsyncIterator

from fabric_protos.gateway import gateway_pb2

from fabric_client.context import Context
from fabric_client.events.chaincode_event import ChaincodeEvent
from fabric_client.events.start import seek_position
from fabric_client.gateway_service import GatewayService
from fabric_client.identity import Signer
from fabric_client.signable import Signable
from fabric_client.wire import parse, serialize


class ChaincodeEventsRequest(Signable):
    """The request for one stream of a chaincode's events; it ends where the connection ends."""

    def __init__(
        self,
        service: GatewayService,
        request: bytes,
        *,
        signer: Signer | None,
        signature: bytes = b"",
    ) -> None:
        """Take a request's bytes; callers use `Network`.

        Raises:
            MalformedMessageError: the bytes are no such request.
        """
        super().__init__(request, signer, signature)
        parse(gateway_pb2.ChaincodeEventsRequest, request, "chaincode events request")
        self._service = service

    @classmethod
    def of(
        cls,
        context: Context,
        channel_id: str,
        chaincode_name: str,
        *,
        start_block: int | None,
        after_transaction_id: str | None,
    ) -> "ChaincodeEventsRequest":
        """Make a request from a position on; without a block, from the next commit on."""
        request = gateway_pb2.ChaincodeEventsRequest(
            channel_id=channel_id,
            chaincode_id=chaincode_name,
            identity=context.identity.serialize(),
            start_position=seek_position(start_block),
            after_transaction_id=after_transaction_id or "",
        )
        return cls(context.service, serialize(request), signer=context.signer)

    @classmethod
    def from_bytes(
        cls,
        service: GatewayService,
        signed_request: bytes,
        *,
        signer: Signer | None,
        signature: bytes = b"",
    ) -> "ChaincodeEventsRequest":
        """Make a request again from what `to_bytes` gave.

        Raises:
            MalformedMessageError: the bytes are none.
        """
        message = parse(
            gateway_pb2.SignedChaincodeEventsRequest, signed_request, "signed events request"
        )
        return cls(
            service, message.request, signer=signer, signature=signature or message.signature
        )

    def to_bytes(self) -> bytes:
        """Give the request for keeping or handing on (`gateway.SignedChaincodeEventsRequest`)."""
        return serialize(
            gateway_pb2.SignedChaincodeEventsRequest(
                request=self._message, signature=self._signature
            )
        )

    async def events(self) -> AsyncIterator[ChaincodeEvent]:
        """Open the stream.

        Raises:
            EventsError: it broke off.
            NotSignedError: there is neither signature nor signer.
        """
        request = gateway_pb2.SignedChaincodeEventsRequest(
            request=self._message, signature=await self.sign()
        )
        async for response in self._service.chaincode_events(request):
            for item in response.events:
                yield ChaincodeEvent(
                    block_number=response.block_number,
                    transaction_id=item.tx_id,
                    chaincode_name=item.chaincode_id,
                    event_name=item.event_name,
                    payload=item.payload,
                )
