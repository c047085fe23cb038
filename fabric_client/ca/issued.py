"""Whether a certificate that came back is the one that was asked for."""

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from fabric_client.ca.enrollment import Enrollment
from fabric_client.ca.errors import InvalidResponseError


def check_issued(operation: str, enrollment: Enrollment, csr_pem: bytes) -> None:
    """Check key, common name and issuer of an issued certificate.

    Raises:
        InvalidResponseError: it certifies another key or name, or no certificate of the chain that
            came with it signed it.
    """
    try:
        certificate = x509.load_pem_x509_certificate(enrollment.certificate_pem)
        chain = x509.load_pem_x509_certificates(enrollment.ca_chain_pem)
    except ValueError:
        raise InvalidResponseError(operation, "the certificate cannot be read") from None
    request = x509.load_pem_x509_csr(csr_pem)
    if _key(certificate) != _key(request):
        raise InvalidResponseError(operation, "the certificate is for another key")
    if _common_name(certificate) != _common_name(request):
        raise InvalidResponseError(operation, "the certificate is for another name")
    if not any(_issued_by(certificate, authority) for authority in chain):
        raise InvalidResponseError(operation, "the chain does not hold the certificate's issuer")


def _key(holder: x509.Certificate | x509.CertificateSigningRequest) -> bytes:
    return holder.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _common_name(holder: x509.Certificate | x509.CertificateSigningRequest) -> list[object]:
    return [item.value for item in holder.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]


def _issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True
