from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AuthorityInfo:
    """What an authority says of itself: name, certificate chain (PEM), server version."""

    name: str
    ca_chain_pem: bytes
    version: str
