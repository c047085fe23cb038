"""Sealing keys: MLKEM768-X25519 (X-Wing), as draft-irtf-cfrg-concrete-hybrid-kems writes them.

A private key is a seed of 32 bytes, a public key has 1216. Work must stay closed for decades, so
the exchange is hybrid: it stays closed while either half holds.
"""

import base64
import hashlib
import secrets
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

from gateway.evidence.errors import SealingKeyInvalid

SEED_BYTES: Final = 32
PUBLIC_BYTES: Final = 1216
_MLKEM_SEED_BYTES: Final = 64
_MLKEM_PUBLIC_BYTES: Final = 1184
_EXPANDED_BYTES: Final = 96
_ANY: Final = X25519PrivateKey.generate()
"""Whose exchange shows whether a point has low order."""


class SealingPublicKey:
    """To whom work is sealed."""

    __slots__ = ("_key", "_raw")

    def __init__(self, raw: bytes) -> None:
        """Take the 1216 raw bytes: ML-KEM-768 encapsulation key, then X25519 public key.

        Raises:
            SealingKeyInvalid: another length, coordinates outside the field, or a point of low
                order, with which nobody shares a secret (RFC 7748, section 6.1).
        """
        if len(raw) != PUBLIC_BYTES:
            raise SealingKeyInvalid(f"a sealing key has {PUBLIC_BYTES} bytes, this one {len(raw)}")
        try:
            point = X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC_BYTES:])
            _ANY.exchange(point)
            mlkem = MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC_BYTES])
            self._key = MLKEM768X25519PublicKey(mlkem, point)
        except ValueError as error:
            raise SealingKeyInvalid("these bytes are no MLKEM768-X25519 public key") from error
        self._raw = raw

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the form that ledger and REST carry: base64url without padding.

        Raises:
            SealingKeyInvalid: not that form, or no key.
        """
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except ValueError as error:
            raise SealingKeyInvalid("a sealing key is written in base64url") from error
        key = cls(raw)
        if key.text != text:
            raise SealingKeyInvalid("a sealing key is written in unpadded, canonical base64url")
        return key

    @property
    def raw(self) -> bytes:
        """The 1216 bytes."""
        return self._raw

    @property
    def text(self) -> str:
        """The bytes in base64url without padding."""
        return base64.urlsafe_b64encode(self._raw).rstrip(b"=").decode()

    @property
    def key_id(self) -> str:
        """SHA-256 of the raw bytes, 64 hexadecimal digits."""
        return hashlib.sha256(self._raw).hexdigest()

    @property
    def hpke(self) -> MLKEM768X25519PublicKey:
        """The key as the HPKE suite takes it."""
        return self._key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SealingPublicKey) and self._raw == other._raw

    def __hash__(self) -> int:
        return hash(self._raw)

    def __repr__(self) -> str:
        return f"SealingPublicKey({self.key_id[:16]}…)"


class SealingPrivateKey:
    """Who opens work. Its representation, equality and pickling show nothing of the seed."""

    __slots__ = ("_key", "_seed", "public")

    def __init__(self, seed: bytes) -> None:
        """Expand a seed of 32 bytes by SHAKE256 to the ML-KEM seed and the X25519 key.

        Raises:
            SealingKeyInvalid: another length.
        """
        if len(seed) != SEED_BYTES:
            raise SealingKeyInvalid(f"a sealing seed has {SEED_BYTES} bytes, this one {len(seed)}")
        expanded = hashlib.shake_256(seed).digest(_EXPANDED_BYTES)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_BYTES])
        x25519 = X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_BYTES:])
        self._seed = seed
        self._key = MLKEM768X25519PrivateKey(mlkem, x25519)
        self.public = SealingPublicKey(
            mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        )

    @classmethod
    def generate(cls) -> Self:
        """Draw a new key."""
        return cls(secrets.token_bytes(SEED_BYTES))

    @property
    def hpke(self) -> MLKEM768X25519PrivateKey:
        """The key as the HPKE suite takes it."""
        return self._key

    def export_seed(self) -> bytes:
        """Give the secret itself: for custody, which encrypts it, and for escrow alone."""
        return self._seed

    def __repr__(self) -> str:
        return f"SealingPrivateKey(of {self.public.key_id[:16]}…)"

    def __reduce__(self) -> str:
        raise TypeError("a private key is not pickled: encrypt its seed in custody instead")
