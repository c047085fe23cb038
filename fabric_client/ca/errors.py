"""What can go wrong with fabric-ca, by what the caller can do about it."""

from fabric_client.errors import FabricClientError


class CertificateAuthorityError(FabricClientError):
    """The root of this module's errors.

    Attributes:
        operation: what was asked: register, enroll, reenroll, revoke, gencrl or cainfo.
        status: the HTTP status, where an answer came.
        code: fabric-ca's own code (`lib/caerrors/servererror.go`), where it gave one.
    """

    def __init__(
        self, operation: str, message: str, *, status: int | None = None, code: int | None = None
    ) -> None:
        super().__init__(f"{operation}: {message}")
        self.operation = operation
        self.status = status
        self.code = code


class UnreachableError(CertificateAuthorityError):
    """No connection came about, or its certificate was not trusted; nothing was sent."""


class RequestOutcomeUnknownError(CertificateAuthorityError):
    """The request was sent and no answer came: it may or may not have been carried out."""


class InvalidResponseError(CertificateAuthorityError):
    """What answered does not speak fabric-ca's protocol, or its answer contradicts the request."""


class RequestRefusedError(CertificateAuthorityError):
    """The authority refused; a reason without a type of its own stands in `code` and message."""


class AuthenticationError(RequestRefusedError):
    """Identifier, secret or token was not accepted; a secret used up also reads so."""


class IdentityLockedError(AuthenticationError):
    """Too many wrong secrets: an administrator of the authority has to unlock the identity."""


class AuthorizationError(RequestRefusedError):
    """The caller is known and may not do this."""


class RegistrationExistsError(RequestRefusedError):
    """The enrolment id is taken."""


class NotFoundError(RequestRefusedError):
    """The identity, certificate, affiliation or authority named does not exist."""


class AlreadyRevokedError(RequestRefusedError):
    """The certificate was revoked before."""


_BY_CODE: dict[int, type[RequestRefusedError]] = {
    8: NotFoundError,  # ErrRevCertNotFound
    10: NotFoundError,  # ErrRevokeIDNotFound
    16: NotFoundError,  # ErrGettingAffiliation
    19: NotFoundError,  # ErrCANotFound
    66: AlreadyRevokedError,  # ErrCertAlreadyRevoked
    73: IdentityLockedError,  # ErrPasswordAttempts
    74: RegistrationExistsError,  # ErrDupIdentityReg
}
_BY_STATUS: dict[int, type[RequestRefusedError]] = {
    401: AuthenticationError,
    403: AuthorizationError,
    404: NotFoundError,
}


def refusal(operation: str, status: int, code: int, message: str) -> RequestRefusedError:
    """Make the error for an answer of the authority: its code decides, else the HTTP status."""
    kind = _BY_CODE.get(code) or _BY_STATUS.get(status, RequestRefusedError)
    return kind(operation, message, status=status, code=code)
