"""Verifications over REST, the requester's side: ask, look at the evidence, review, decide."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BeforeValidator

from chaincode.domain.keys import Kind
from chaincode.domain.values import Number
from gateway.api.credits import report_view
from gateway.api.dependencies import PersonDep, WriteDep, service
from gateway.api.documents.identifiers import RecordId, key_of
from gateway.api.documents.verification_views import verification_view
from gateway.api.documents.verifications import (
    EvidenceView,
    OpenedGradeView,
    OpenedWorkView,
    RequestVerificationBody,
    ReviewBody,
    VerdictBody,
    VerificationList,
    VerificationView,
)
from gateway.api.files import file_response
from gateway.api.openapi import FILE_ANSWER
from gateway.api.operations import WRITES, answer
from gateway.api.strict import StrictRoute, digits
from gateway.services.evidence_review import EvidenceReview, ReviewedEvidence
from gateway.services.verifications import RequestedVerification, Verifications

router = APIRouter(prefix="/v1", tags=["verifications"], route_class=StrictRoute)
VerificationsDep = Annotated[Verifications, Depends(service(Verifications))]
EvidenceDep = Annotated[EvidenceReview, Depends(service(EvidenceReview))]
RequestPath = Annotated[RecordId, Path()]


@router.post("/verifications", responses=WRITES)
async def request_verification(
    body: RequestVerificationBody,
    person: PersonDep,
    write: WriteDep,
    verifications: VerificationsDep,
) -> JSONResponse:
    """Ask to see a credit's evidence, with a purpose and an end (a registrar)."""
    asked = RequestedVerification(
        credit=key_of(Kind.ENROLMENT, body.credit),
        purpose=body.purpose,
        expires_at=body.expires_at,
        reviewer=key_of(Kind.ACCOUNT, body.reviewer),
    )
    return answer(await verifications.request(person, asked, write))


@router.get("/verifications")
async def list_verifications(
    person: PersonDep, verifications: VerificationsDep
) -> VerificationList:
    """This member's requests (a registrar), or those that you were asked to review."""
    found = await verifications.mine(person)
    return VerificationList(requests=tuple(map(verification_view, found)))


@router.get("/verifications/{request}")
async def read_verification(
    request: RequestPath, person: PersonDep, verifications: VerificationsDep
) -> VerificationView:
    """One request with the holder's answer, the review and the verdict."""
    return verification_view(await verifications.read(person, key_of(Kind.REQUEST, request)))


@router.get("/verifications/{request}/evidence")
async def read_evidence(
    request: RequestPath, person: PersonDep, evidence: EvidenceDep
) -> EvidenceView:
    """What the holder showed, every commitment recomputed, and CheckStudent's report."""
    return _evidence(await evidence.review(person, key_of(Kind.REQUEST, request)))


@router.get(
    "/verifications/{request}/work/{number}/content",
    response_class=StreamingResponse,
    responses=FILE_ANSWER,
)
async def read_shown_work(
    request: RequestPath,
    number: Annotated[Number, BeforeValidator(digits), Path()],
    person: PersonDep,
    evidence: EvidenceDep,
) -> StreamingResponse:
    """The work itself, fetched from home and compared with the ledger's commitment."""
    work, content = await evidence.content(person, key_of(Kind.REQUEST, request), number)
    return file_response(work, content)


@router.post("/verifications/{request}:review", responses=WRITES)
async def review_verification(
    request: RequestPath,
    body: ReviewBody,
    person: PersonDep,
    write: WriteDep,
    verifications: VerificationsDep,
) -> JSONResponse:
    """Report on the work (the teacher who was asked); the report stays with the member."""
    view = await verifications.review(
        person,
        key_of(Kind.REQUEST, request),
        outcome=body.outcome,
        report=body.report,
        write=write,
    )
    return answer(view)


@router.post("/verifications/{request}:verdict", responses=WRITES)
async def record_verdict(
    request: RequestPath,
    body: VerdictBody,
    person: PersonDep,
    write: WriteDep,
    verifications: VerificationsDep,
) -> JSONResponse:
    """Decide on the reviewed work (a registrar)."""
    view = await verifications.decide(
        person,
        key_of(Kind.REQUEST, request),
        outcome=body.outcome,
        report=body.report,
        expected_version=body.expected_version,
        write=write,
    )
    return answer(view)


def _evidence(found: ReviewedEvidence) -> EvidenceView:
    return EvidenceView(
        report=report_view(found.report, found.versions),
        grades=tuple(
            OpenedGradeView(
                number=shown.entry.number,
                part=shown.entry.part,
                mark=shown.opened.mark,
                matches=shown.matches,
            )
            for shown in found.grades
        ),
        works=tuple(
            OpenedWorkView(
                number=shown.work.entry.number,
                part=shown.work.entry.part,
                media_type=shown.work.opening.media_type,
                size=shown.work.opening.size,
                file_name=shown.work.opening.file_name,
                digest=shown.work.opening.digest,
                body=shown.work.body,
                matches=shown.matches,
            )
            for shown in found.works
        ),
    )
