from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import grpc
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from chaincode.shim.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class ServerTLS:
    """Mutual TLS: what the server shows, and whom it admits.

    Attributes:
        certificate: the server's certificate, followed by its intermediates, PEM.
        key: the certificate's private key, PEM, not encrypted.
        client_roots: roots of the certificates that peers must show, PEM.
    """

    certificate: bytes
    key: bytes = field(repr=False)
    client_roots: bytes

    @classmethod
    def from_files(cls, certificate: Path, key: Path, client_roots: Path) -> "ServerTLS":
        """Read the three from files (blocking: before the server runs).

        Raises:
            ConfigurationError: a file cannot be read.
        """
        try:
            return cls(certificate.read_bytes(), key.read_bytes(), client_roots.read_bytes())
        except OSError as error:
            raise ConfigurationError(f"the TLS file cannot be read: {error}") from error

    def credentials(self) -> Any:
        """Make gRPC's credentials, which require and verify a client certificate.

        Raises:
            ConfigurationError: something is unreadable, expired, or does not belong together;
                gRPC itself would start and fail at every handshake.
        """
        self._check()
        return grpc.ssl_server_credentials(
            [(self.key, self.certificate)],
            root_certificates=self.client_roots,
            require_client_auth=True,
        )

    def _check(self) -> None:
        certificate = _certificates(self.certificate, "server certificate")[0]
        _certificates(self.client_roots, "client roots")
        try:
            public = load_pem_private_key(self.key, password=None).public_key()
        except (ValueError, TypeError) as error:
            raise ConfigurationError("the TLS key is no unencrypted private key in PEM") from error
        form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if public.public_bytes(*form) != certificate.public_key().public_bytes(*form):
            raise ConfigurationError("the TLS key does not belong to the server certificate")
        if certificate.not_valid_after_utc <= datetime.now(UTC):
            raise ConfigurationError("the server's TLS certificate has expired: enrol it anew")


def _certificates(pem: bytes, what: str) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise ConfigurationError(f"no {what} in PEM where one is needed") from error
