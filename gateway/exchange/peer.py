"""The other side of a request: where it is, what goes to it, what comes from it."""

from collections.abc import AsyncGenerator, AsyncIterable
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class PeerGateway:
    """Where another member's gateway is, and by which root its TLS is known."""

    msp_id: str
    origin: str
    """https://host:port, as that gateway's own configuration has it."""
    tls_roots: str
    """PEM."""


class Upload(NamedTuple):
    """A body whose digest is known before it is sent."""

    chunks: AsyncIterable[bytes]
    digest: str
    """SHA-256, hexadecimal."""
    size: int
    media_type: str


class Download(NamedTuple):
    """A body on its way in. The caller compares it with the digest that it asked for."""

    chunks: AsyncGenerator[bytes, None]
    media_type: str
