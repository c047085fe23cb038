from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec

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
        try:
            key = self.endorser.certificate().public_key()
        except ValueError:
            raise ecdsa.SignatureRefusedError("the endorser's certificate cannot be read") from None
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise ecdsa.SignatureRefusedError("the endorser's key is not on P-256")
        ecdsa.verify(key, self.signature, response_payload + self.endorser_bytes)
