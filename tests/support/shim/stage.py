"""Chaincode servers and fake peers over loopback TLS, for one test."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, TypeAlias

import grpc
import grpc.aio

from chaincode.shim import ChaincodeServer, Handler, ServerTLS
from tests.support.shim.certificates import Pair, authority, issue, name
from tests.support.shim.peer import MAX_BYTES, OFFER, FakePeer
from tests.support.shim.proposals import serialized_identity


@dataclass(frozen=True)
class Certificates:
    """One root's server and client of the stream, and the creator of proposals."""

    root: Pair
    server: Pair
    client: Pair
    creator: Pair

    @property
    def tls(self) -> ServerTLS:
        return ServerTLS(
            self.server.certificate_pem, self.server.key_pem, self.root.certificate_pem
        )

    def channel(
        self, port: int, client: Pair | None = None, max_bytes: int = MAX_BYTES
    ) -> grpc.aio.Channel:
        shown = client or self.client
        credentials = grpc.ssl_channel_credentials(
            self.root.certificate_pem, shown.key_pem, shown.certificate_pem
        )
        options = [
            ("grpc.max_send_message_length", max_bytes),
            ("grpc.max_receive_message_length", max_bytes),
        ]
        return grpc.aio.secure_channel(f"localhost:{port}", credentials, options=options)

    @property
    def identity(self) -> bytes:
        return serialized_identity("alphaMSP", self.creator.certificate_pem)


def invent_certificates() -> Certificates:
    """Make a root and what it issues; the creator is a teacher."""
    root = authority()
    return Certificates(
        root,
        issue(root, name("chaincode")),
        issue(root, name("peer")),
        issue(root, name("r4nd0m", "client"), attributes={"crosscredit.role": "teacher"}),
    )


@dataclass
class Stage:
    """Starts servers and connects fake peers, and ends what it started."""

    certificates: Certificates
    stack: AsyncExitStack

    async def serve(self, handler: Handler, **options: Any) -> ChaincodeServer:
        server = ChaincodeServer(
            "credit:0123", "127.0.0.1:0", handler, self.certificates.tls, **options
        )
        await server.start()
        self.stack.push_async_callback(server.stop, 0.0)
        return server

    async def connect(self, server: ChaincodeServer, offer: Any = OFFER) -> FakePeer:
        channel = self.certificates.channel(server.port)
        peer = FakePeer(channel, self.certificates.identity, offer)
        self.stack.push_async_callback(peer.disconnect)
        await peer.connect()
        return peer

    async def play(self, handler: Handler, offer: Any = OFFER) -> FakePeer:
        return await self.connect(await self.serve(handler), offer)


Play: TypeAlias = Callable[..., Awaitable[FakePeer]]
"""`Stage.play`."""
