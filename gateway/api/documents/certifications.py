"""Certificates of courses as REST takes and shows them."""

from typing import Annotated, Self

from pydantic import Field

from chaincode.domain.certification import (
    Certification,
    CertificationStatus,
    CertificationWithdrawal,
)
from chaincode.domain.values import Digest, Instant, Value, Version
from gateway.api.documents.identifiers import CertificationId, CourseId, RecordId, identifier_of


class CertifyCourseBody(Value):
    """Certify the content of another member's course version, as seen."""

    course: CourseId
    course_digest: Digest


class WithdrawCertificationBody(Value):
    """Take a certificate back, for good."""

    expected_version: Version
    reason: Annotated[CertificationWithdrawal, Field(strict=False)]


class WithdrawalView(Value):
    """Who took a certificate back, when, and why."""

    reason: CertificationWithdrawal
    by: RecordId
    at: Instant


class CertificationView(Value):
    """A member's certificate of a course version."""

    id: CertificationId
    version: Version
    status: CertificationStatus
    course: CourseId
    course_digest: Digest
    certifier: str
    by: RecordId
    at: Instant
    withdrawal: WithdrawalView | None

    @classmethod
    def of(cls, certification: Certification) -> Self:
        """Show a record."""
        gone = certification.withdrawal
        return cls(
            id=identifier_of(certification.key),
            version=certification.version,
            status=certification.status,
            course=identifier_of(certification.course),
            course_digest=certification.course_digest,
            certifier=certification.certifier,
            by=identifier_of(certification.by),
            at=certification.at,
            withdrawal=None
            if gone is None
            else WithdrawalView(reason=gone.reason, by=identifier_of(gone.by), at=gone.at),
        )


class CertificationList(Value):
    """All certificates of a course version, withdrawn ones too."""

    certifications: tuple[CertificationView, ...]
