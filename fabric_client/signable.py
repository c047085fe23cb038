from hashlib import sha256

from fabric_client import ecdsa
from fabric_client.gateway_errors import NotSignedError
from fabric_client.identity import Identity, Signer


class Signable:
    """A message to be signed, here if there is a signer, else elsewhere.

    Elsewhere works so: hand out `to_bytes()` (to come back later) and `message` (to be signed), and
    make the object again by the gateway's `new_signed_...` with these bytes and the signature.
    """

    def __init__(self, message: bytes, signer: Signer | None, signature: bytes = b"") -> None:
        self._message = message
        self._signer = signer
        self._signature = ecdsa.to_low_s(signature) if signature else b""

    @property
    def message(self) -> bytes:
        """What the signature covers."""
        return self._message

    @property
    def digest(self) -> bytes:
        """The SHA-256 of the message, for devices that sign digests alone."""
        return sha256(self._message).digest()

    @property
    def is_signed(self) -> bool:
        """Whether a signature is there."""
        return bool(self._signature)

    async def sign(self) -> bytes:
        """Give the signature, made now if there is none; DER, low S.

        Raises:
            NotSignedError: there is neither a signature nor a signer.
            SignatureRefusedError: the signer gave no DER signature.
        """
        if not self._signature:
            if self._signer is None:
                raise NotSignedError(f"this {type(self).__name__} has no signature and no signer")
            self._signature = ecdsa.to_low_s(await self._signer.sign(self._message))
        return self._signature

    def verify_signature(self, identity: Identity) -> None:
        """Check the signature that is there, as a peer will.

        A peer calls every signature that does not hold "access denied", which names the wrong
        culprit; so one that comes from elsewhere is checked before it is sent.

        Raises:
            SignatureRefusedError: it does not hold for the message and the identity's key.
        """
        key = ecdsa.public_key(identity.certificate_pem, identity.msp_id)
        ecdsa.verify(key, self._signature, self._message)
