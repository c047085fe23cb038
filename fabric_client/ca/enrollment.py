from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Enrollment:
    """A certificate as issued, and the chain of the authority that issued it; both PEM."""

    certificate_pem: bytes
    ca_chain_pem: bytes
