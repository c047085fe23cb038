"""Keys that the gateway keeps for its own people, encrypted at rest.

Custody reaches into `gateway.evidence.keys` because a sealing key is one type of the project: it is
kept here and used there.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gateway.custody.errors import SecretUnreadable
from gateway.custody.owner import Owner, OwnerGate
from gateway.custody.secret_box import SecretBox
from gateway.custody.signers import ManagedSigner
from gateway.evidence.errors import SealingKeyInvalid
from gateway.evidence.keys import SealingPrivateKey, SealingPublicKey

_SCALAR_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class KeptSigningKey:
    """A P-256 signing key as it is stored."""

    owner: str
    public: bytes
    """SubjectPublicKeyInfo, DER."""
    sealed: bytes = field(repr=False)

    @property
    def purpose(self) -> str:
        """What the blob is bound to: the use, and the public half."""
        return f"signing-key/{hashlib.sha256(self.public).hexdigest()}"


@dataclass(frozen=True, slots=True)
class KeptSealingKey:
    """A key that work is sealed to, as it is stored."""

    owner: str
    public: SealingPublicKey
    sealed: bytes = field(repr=False)

    @property
    def purpose(self) -> str:
        """What the blob is bound to: the use, and the public half."""
        return f"sealing-key/{self.public.key_id}"


class ManagedKeys:
    """Makes keys and opens them, for the authenticated request of their owner alone."""

    __slots__ = ("_box", "_gate")

    def __init__(self, box: SecretBox, gate: OwnerGate) -> None:
        """Take the box that secrets lie in and the gate that knows who authenticated."""
        self._box = box
        self._gate = gate

    def new_signing_key(self, owner: str) -> KeptSigningKey:
        """Draw a signing key for an account."""
        key = ec.generate_private_key(ec.SECP256R1())
        scalar = key.private_numbers().private_value.to_bytes(_SCALAR_BYTES, "big")
        public = _spki(key.public_key())
        kept = KeptSigningKey(owner, public, b"")
        sealed = self._box.seal(scalar, owner=owner, purpose=kept.purpose)
        return KeptSigningKey(owner, public, sealed)

    def new_sealing_key(self, owner: str) -> KeptSealingKey:
        """Draw a sealing key for an account, or for the university itself."""
        private = SealingPrivateKey.generate()
        kept = KeptSealingKey(owner, private.public, b"")
        sealed = self._box.seal(private.export_seed(), owner=owner, purpose=kept.purpose)
        return KeptSealingKey(owner, private.public, sealed)

    def signer(self, owner: Owner, kept: KeptSigningKey) -> ManagedSigner:
        """Open a signing key for its owner's request.

        Raises:
            NotTheOwner, OwnerProofExpired: see `OwnerGate.require`.
            SecretUnreadable: the stored key was altered or moved.
        """
        self._gate.require(owner, kept.owner)
        scalar = self._box.open(kept.sealed, owner=kept.owner, purpose=kept.purpose)
        key = ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1())
        if _spki(key.public_key()) != kept.public:
            raise SecretUnreadable("the stored key is not the one its public half says")
        return ManagedSigner(key)

    def sealing_key(self, owner: Owner, kept: KeptSealingKey) -> SealingPrivateKey:
        """Open a sealing key for its owner's request.

        Raises:
            NotTheOwner, OwnerProofExpired: see `OwnerGate.require`.
            SecretUnreadable: the stored key was altered or moved.
        """
        self._gate.require(owner, kept.owner)
        seed = self._box.open(kept.sealed, owner=kept.owner, purpose=kept.purpose)
        try:
            private = SealingPrivateKey(seed)
        except SealingKeyInvalid as error:
            raise SecretUnreadable("the stored bytes are no sealing key") from error
        if private.public != kept.public:
            raise SecretUnreadable("the stored key is not the one its public half says")
        return private


def _spki(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
