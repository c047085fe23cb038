from dataclasses import dataclass
from hashlib import sha256
from types import TracebackType
from typing import Any, Self

import grpc
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

_LARGEST_MESSAGE = 100 * 1024 * 1024  # what Fabric's own peers and clients allow
_OPTIONS = (
    ("grpc.max_send_message_length", _LARGEST_MESSAGE),
    ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
    # A peer disconnects clients that ping faster than once a minute (core/comm MinInterval).
    ("grpc.keepalive_time_ms", 120_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    # What is sent again is this package's decision, by stage.
    ("grpc.enable_retries", 0),
)


@dataclass(frozen=True, slots=True)
class ClientTls:
    """Certificate (chain) and key by which a client shows itself in mutual TLS; both PEM."""

    certificate_pem: bytes
    key_pem: bytes

    def __repr__(self) -> str:
        """Show nothing of the key."""
        return "ClientTls(...)"


class Connection:
    """A TLS connection to one peer, shared by any number of gateways and identities.

    An asynchronous context manager; it connects when it is first used.
    """

    def __init__(
        self,
        address: str,
        tls_roots_pem: bytes,
        *,
        client: ClientTls | None = None,
        server_name: str | None = None,
    ) -> None:
        """Prepare a connection, from within a running event loop.

        Args:
            address: `host:port`.
            tls_roots_pem: the only roots that the peer's TLS certificate may chain to.
            client: for peers that ask for mutual TLS.
            server_name: the name to find in the peer's certificate, if not the host.

        Raises:
            ValueError: the client's certificate is no PEM certificate, or there are no roots.
        """
        if not tls_roots_pem.strip():
            raise ValueError("without roots no peer's certificate can be checked")
        self.address = address
        self._client_certificate = (
            x509.load_pem_x509_certificate(client.certificate_pem) if client else None
        )
        credentials = grpc.ssl_channel_credentials(
            root_certificates=tls_roots_pem,
            private_key=client.key_pem if client else None,
            certificate_chain=client.certificate_pem if client else None,
        )
        options = list(_OPTIONS)
        named = [("grpc.ssl_target_name_override", server_name)] if server_name else []
        self._channel = grpc.aio.secure_channel(address, credentials, options=[*options, *named])

    @property
    def channel(self) -> Any:
        """The `grpc.aio.Channel`."""
        return self._channel

    @property
    def tls_certificate_hash(self) -> bytes:
        """SHA-256 of the client's TLS certificate, to which a peer binds event requests."""
        if self._client_certificate is None:
            return b""
        return sha256(self._client_certificate.public_bytes(Encoding.DER)).digest()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connection; calls under way are cancelled."""
        await self._channel.close()
