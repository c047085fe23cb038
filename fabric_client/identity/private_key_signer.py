from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from fabric_client import ecdsa


class PrivateKeySigner:
    """A signer over a P-256 key in memory; its repr shows nothing of the key."""

    __slots__ = ("_key",)

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        if not isinstance(key.curve, ec.SECP256R1):
            raise TypeError(f"Fabric identities sign with P-256, not with {key.curve.name}")
        self._key = key

    @classmethod
    def from_pem(cls, key_pem: bytes, password: bytes | None = None) -> "PrivateKeySigner":
        """Load a key from PEM (PKCS #8 or SEC 1).

        Raises:
            TypeError: the key is not on P-256, or a password is missing or not needed.
            ValueError: it is no PEM key, or the password is wrong.
        """
        key = serialization.load_pem_private_key(key_pem, password)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("Fabric identities sign with P-256; this is no elliptic-curve key")
        return cls(key)

    async def sign(self, message: bytes) -> bytes:
        """Sign the SHA-256 digest of the message; DER, low S."""
        return ecdsa.sign(self._key, message)
