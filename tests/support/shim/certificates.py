"""Invented certificates: a TLS authority with a server and a client, and proposal creators."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

ATTRIBUTES = x509.ObjectIdentifier("1.2.3.4.5.6.7.8.1")


@dataclass(frozen=True)
class Pair:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def certificate_pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def name(common_name: str, *units: str) -> x509.Name:
    """Make a subject with OUs."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
            *(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit) for unit in units),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def authority(common_name: str = "an authority") -> Pair:
    """Make a self-signed root."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = name(common_name)
    builder = _builder(subject, subject, key).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    return Pair(builder.sign(key, hashes.SHA256()), key)


def issue(
    issuer: Pair,
    subject: x509.Name,
    *,
    attributes: dict[str, object] | bytes | None = None,
    days: int = 1,
) -> Pair:
    """Certify a new key for loopback, with Fabric CA attributes where given."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(subject, issuer.certificate.subject, key, days).add_extension(
        x509.SubjectAlternativeName(
            [x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))]
        ),
        critical=False,
    )
    if attributes is not None:
        if isinstance(attributes, dict):
            attributes = json.dumps({"attrs": attributes}).encode()
        extension = x509.UnrecognizedExtension(ATTRIBUTES, attributes)
        builder = builder.add_extension(extension, critical=False)
    return Pair(builder.sign(issuer.key, hashes.SHA256()), key)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int = 1
) -> x509.CertificateBuilder:
    end = datetime.now(UTC) + timedelta(days=days)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=30))
        .not_valid_after(end)
    )
