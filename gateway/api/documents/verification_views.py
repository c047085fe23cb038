"""From a verification as the use cases gather it to its document."""

from chaincode.domain.verification import Finding, Verdict
from gateway.api.documents.identifiers import identifier_of
from gateway.api.documents.verifications import (
    ConsentView,
    FindingView,
    VerdictView,
    VerificationView,
)
from gateway.services.verification_view import Verification


def verification_view(found: Verification) -> VerificationView:
    """Show a request with all that has followed on it."""
    request, consent = found.request, found.consent
    return VerificationView(
        id=identifier_of(request.key),
        version=request.version,
        digest=request.digest(),
        requester=request.requester,
        by=identifier_of(request.by),
        credit=identifier_of(request.enrolment),
        credit_version=found.credit.version,
        course=identifier_of(found.enrolment.course),
        purpose=request.purpose,
        requested_at=request.requested_at,
        expires_at=request.expires_at,
        reviewer=identifier_of(found.reviewer) if found.reviewer else None,
        consent=None
        if consent is None
        else ConsentView(
            version=consent.version,
            status=consent.status,
            credit_version=consent.credit_version,
            at=consent.at,
        ),
        verdict=_verdict(found.verdict, found.reports or {}),
    )


def _verdict(verdict: Verdict | None, reports: dict[str, str]) -> VerdictView | None:
    if verdict is None:
        return None
    return VerdictView(
        version=verdict.version,
        review=_finding(verdict.review, reports),
        decision=_finding(verdict.decision, reports) if verdict.decision else None,
    )


def _finding(finding: Finding, reports: dict[str, str]) -> FindingView:
    return FindingView(
        by=identifier_of(finding.by),
        at=finding.at,
        outcome=finding.outcome,
        report_commitment=finding.report_commitment,
        report=reports.get(finding.report_commitment),
    )
