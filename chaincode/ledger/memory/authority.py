"""A member's certificate authority and signing identities, in memory.

The certificates have the shape that fabric-ca gives: ECDSA P-256, one Node OU (client, peer, admin
or orderer) in the subject, attributes as JSON in extension 1.2.3.4.5.6.7.8.1.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.x509.oid import NameOID
from fabric_protos.msp import identities_pb2

Unit = Literal["client", "peer", "admin", "orderer"]

ATTRIBUTES = x509.ObjectIdentifier("1.2.3.4.5.6.7.8.1")
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_HALF_ORDER = P256_ORDER // 2
_VALIDITY = timedelta(days=3650)


def sign_low_s(key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    """ECDSA with SHA-256, DER, s in the lower half: Fabric refuses the other one."""
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    return encode_dss_signature(r, min(s, P256_ORDER - s))


def is_low_s(signature: bytes) -> bool:
    """Whether a DER signature's s is in the lower half of the order.

    Raises:
        ValueError: the signature is not DER.
    """
    return decode_dss_signature(signature)[1] <= _HALF_ORDER


def serialize_identity(msp_id: str, certificate: bytes) -> bytes:
    """A creator as Fabric writes it: msp.SerializedIdentity of MSP id and PEM."""
    identity = identities_pb2.SerializedIdentity(mspid=msp_id, id_bytes=certificate)
    return bytes(identity.SerializeToString())


@dataclass(frozen=True)
class SigningIdentity:
    """A certificate of one member and the key that it certifies."""

    msp_id: str
    certificate: bytes
    key: ec.EllipticCurvePrivateKey

    @cached_property
    def serialized(self) -> bytes:
        """The identity as it stands in proposals and endorsements."""
        return serialize_identity(self.msp_id, self.certificate)

    def sign(self, message: bytes) -> bytes:
        """ECDSA with SHA-256 over the message, DER, low-S."""
        return sign_low_s(self.key, message)


class Authority:
    """One member's root: certifies keys, keeps none of those that it certifies."""

    def __init__(self, msp_id: str, *, now: datetime) -> None:
        """Make a root key and its self-signed certificate, valid for ten years from `now`."""
        self.msp_id = msp_id
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._start = now
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, msp_id),
                x509.NameAttribute(NameOID.COMMON_NAME, f"ca.{msp_id}"),
            ]
        )
        public = self._key.public_key()
        self._certificate = (
            self._builder(name, name, public)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_usage(sign_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .sign(self._key, hashes.SHA256())
        )

    @property
    def certificate(self) -> bytes:
        """The root certificate, PEM."""
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def certify(
        self,
        public_key: ec.EllipticCurvePublicKey,
        *,
        common_name: str,
        unit: Unit = "client",
        attributes: Mapping[str, str] | None = None,
    ) -> bytes:
        """A certificate for a key made elsewhere, PEM; attributes are public to the consortium."""
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
                x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            ]
        )
        issuer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = (
            self._builder(subject, self._certificate.subject, public_key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(sign_certificates=False), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
            .add_extension(issuer_id, critical=False)
        )
        if attributes:
            document = json.dumps({"attrs": dict(attributes)}, separators=(",", ":")).encode()
            builder = builder.add_extension(
                x509.UnrecognizedExtension(ATTRIBUTES, document), critical=False
            )
        certificate = builder.sign(self._key, hashes.SHA256())
        return certificate.public_bytes(serialization.Encoding.PEM)

    def enrol(
        self,
        *,
        common_name: str,
        unit: Unit = "client",
        attributes: Mapping[str, str] | None = None,
    ) -> SigningIdentity:
        """A new key and its certificate, for who needs no key of their own making."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self.certify(
            key.public_key(), common_name=common_name, unit=unit, attributes=attributes
        )
        return SigningIdentity(self.msp_id, certificate, key)

    def _builder(
        self, subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._start - timedelta(minutes=5))
            .not_valid_after(self._start + _VALIDITY)
        )


def _usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
