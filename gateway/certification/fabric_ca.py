"""Certification by the member's own fabric-ca."""

from fabric_client.ca import (
    Attribute,
    CertificateAuthorityClient,
    CertificateAuthorityError,
    RegistrationExistsError,
    RequestOutcomeUnknownError,
    RequestRefusedError,
    UnreachableError,
)
from fabric_client.identity import SigningIdentity
from gateway.services.errors import CertificationRefused, CertificationUnavailable

ROLE_ATTRIBUTE = "crosscredit.role"


class FabricCertification:
    """Registers random names with a role, and has keys certified."""

    def __init__(self, client: CertificateAuthorityClient, registrar: SigningIdentity) -> None:
        """Take the identity that may register clients with a role."""
        self._client = client
        self._registrar = registrar

    async def certify(self, *, common_name: str, role: str, signing_request: bytes) -> bytes:
        """Register a client of this role and certify its key; the certificate, PEM.

        Raises:
            CertificationUnavailable: try again, with a new name.
            CertificationRefused: the authority refused.
        """
        try:
            secret = await self._client.register(
                self._registrar,
                common_name,
                attributes=[Attribute(ROLE_ATTRIBUTE, role, ecert=True)],
            )
            enrolment = await self._client.enroll(common_name, secret, signing_request)
        except (UnreachableError, RequestOutcomeUnknownError, RegistrationExistsError) as error:
            raise CertificationUnavailable("the certificate authority did not answer") from error
        except RequestRefusedError as error:
            raise CertificationRefused("the certificate authority refused") from error
        except CertificateAuthorityError as error:
            raise CertificationRefused(
                "the certificate authority's answer does not hold"
            ) from error
        return enrolment.certificate_pem
