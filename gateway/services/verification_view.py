"""A verification request with everything that has followed on it, read from the ledger."""

from dataclasses import dataclass

from chaincode.domain.credit import Credit
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.verification import Consent, Verdict, VerificationRequest
from gateway.services.records import Records


@dataclass(frozen=True, slots=True)
class Verification:
    """One request and what followed. `reviewer` and `reports` are known at the requester alone."""

    request: VerificationRequest
    enrolment: Enrolment
    credit: Credit
    consent: Consent | None
    verdict: Verdict | None
    reviewer: str | None = None
    reports: dict[str, str] | None = None
    """Text of each report by its commitment."""


async def read_verification(records: Records, request_key: str) -> Verification | None:
    """Gather what the ledger has; None where the request never committed."""
    request = await records.find(VerificationRequest, request_key)
    if request is None:
        return None
    return Verification(
        request=request,
        enrolment=await records.load(Enrolment, request.enrolment),
        credit=await records.load(Credit, sibling(request.enrolment, Kind.CREDIT)),
        consent=await records.find(Consent, sibling(request_key, Kind.CONSENT)),
        verdict=await records.find(Verdict, sibling(request_key, Kind.VERDICT)),
    )
