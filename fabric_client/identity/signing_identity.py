from dataclasses import dataclass, field

from fabric_client import ecdsa
from fabric_client.identity.identity import Identity
from fabric_client.identity.private_key_signer import PrivateKeySigner
from fabric_client.identity.signer import Signer


@dataclass(frozen=True, slots=True)
class SigningIdentity:
    """An identity together with what signs for it."""

    identity: Identity
    signer: Signer = field(repr=False)

    @classmethod
    def from_pem(cls, msp_id: str, certificate_pem: bytes, key_pem: bytes) -> "SigningIdentity":
        """Take certificate and key from PEM.

        Raises:
            TypeError: the key is not on P-256.
            ValueError: it is no PEM key.
        """
        return cls(Identity(msp_id, certificate_pem), PrivateKeySigner.from_pem(key_pem))

    async def sign(self, message: bytes) -> bytes:
        """Sign a message; DER, low S whatever the signer gives.

        Raises:
            SignatureRefusedError: the signer gave no DER signature.
        """
        return ecdsa.to_low_s(await self.signer.sign(message))
