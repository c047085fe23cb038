"""What can go wrong in a use case, as types with stable codes.

`status` is the HTTP status in which the REST door shows it; `field` names the member of the
request at fault; `facts` are values that a program may use, never personal or private ones.
"""

from collections.abc import Mapping
from typing import ClassVar

from chaincode.domain.json_value import JsonValue


class ServiceError(Exception):
    """A use case did not happen: says why and what to do."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Refused"

    def __init__(
        self, detail: str, *, field: str | None = None, facts: Mapping[str, JsonValue] | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field
        self.facts = dict(facts or {})


class LedgerRefused(ServiceError):
    """A contract refused; `refusal` is its own stable code."""

    title = "The ledger's contract refused"

    def __init__(
        self,
        refusal: str,
        detail: str,
        *,
        field: str | None = None,
        facts: Mapping[str, JsonValue] | None = None,
    ) -> None:
        super().__init__(detail, field=field, facts=facts)
        self.refusal = refusal


class LedgerConflict(ServiceError):
    """Another transaction came first, or peers do not agree yet: it may be prepared anew.

    `refusal` is what some other member's contract said, where it said anything.
    """

    code = "ledger-conflict"
    title = "Another transaction came first"

    def __init__(self, detail: str, *, refusal: LedgerRefused | None = None) -> None:
        super().__init__(detail)
        self.refusal = refusal


class LedgerUnavailable(ServiceError):
    """The peer, or enough of the others, cannot be reached: the same step may be tried again."""

    code = "ledger-unavailable"
    status = 503
    title = "The ledger cannot be reached now"


class LedgerInvalid(ServiceError):
    """The peers refused the transaction for a reason that trying again does not change."""

    code = "ledger-invalid"
    status = 502
    title = "The peers found the transaction invalid"


class OutcomeUnknown(ServiceError):
    """It may or may not have happened: ask by transaction id, never send another."""

    code = "outcome-unknown"
    status = 503
    title = "The outcome is not known yet"


class IdempotencyKeyReused(ServiceError):
    """The key stands for another request."""

    code = "idempotency-key-reused"
    status = 422
    title = "The idempotency key was used for another request"


class NotAuthenticated(ServiceError):
    """No valid access token."""

    code = "not-authenticated"
    status = 401
    title = "Not authenticated"


class CredentialsRefused(ServiceError):
    """Login, passphrase or code is wrong; which one is not said."""

    code = "credentials-refused"
    status = 401
    title = "The credentials were refused"


class TooManyAttempts(ServiceError):
    """Wait before trying this login again; `facts.retry_after` has the seconds."""

    code = "too-many-attempts"
    status = 429
    title = "Too many attempts"


class NotPermitted(ServiceError):
    """The person's role does not do this; the contract would refuse it too."""

    code = "not-permitted"
    status = 403
    title = "Not permitted"


class NotFound(ServiceError):
    """There is no such thing here, or it is not yours to see."""

    code = "not-found"
    status = 404
    title = "Not found"


class InvalidRequest(ServiceError):
    """A value has the wrong shape, size or range; `field` says which."""

    code = "invalid-argument"
    status = 422
    title = "A value is not acceptable"


class Conflict(ServiceError):
    """The present state does not allow it."""

    code = "wrong-state"
    title = "Not in this state"


class LoginTaken(ServiceError):
    """Choose another login."""

    code = "login-taken"
    title = "The login is taken"


class CertificationUnavailable(ServiceError):
    """The member's certificate authority cannot be reached: try again."""

    code = "certification-unavailable"
    status = 503
    title = "The certificate authority cannot be reached"


class CertificationRefused(ServiceError):
    """The member's certificate authority refused."""

    code = "certification-refused"
    status = 502
    title = "The certificate authority refused"


class DeliveryFailed(ServiceError):
    """Another member's gateway did not acknowledge a message; it will be tried again."""

    code = "delivery-failed"
    status = 503
    title = "The other gateway did not acknowledge"


class RowConflict(ServiceError):
    """A value that must be unique is taken; nothing was stored."""

    code = "already-exists"
    title = "It exists already"


class DatabaseFull(ServiceError):
    """There is no room on the disk; nothing was stored."""

    code = "storage-full"
    status = 507
    title = "There is no room on the gateway's disk"


class DatabaseBusy(ServiceError):
    """The database was held by another process; nothing was stored."""

    code = "database-busy"
    status = 503
    title = "The database is busy"
