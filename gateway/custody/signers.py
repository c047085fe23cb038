"""Who signs: a key that the gateway keeps for its owner, or one that the person holds."""

import asyncio
from typing import Final, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.x509.oid import NameOID

from gateway.custody.errors import SignatureNeeded, SignatureRefused

P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""SP 800-186, section 3.2.1.3."""
_ALGORITHM: Final = ec.ECDSA(hashes.SHA256())


class Signer(Protocol):
    """Signs bytes with one key: ECDSA P-256, SHA-256, DER, low S (Fabric refuses the other)."""

    async def sign(self, message: bytes) -> bytes:
        """Sign the whole message, not a digest that somebody else computed."""


class ManagedSigner:
    """A key of the gateway's keeping, opened for one request of its owner. Shows nothing of it."""

    __slots__ = ("_key",)

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        """Take an open key; `ManagedKeys.signer` is the way to get one."""
        self._key = key

    async def sign(self, message: bytes) -> bytes:
        """Sign the message: DER, low S."""
        return await asyncio.to_thread(self._sign, message)

    def certificate_request(self, common_name: str) -> bytes:
        """Make the PKCS #10 request (PEM) by which the member's CA certifies this key."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
        request = x509.CertificateSigningRequestBuilder(name).sign(self._key, hashes.SHA256())
        return request.public_bytes(serialization.Encoding.PEM)

    def _sign(self, message: bytes) -> bytes:
        return to_low_s(self._key.sign(message, _ALGORITHM))

    def __repr__(self) -> str:
        return "ManagedSigner()"

    def __reduce__(self) -> str:
        raise TypeError("a signer is not pickled")


class HeldSigner:
    """A key that the person holds: the gateway passes bytes out and checks what comes back.

    One request ends with `SignatureNeeded`, whose message the person's program decodes, shows and
    signs; the next brings the signatures, and the same steps run through.
    """

    __slots__ = ("_public", "_returned")

    def __init__(self, public: ec.EllipticCurvePublicKey, returned: tuple[bytes, ...] = ()) -> None:
        """Take the person's certified key and the signatures (DER) that their program returned."""
        self._public = public
        self._returned = returned

    async def sign(self, message: bytes) -> bytes:
        """Give the person's signature of the message, low S.

        Raises:
            SignatureNeeded: none of the returned signatures is of this message.
        """
        for signature in self._returned:
            try:
                return verified_signature(self._public, signature, message)
            except SignatureRefused:
                continue  # it may be of the other message of this operation
        raise SignatureNeeded(message)


def verified_signature(
    public: ec.EllipticCurvePublicKey, signature: bytes, message: bytes
) -> bytes:
    """Check a signature from outside and give it in low S.

    Raises:
        SignatureRefused: not DER, or not of this message and key.
    """
    try:
        public.verify(signature, message, _ALGORITHM)
        return to_low_s(signature)
    except (InvalidSignature, ValueError) as error:
        raise SignatureRefused("the signature is not of this message and key") from error


def to_low_s(signature: bytes) -> bytes:
    """Give the one of the two equivalent DER signatures that Fabric accepts.

    Raises:
        ValueError: no DER signature.
    """
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, P256_ORDER - s))
