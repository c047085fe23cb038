from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import grpc
from fabric_protos.common import common_pb2
from fabric_protos.orderer import ab_pb2
from fabric_protos.peer import events_pb2_grpc

from fabric_client.assembly.proposing import new_nonce
from fabric_client.context import Context
from fabric_client.events.block_kind import BlockKind
from fabric_client.events.start import seek_position, seek_stop
from fabric_client.gateway_errors import EventsError
from fabric_client.gateway_service import GatewayService
from fabric_client.identity import Signer
from fabric_client.signable import Signable
from fabric_client.wire import parse, serialize, to_timestamp

_DELIVER_SEEK_INFO = 5  # common.HeaderType

# common.Status, as the deliver service answers, in gRPC's terms
_STATUS = {
    400: grpc.StatusCode.INVALID_ARGUMENT,
    403: grpc.StatusCode.PERMISSION_DENIED,
    404: grpc.StatusCode.NOT_FOUND,
    503: grpc.StatusCode.UNAVAILABLE,
}
_SUCCESS = 200


class BlockEventsRequest(Signable):
    """The request for one stream of blocks (`protos.Deliver`)."""

    def __init__(
        self,
        service: GatewayService,
        kind: BlockKind,
        payload: bytes,
        *,
        signer: Signer | None,
        signature: bytes = b"",
    ) -> None:
        """Take a request's payload; callers use `Network`.

        Raises:
            MalformedMessageError: the bytes are no payload.
        """
        super().__init__(payload, signer, signature)
        parse(common_pb2.Payload, payload, "block events request")
        self._service = service
        self._kind = kind

    @classmethod
    def of(
        cls,
        context: Context,
        channel_id: str,
        kind: BlockKind,
        *,
        start_block: int | None,
        stop_block: int | None,
    ) -> "BlockEventsRequest":
        """Make a request from one block to another; without a start, from the next commit on.

        The request is bound to the connection's TLS certificate (`common/deliver/binding.go`).
        """
        channel_header = common_pb2.ChannelHeader(
            type=_DELIVER_SEEK_INFO,
            timestamp=to_timestamp(datetime.now(UTC)),
            channel_id=channel_id,
            tls_cert_hash=context.service.connection.tls_certificate_hash,
        )
        signature_header = common_pb2.SignatureHeader(
            creator=context.identity.serialize(), nonce=new_nonce()
        )
        seek = ab_pb2.SeekInfo(start=seek_position(start_block), stop=seek_stop(stop_block))
        payload = common_pb2.Payload(
            header=common_pb2.Header(
                channel_header=serialize(channel_header),
                signature_header=serialize(signature_header),
            ),
            data=serialize(seek),
        )
        return cls(context.service, kind, serialize(payload), signer=context.signer)

    @classmethod
    def from_bytes(
        cls,
        service: GatewayService,
        kind: BlockKind,
        envelope: bytes,
        *,
        signer: Signer | None,
        signature: bytes = b"",
    ) -> "BlockEventsRequest":
        """Make a request again from what `to_bytes` gave.

        Raises:
            MalformedMessageError: the bytes are none.
        """
        message = parse(common_pb2.Envelope, envelope, "block events request")
        return cls(
            service,
            kind,
            message.payload,
            signer=signer,
            signature=signature or message.signature,
        )

    def to_bytes(self) -> bytes:
        """Give the request for keeping or handing on (`common.Envelope`)."""
        return serialize(common_pb2.Envelope(payload=self._message, signature=self._signature))

    async def responses(self) -> AsyncIterator[Any]:
        """Open the stream and give each `peer.DeliverResponse` that carries a block.

        It ends after the last block wanted.

        Raises:
            EventsError: the peer refused, or the stream broke off.
            NotSignedError: there is neither signature nor signer.
        """
        envelope = common_pb2.Envelope(payload=self._message, signature=await self.sign())
        stub = events_pb2_grpc.DeliverStub(self._service.connection.channel)
        call = getattr(stub, self._kind.value)()
        try:
            await call.write(envelope)
            async for response in call:
                if response.WhichOneof("Type") != "status":
                    yield response
                elif response.status == _SUCCESS:
                    return
                else:
                    status = _STATUS.get(response.status, grpc.StatusCode.UNKNOWN)
                    raise EventsError("", status, f"the peer answered {response.status}")
        except grpc.aio.AioRpcError as error:
            raise EventsError("", error.code(), error.details() or "") from error
        finally:
            call.cancel()
