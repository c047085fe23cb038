"""The HTTP Message Signatures library, with what it leaves to its caller.

It reads the clock itself and reports every failure as one type; so the time is checked by the
verifier here, with an injected clock, and what the signature covers likewise.
"""

from typing import Any, Final, Protocol

from cryptography.hazmat.primitives.asymmetric import ec
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
)
from http_message_signatures.algorithms import ECDSA_P256_SHA256

ALGORITHM: Final = ECDSA_P256_SHA256


class Signer(Protocol):
    """Signs with the gateway's own key: ECDSA P-256, SHA-256, DER."""

    async def sign(self, message: bytes) -> bytes:
        """Sign the whole message."""


class PresentedKey(HTTPSignatureKeyResolver):
    """Answers every key id with the presented certificate's key; the id is checked afterwards."""

    def __init__(self, public: ec.EllipticCurvePublicKey) -> None:
        """Take the key of the certificate that came with the request."""
        self._public = public

    def resolve_public_key(self, key_id: str) -> ec.EllipticCurvePublicKey:  # noqa: ARG002 # the library's interface
        """Give the key."""
        return self._public

    def resolve_private_key(self, key_id: str) -> None:
        """Refuse: this side only verifies."""
        raise NotImplementedError(key_id)


class TimelessVerifier(HTTPMessageVerifier):
    """Verifies the signature alone; `RequestVerifier` judges the times."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        """Leave the times to the caller, who has the clock."""


def new_signer() -> HTTPMessageSigner:
    """Make a signer whose key is elsewhere: prepare, sign asynchronously, apply."""
    return HTTPMessageSigner(signature_algorithm=ALGORITHM)
