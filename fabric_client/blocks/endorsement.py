from dataclasses import dataclass

from fabric_client import ecdsa
from fabric_client.identity import Identity


@dataclass(frozen=True, slots=True)
class Endorsement:
    """A peer's signature over a proposal response payload and its own serialised identity."""

    endorser: Identity
    signature: bytes
    endorser_bytes: bytes

    def verify(self, response_payload: bytes) -> None:
        """Check the signature against the certificate beside it; whose that is, is not asked.

        Raises:
            SignatureRefusedError: it does not hold.
        """
        key = ecdsa.public_key(self.endorser.certificate_pem, f"endorser of {self.endorser.msp_id}")
        ecdsa.verify(key, self.signature, response_payload + self.endorser_bytes)
