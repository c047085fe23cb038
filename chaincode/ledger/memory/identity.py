"""Who an identity is: what a Fabric MSP with Node OUs finds in a certificate.

After Fabric's msp/mspimpl.go, msp/mspimplvalidate.go (validateIdentityOUsV142) and
msp/identities.go.
"""

import re
from base64 import b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fabric_protos.msp import identities_pb2, msp_principal_pb2
from google.protobuf.message import DecodeError

from chaincode.ledger.memory.authority import is_low_s
from chaincode.ledger.memory.errors import SandboxError

_NODE_UNITS = ("client", "peer", "admin", "orderer")
_ROLE_OF_UNIT = {
    msp_principal_pb2.MSPRole.CLIENT: "client",
    msp_principal_pb2.MSPRole.PEER: "peer",
    msp_principal_pb2.MSPRole.ADMIN: "admin",
    msp_principal_pb2.MSPRole.ORDERER: "orderer",
}
_SIGNATURE = ec.ECDSA(hashes.SHA256())
_BLOCK = re.compile(
    rb"(?:^|\n)-----BEGIN ([^\n]*)-----[ \t\r]*\n(.*?)\n-----END \1-----[ \t\r]*(?:\n|$)", re.DOTALL
)


class UnknownIdentity(SandboxError):
    """The bytes name no member, or hold no certificate."""


class InvalidIdentity(SandboxError):
    """The certificate does not chain to the member's root, is revoked, or has no single Node OU."""


class InvalidSignatureBytes(SandboxError):
    """The signature is not the identity's, or its s is in the upper half."""


@dataclass(frozen=True)
class Identity:
    """A certificate of one member, with what the member's MSP says of it."""

    msp_id: str
    certificate: bytes
    serial_number: int
    not_after: datetime
    unit: str | None
    problem: str | None
    key: ec.EllipticCurvePublicKey | None = field(compare=False)

    def require_valid(self) -> None:
        """Check what the MSP checks.

        Raises:
            InvalidIdentity: with the reason.
        """
        if self.problem is not None:
            raise InvalidIdentity(f"{self.msp_id}: {self.problem}")

    def verify(self, message: bytes, signature: bytes) -> None:
        """Check an ECDSA signature over the message.

        Raises:
            InvalidSignatureBytes: wrong, not DER, or high-S.
        """
        if self.key is None:
            raise InvalidSignatureBytes(f"{self.msp_id}: the certificate holds no EC key")
        try:
            low = is_low_s(signature)
            self.key.verify(signature, message, _SIGNATURE)
        except (ValueError, InvalidSignature) as error:
            raise InvalidSignatureBytes(f"{self.msp_id}: the signature is not valid") from error
        if not low:
            raise InvalidSignatureBytes(f"{self.msp_id}: the signature's s is in the upper half")

    def satisfies(self, principal: msp_principal_pb2.MSPPrincipal) -> bool:
        """Whether a valid identity fits the principal: a member's role or one exact identity."""
        if self.problem is not None:
            return False
        kind = principal.principal_classification
        if kind == msp_principal_pb2.MSPPrincipal.ROLE:
            role = msp_principal_pb2.MSPRole.FromString(principal.principal)
            if role.msp_identifier != self.msp_id:
                return False
            if role.role == msp_principal_pb2.MSPRole.MEMBER:
                return True
            return _ROLE_OF_UNIT.get(role.role) == self.unit
        if kind == msp_principal_pb2.MSPPrincipal.IDENTITY:
            named = identities_pb2.SerializedIdentity.FromString(principal.principal)
            return bool(
                named.mspid == self.msp_id and named.id_bytes.strip() == self.certificate.strip()
            )
        return False


class Registry:
    """The MSPs of all members: turns serialized identities into checked ones, once each."""

    def __init__(self, roots: Mapping[str, Iterable[bytes]]) -> None:
        """Take each member's root certificates, PEM."""
        self._roots = {
            msp_id: [x509.load_pem_x509_certificate(pem) for pem in certificates]
            for msp_id, certificates in roots.items()
        }
        self._revoked: set[tuple[str, int]] = set()
        self._known: dict[bytes, Identity] = {}

    def revoke(self, msp_id: str, serial_number: int) -> None:
        """Put a certificate on the member's revocation list, at once and for good."""
        self._revoked.add((msp_id, serial_number))
        self._known.clear()

    def deserialize(self, serialized: bytes) -> Identity:
        """Find the identity.

        Raises:
            UnknownIdentity: no such member, or no certificate.
        """
        known = self._known.get(serialized)
        if known is None:
            known = self._read(serialized)
            self._known[serialized] = known
        return known

    def _read(self, serialized: bytes) -> Identity:
        try:
            named = identities_pb2.SerializedIdentity.FromString(serialized)
            certificate = _first_block(named.id_bytes)
        except (DecodeError, ValueError) as error:
            raise UnknownIdentity("the creator is no serialized certificate") from error
        if named.mspid not in self._roots:
            raise UnknownIdentity(f"MSP {named.mspid} is unknown")
        units = [
            str(attribute.value)
            for attribute in certificate.subject.get_attributes_for_oid(
                NameOID.ORGANIZATIONAL_UNIT_NAME
            )
            if attribute.value in _NODE_UNITS
        ]
        key = certificate.public_key()
        return Identity(
            msp_id=named.mspid,
            certificate=named.id_bytes,
            serial_number=certificate.serial_number,
            not_after=certificate.not_valid_after_utc,
            unit=units[0] if len(units) == 1 else None,
            problem=self._problem(named.mspid, certificate, units),
            key=key if isinstance(key, ec.EllipticCurvePublicKey) else None,
        )

    def _problem(self, msp_id: str, certificate: x509.Certificate, units: list[str]) -> str | None:
        if not any(_issued_by(certificate, root) for root in self._roots[msp_id]):
            return "the certificate was not issued by the member's root"
        if (msp_id, certificate.serial_number) in self._revoked:
            return "the certificate has been revoked"
        if len(units) != 1:
            return "the certificate must have exactly one OU of client, peer, admin, orderer"
        return None


def _first_block(pem: bytes) -> x509.Certificate:
    """The certificate in the first PEM block, of whatever type: what Go's encoding/pem finds.

    Raises:
        ValueError: there is no block, or no certificate in it.
    """
    found = _BLOCK.search(pem)
    if found is None:
        raise ValueError("there is no PEM block")
    return x509.load_der_x509_certificate(b64decode(found[2]))


def _issued_by(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return certificate != root
