"""Keys and certificate signing requests (PKCS #10, RFC 2986)."""

from collections.abc import Iterable
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def new_private_key() -> ec.EllipticCurvePrivateKey:
    """Make a P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def certificate_signing_request(
    key: ec.EllipticCurvePrivateKey,
    common_name: str,
    *,
    organizational_unit: str | None = None,
    hosts: Iterable[str] = (),
) -> bytes:
    """Make a request for a certificate, PEM.

    fabric-ca wants the enrolment id as common name, and sets the organizational units itself from
    the registered type and affiliation (`lib/serverenroll.go`, `setRequestOUs`).

    Args:
        key: the key to be certified; it signs the request.
        common_name: the subject's CN.
        organizational_unit: the subject's OU, for other authorities than fabric-ca.
        hosts: DNS names and IP addresses for the subject's alternative names.
    """
    names = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    if organizational_unit is not None:
        names.insert(0, x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, organizational_unit))
    builder = x509.CertificateSigningRequestBuilder(x509.Name(names))
    alternatives = [_general_name(host) for host in hosts]
    if alternatives:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
