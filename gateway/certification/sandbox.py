"""Certification by an authority in memory, for the sandbox."""

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from chaincode.ledger.memory.authority import Authority
from gateway.services.errors import CertificationRefused

ROLE_ATTRIBUTE = "crosscredit.role"


class SandboxCertification:
    """Satisfies the same port as fabric-ca's adapter."""

    def __init__(self, authority: Authority) -> None:
        """Take one member's authority."""
        self._authority = authority

    async def certify(self, *, common_name: str, role: str, signing_request: bytes) -> bytes:
        """Certify a client's key; the certificate, PEM.

        Raises:
            CertificationRefused: the request is not signed by the key that it names.
        """
        request = x509.load_pem_x509_csr(signing_request)
        key = request.public_key()
        if not request.is_signature_valid or not isinstance(key, ec.EllipticCurvePublicKey):
            raise CertificationRefused("the signing request does not hold")
        return self._authority.certify(
            key, common_name=common_name, attributes={ROLE_ATTRIBUTE: role}
        )
