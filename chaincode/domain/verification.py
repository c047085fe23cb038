"""Verification by a third university: request, the holder's consent, review and verdict."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self

from chaincode.domain import canonical
from chaincode.domain.errors import ConsentMissing, InvalidArgument, NotPermitted, WrongState
from chaincode.domain.keys import AccountKey, EnrolmentKey, Kind, RequestKey
from chaincode.domain.record import Record
from chaincode.domain.values import Digest, Instant, Outcome, Value, Version


class Purpose(StrEnum):
    """What a verifier may ask for: a closed list, nothing personal."""

    RECOGNITION = "recognition"
    ADMISSION = "admission"
    EMPLOYMENT = "employment"
    AUDIT = "audit"


class VerificationRequest(Record):
    """A member asks to see a credit's evidence for a purpose."""

    kind: ClassVar[Kind] = Kind.REQUEST
    owner_field: ClassVar[str | None] = "requester"

    key: RequestKey
    requester: str
    by: AccountKey
    enrolment: EnrolmentKey
    purpose: Purpose
    requested_at: Instant
    expires_at: Instant

    def digest(self) -> str:
        """What a consent refers to: SHA-256 of the canonical record."""
        return canonical.digest(self.model_dump(mode="json"))


class ConsentStatus(StrEnum):
    """granted | refused; granted → withdrawn."""

    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Consent(Record):
    """The holder's answer, signed under the pseudonym that holds the credit."""

    kind: ClassVar[Kind] = Kind.CONSENT

    request: RequestKey
    request_digest: Digest
    credit_version: Version
    by: AccountKey
    status: ConsentStatus
    at: Instant

    def withdrawn(self, *, at: datetime, operation: str) -> Self:
        """The holder takes a consent back; what was seen stays seen.

        Raises:
            WrongState: there is nothing to withdraw.
        """
        if self.status is not ConsentStatus.GRANTED:
            raise WrongState(f"the consent is {self.status.value}, not granted")
        return self.next(operation, status=ConsentStatus.WITHDRAWN, at=at)

    def require_covers(self, request: VerificationRequest, at: datetime) -> None:
        """Hold a verifier to what the person agreed to.

        Raises:
            ConsentMissing: refused, withdrawn, for another request, or expired.
        """
        if self.status is not ConsentStatus.GRANTED:
            raise ConsentMissing(f"the holder's consent is {self.status.value}")
        if self.request != request.key or self.request_digest != request.digest():
            raise ConsentMissing("the consent was given to another request")
        if at > request.expires_at:
            raise ConsentMissing("the request, and with it the consent, has expired")


class Finding(Value):
    """What one person found; the report itself stays with the member."""

    by: AccountKey
    at: Instant
    outcome: Outcome
    report_commitment: Digest


class Verdict(Record):
    """A member's verdict: a teacher reviews the work, a registrar decides."""

    kind: ClassVar[Kind] = Kind.VERDICT

    request: RequestKey
    enrolment: EnrolmentKey
    credit_version: Version
    review: Finding
    decision: Finding | None

    def decided(self, finding: Finding, *, operation: str) -> Self:
        """The registrar's verdict on the reviewed work.

        Raises:
            WrongState: decided before.
            NotPermitted: the reviewer decides.
            InvalidArgument: valid, against a review that found otherwise.
        """
        if self.decision is not None:
            raise WrongState("the verdict stands already")
        if finding.by == self.review.by:
            raise NotPermitted("who reviewed the work does not decide on it")
        if finding.outcome is Outcome.VALID and self.review.outcome is not Outcome.VALID:
            raise InvalidArgument(
                f"the review found the work {self.review.outcome.value}", field="outcome"
            )
        return self.next(operation, decision=finding)
