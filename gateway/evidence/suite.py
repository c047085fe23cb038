"""The one HPKE suite (RFC 9180, base mode) of sealed work.

MLKEM768-X25519, HKDF-SHA256, ChaCha20-Poly1305: the suite with KEM 0x647a for which
draft-ietf-hpke-pq publishes vectors, so that the library is held to them byte by byte. The
single-shot interface authenticates its context through `info` (RFC 9180, section 8.1).
"""

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from gateway.evidence.errors import WrapRefused
from gateway.evidence.keys import SealingPrivateKey, SealingPublicKey

SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


def hpke_seal(recipient: SealingPublicKey, *, info: bytes, plaintext: bytes) -> bytes:
    """Seal to one recipient: 1120 bytes of encapsulated key, then ciphertext and tag."""
    return SUITE.encrypt(plaintext, recipient.hpke, info=info)


def hpke_open(private: SealingPrivateKey, *, info: bytes, sealed: bytes) -> bytes:
    """Open what `hpke_seal` made for this key and this `info`.

    Raises:
        WrapRefused: another key, another context, or altered bytes: HPKE does not tell which.
    """
    try:
        return SUITE.decrypt(sealed, private.hpke, info=info)
    except (InvalidTag, ValueError) as error:
        raise WrapRefused(
            "the sealed bytes do not open: altered, or made for another key or body"
        ) from error
