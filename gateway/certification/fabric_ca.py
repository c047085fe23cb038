"""Certification by the member's own fabric-ca."""

import asyncio

from cryptography.hazmat.primitives import serialization

from fabric_client.ca import (
    Attribute,
    CertificateAuthorityClient,
    CertificateAuthorityError,
    RegistrationExistsError,
    RequestOutcomeUnknownError,
    RequestRefusedError,
    UnreachableError,
    certificate_signing_request,
    new_private_key,
)
from fabric_client.identity import SigningIdentity
from gateway.services.errors import CertificationRefused, CertificationUnavailable

ROLE_ATTRIBUTE = "crosscredit.role"


class FabricCertification:
    """Registers random names with a role, and has keys certified.

    The registrar's own key is made at the first need and lives as long as the process.
    """

    def __init__(
        self, client: CertificateAuthorityClient, *, msp_id: str, registrar: str, secret: str
    ) -> None:
        """Take the registrar's enrolment id and secret at the authority."""
        self._client = client
        self._msp_id = msp_id
        self._name = registrar
        self._secret = secret
        self._registrar: SigningIdentity | None = None
        self._enrolling = asyncio.Lock()

    async def certify(self, *, common_name: str, role: str, signing_request: bytes) -> bytes:
        """Register a client of this role and certify its key; the certificate, PEM.

        Raises:
            CertificationUnavailable: try again, with a new name.
            CertificationRefused: the authority refused.
        """
        try:
            secret = await self._client.register(
                await self._enrolled(),
                common_name,
                attributes=[Attribute(ROLE_ATTRIBUTE, role, ecert=True)],
            )
            enrolment = await self._client.enroll(common_name, secret, signing_request)
        except (UnreachableError, RequestOutcomeUnknownError, RegistrationExistsError) as error:
            raise CertificationUnavailable("the certificate authority did not answer") from error
        except RequestRefusedError as error:
            raise CertificationRefused("the certificate authority refused") from error
        except CertificateAuthorityError as error:
            raise CertificationRefused("the authority's answer does not hold") from error
        return enrolment.certificate_pem

    async def _enrolled(self) -> SigningIdentity:
        async with self._enrolling:
            if self._registrar is None:
                key = new_private_key()
                request = certificate_signing_request(key, self._name)
                found = await self._client.enroll(self._name, self._secret, request)
                pem = key.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
                self._registrar = SigningIdentity.from_pem(self._msp_id, found.certificate_pem, pem)
            return self._registrar
