"""fabric-ca over its REST interface: register, enrol, renew, revoke.

Keys are made by the caller and never leave it: a certificate is asked for by signing request.
"""

from fabric_client.ca.authority_info import AuthorityInfo
from fabric_client.ca.client import CertificateAuthorityClient
from fabric_client.ca.enrollment import Enrollment
from fabric_client.ca.errors import (
    AlreadyRevokedError,
    AuthenticationError,
    AuthorizationError,
    CertificateAuthorityError,
    IdentityLockedError,
    InvalidResponseError,
    NotFoundError,
    RegistrationExistsError,
    RequestOutcomeUnknownError,
    RequestRefusedError,
    UnreachableError,
)
from fabric_client.ca.registration import Attribute, AttributeRequest
from fabric_client.ca.revocation import Revocation, RevokedCertificate
from fabric_client.ca.signing_request import certificate_signing_request, new_private_key

__all__ = [
    "AlreadyRevokedError",
    "Attribute",
    "AttributeRequest",
    "AuthenticationError",
    "AuthorityInfo",
    "AuthorizationError",
    "CertificateAuthorityClient",
    "CertificateAuthorityError",
    "Enrollment",
    "IdentityLockedError",
    "InvalidResponseError",
    "NotFoundError",
    "RegistrationExistsError",
    "RequestOutcomeUnknownError",
    "RequestRefusedError",
    "Revocation",
    "RevokedCertificate",
    "UnreachableError",
    "certificate_signing_request",
    "new_private_key",
]
