"""From the certificate that signed the proposal to the caller: the only source of a role."""

import hashlib
import json
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID, ObjectIdentifier

from chaincode.domain.caller import Caller, Role
from chaincode.domain.errors import NotPermitted
from chaincode.ledger.stub import Creator

ATTRIBUTES = ObjectIdentifier("1.2.3.4.5.6.7.8.1")
"""Where Fabric CA puts attributes, as JSON (fabric-ca, lib/attrmgr)."""
ROLE_ATTRIBUTE = "crosscredit.role"
_ATTRIBUTE_ROLES = {role.value: role for role in Role if role is not Role.OPERATOR}


def caller_of(creator: Creator) -> Caller:
    """Read role and identifier from the creator's certificate.

    Raises:
        NotPermitted: no certificate, no role, or a contradictory one.
    """
    return _caller(creator.msp_id, creator.certificate)


@lru_cache(maxsize=1024)
def _caller(msp_id: str, pem: bytes) -> Caller:
    try:
        certificate = _alone(pem)
        units = _names(certificate, NameOID.ORGANIZATIONAL_UNIT_NAME)
        (identifier,) = _names(certificate, NameOID.COMMON_NAME)
        attributes = _attributes(certificate)
    except (ValueError, RecursionError, x509.DuplicateExtension, UnsupportedAlgorithm) as error:
        raise NotPermitted("the proposal's certificate cannot be read") from error
    return Caller(
        msp_id=msp_id,
        role=_role(units, attributes),
        identifier=identifier,
        key_digest=hashlib.sha256(
            certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        ).hexdigest(),
    )


def _alone(pem: bytes) -> x509.Certificate:
    """The certificate that a PEM text is, with nothing beside it.

    A peer authenticates the first PEM block that Go finds, of whatever type (Fabric,
    `msp/mspimpl.go`, deserializeIdentityInternal); another reader may find another block first,
    and so somebody else's certificate.

    Raises:
        ValueError: there is no certificate, or anything else.
    """
    certificate = x509.load_pem_x509_certificate(pem)
    if b"".join(pem.split()) != b"".join(certificate.public_bytes(Encoding.PEM).split()):
        raise ValueError("there is something beside the certificate")
    return certificate


def _role(units: list[str], attributes: dict[str, str]) -> Role:
    if "admin" in units:
        if ROLE_ATTRIBUTE in attributes:
            raise NotPermitted("an administrator's certificate carries no other role")
        return Role.OPERATOR
    role = _ATTRIBUTE_ROLES.get(attributes.get(ROLE_ATTRIBUTE, ""))
    if role is None or "client" not in units:
        raise NotPermitted(f"the certificate carries no {ROLE_ATTRIBUTE}")
    return role


def _names(certificate: x509.Certificate, oid: ObjectIdentifier) -> list[str]:
    return [str(name.value) for name in certificate.subject.get_attributes_for_oid(oid)]


def _attributes(certificate: x509.Certificate) -> dict[str, str]:
    try:
        extension = certificate.extensions.get_extension_for_oid(ATTRIBUTES)
    except x509.ExtensionNotFound:
        return {}
    if not isinstance(extension.value, x509.UnrecognizedExtension):
        raise NotPermitted("the certificate's attributes cannot be read")
    document = json.loads(extension.value.value)
    found = document.get("attrs") if isinstance(document, dict) else None
    if not isinstance(found, dict):
        raise NotPermitted("the certificate's attributes cannot be read")
    return {str(name): str(value) for name, value in found.items()}
