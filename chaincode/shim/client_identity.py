import base64
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from chaincode.shim.creator import Creator
from chaincode.shim.distinguished_name import distinguished_name
from chaincode.shim.errors import IdentityError

ATTRIBUTES_OID: Final = x509.ObjectIdentifier("1.2.3.4.5.6.7.8.1")
"""The extension in which Fabric CA writes attributes, as JSON: `{"attrs": {name: value}}`."""


class ClientIdentity:
    """What a proposal's creator is, by certificate (as fabric-chaincode-go `pkg/cid`).

    The peer has verified certificate and signature; nothing here verifies them again.
    """

    def __init__(self, creator: Creator) -> None:
        """Read the creator's certificate.

        Raises:
            IdentityError: it is no X.509 certificate or not that alone, or its attributes cannot
                be read.
        """
        self._msp_id = creator.msp_id
        try:
            self._certificate = _alone(creator.certificate)
            self._units = tuple(
                str(unit.value)
                for unit in self._certificate.subject.get_attributes_for_oid(
                    NameOID.ORGANIZATIONAL_UNIT_NAME
                )
            )
            self._attributes = _attributes(self._certificate)
        except (ValueError, RecursionError, x509.DuplicateExtension) as error:
            raise IdentityError("the creator's certificate cannot be read") from error

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate."""
        return self._certificate

    @property
    def attributes(self) -> Mapping[str, str]:
        """What Fabric CA has certified of its holder."""
        return self._attributes

    @property
    def organizational_units(self) -> tuple[str, ...]:
        """The subject's OUs, such as client, peer, admin and orderer."""
        return self._units

    def get_msp_id(self) -> str:
        """Return the MSP that vouches for the certificate."""
        return self._msp_id

    def get_id(self) -> str:
        """Return the holder's name, unique within the MSP and stable when certified anew.

        It is base64 of `x509::<subject>::<issuer>`.
        """
        subject = distinguished_name(self._certificate.subject)
        issuer = distinguished_name(self._certificate.issuer)
        return base64.b64encode(f"x509::{subject}::{issuer}".encode()).decode()

    def get_attribute_value(self, name: str) -> str | None:
        """Return a certified attribute; None when there is none of that name."""
        return self._attributes.get(name)

    def assert_attribute_value(self, name: str, value: str) -> None:
        """Raise IdentityError unless the attribute has this value."""
        if self._attributes.get(name) != value:
            raise IdentityError(f"the creator's attribute {name!r} is not what is asked for")

    def has_organizational_unit(self, unit: str) -> bool:
        """Return whether the subject has this OU."""
        return unit in self._units


def _alone(pem: bytes) -> x509.Certificate:
    """Read a certificate that nothing stands beside.

    The peer authenticated the first PEM block that Go finds, of whatever type; in a text with
    more than one, another reader may find another first.
    """
    certificate = x509.load_pem_x509_certificate(pem)
    if b"".join(pem.split()) != b"".join(certificate.public_bytes(Encoding.PEM).split()):
        raise ValueError("there is something beside the certificate")
    return certificate


def _attributes(certificate: x509.Certificate) -> Mapping[str, str]:
    try:
        extension = certificate.extensions.get_extension_for_oid(ATTRIBUTES_OID).value
    except x509.ExtensionNotFound:
        return MappingProxyType({})
    document = json.loads(extension.public_bytes())
    attributes = document.get("attrs", {}) if isinstance(document, dict) else None
    if not isinstance(attributes, dict) or not all(
        isinstance(value, str) for value in attributes.values()
    ):
        raise IdentityError("the attribute extension is not what Fabric CA writes")
    return MappingProxyType(dict(attributes))
