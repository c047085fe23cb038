import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, Final, Self

import grpc
import grpc.aio
import structlog

from chaincode.shim.errors import ConfigurationError, ProtocolError
from chaincode.shim.handler import Handler
from chaincode.shim.limits import MAX_MESSAGE_BYTES
from chaincode.shim.server_tls import ServerTLS
from chaincode.shim.session import Session

_HANG_UP_SECONDS: Final = 2.0
_log = structlog.get_logger(__name__)


class ChaincodeServer:
    """A chaincode as a service: peers connect, register it, and send it transactions.

    Serves `protos.Chaincode/Connect` to any number of peers, each with any number of transactions
    at once, all in one event loop: functions must not block.
    """

    def __init__(
        self,
        chaincode_id: str,
        address: str,
        handler: Handler,
        tls: ServerTLS | None,
        *,
        insecure_plaintext_for_tests: bool = False,
        max_message_bytes: int = MAX_MESSAGE_BYTES,
    ) -> None:
        """Take what to serve and where.

        Args:
            chaincode_id: the package id that the peer has installed, `label:hash`.
            address: host and port to listen on; port 0 takes a free one.
            handler: the chaincode.
            tls: the server's certificate and whom it admits.
            insecure_plaintext_for_tests: listen without TLS; `tls` must then be None.
            max_message_bytes: bound of one message in either direction.

        Raises:
            ConfigurationError: something is missing, or TLS is neither given nor declined.
        """
        if not chaincode_id or not address:
            raise ConfigurationError("a chaincode server needs a chaincode id and an address")
        if (tls is None) != insecure_plaintext_for_tests:
            raise ConfigurationError("a chaincode server needs TLS: a certificate, key and roots")
        self._chaincode_id = chaincode_id
        self._address = address
        self._handler = handler
        self._tls = tls
        self._max_bytes = max_message_bytes
        self._server: Any = None
        self._port = 0
        self._sessions: set[Session] = set()
        self._stopping = asyncio.Event()

    @property
    def port(self) -> int:
        """The port listened on; 0 before the start."""
        return self._port

    @property
    def ready_peers(self) -> int:
        """How many streams have been registered by their peers."""
        return sum(session.is_ready for session in self._sessions)

    async def start(self) -> None:
        """Listen.

        Raises:
            ConfigurationError: the TLS material is unusable, the address taken or not ours, or
                the server was started before.
        """
        if self._server is not None:
            raise ConfigurationError("the chaincode server was started before: make a new one")
        credentials = self._tls.credentials() if self._tls is not None else None
        server = grpc.aio.server(options=_options(self._max_bytes))
        connect = grpc.stream_stream_rpc_method_handler(self._connect)
        service = grpc.method_handlers_generic_handler("protos.Chaincode", {"Connect": connect})
        server.add_generic_rpc_handlers((service,))
        try:
            if credentials is None:
                _log.warning("listening-without-tls", address=self._address)
                self._port = server.add_insecure_port(self._address)
            else:
                self._port = server.add_secure_port(self._address, credentials)
        except RuntimeError as error:
            raise ConfigurationError(
                f"cannot listen on {self._address}: is the port taken, the address this machine's?"
            ) from error
        await server.start()
        self._server = server
        _log.info("chaincode-listening", chaincode=self._chaincode_id, port=self._port)

    async def stop(self, grace: float = 10.0) -> None:
        """Refuse new transactions, let those under way end within `grace` seconds, hang up."""
        if self._server is None:
            return
        self._stopping.set()
        await asyncio.gather(
            self._server.stop(grace + _HANG_UP_SECONDS),
            *(session.drain(grace) for session in self._sessions),
        )
        _log.info("chaincode-stopped", chaincode=self._chaincode_id)

    async def serve_forever(self) -> None:
        """Serve until cancelled or stopped, then stop gracefully.

        Raises:
            ConfigurationError: as `start`.
        """
        if self._server is None:
            await self.start()
        try:
            # Not gRPC's wait_for_termination: cancelled, it takes the graceful stop with it.
            await self._stopping.wait()
        finally:
            await self.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    async def _connect(self, incoming: AsyncIterator[bytes], context: Any) -> None:
        session = Session(self._chaincode_id, self._handler, self._max_bytes)
        self._sessions.add(session)
        _log.info("peer-connected", peer=context.peer())
        try:
            await session.run(incoming, context.write)
        except ProtocolError as error:
            _log.error("peer-broke-protocol", peer=context.peer(), reason=str(error))
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        finally:
            self._sessions.discard(session)
            _log.info("peer-disconnected", peer=context.peer())


def _options(max_bytes: int) -> list[tuple[str, int]]:
    """Give gRPC the bounds and keepalive of Fabric's Go chaincode server."""
    return [
        ("grpc.max_send_message_length", max_bytes),
        ("grpc.max_receive_message_length", max_bytes),
        ("grpc.keepalive_time_ms", 60_000),
        ("grpc.keepalive_timeout_ms", 20_000),
        ("grpc.keepalive_permit_without_calls", 1),
        # Peers ping every 60 s: half of that, so that none is taken for a flood by jitter.
        ("grpc.http2.min_ping_interval_without_data_ms", 30_000),
        ("grpc.server_handshake_timeout_ms", 5_000),
        # Otherwise a second server on the port would start too, and take every other stream.
        ("grpc.so_reuseport", 0),
    ]
