"""What a revocation did."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RevokedCertificate:
    """Serial number and authority key identifier, both hexadecimal without leading zeros."""

    serial: str
    aki: str


@dataclass(frozen=True, slots=True)
class Revocation:
    """The certificates revoked, and the authority's list of all of them (PEM) if it was asked for.

    On its own this changes nothing on a channel: the list has to enter the organization's MSP in
    the channel's configuration.
    """

    certificates: tuple[RevokedCertificate, ...]
    crl_pem: bytes | None
