"""Certificates of courses over REST: give, withdraw, read."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import JSONResponse

from chaincode.domain.keys import Kind
from gateway.api.dependencies import PersonDep, WriteDep, service
from gateway.api.documents.certifications import (
    CertificationList,
    CertificationView,
    CertifyCourseBody,
    WithdrawCertificationBody,
)
from gateway.api.documents.identifiers import CertificationId, CourseId, key_of
from gateway.api.operations import WRITES, answer
from gateway.api.strict import StrictRoute
from gateway.services.certifications import Certifications

router = APIRouter(prefix="/v1", tags=["certifications"], route_class=StrictRoute)
CertificationsDep = Annotated[Certifications, Depends(service(Certifications))]
CertificationPath = Annotated[CertificationId, Path()]


@router.post("/certifications", responses=WRITES)
async def certify_course(
    body: CertifyCourseBody,
    person: PersonDep,
    write: WriteDep,
    certifications: CertificationsDep,
) -> JSONResponse:
    """Certify another university's course version, as seen (a registrar or supervisor)."""
    view = await certifications.certify(
        person,
        key_of(Kind.COURSE, body.course),
        course_digest=body.course_digest,
        write=write,
    )
    return answer(view)


@router.get("/certifications")
async def list_certifications(
    person: PersonDep, certifications: CertificationsDep, course: Annotated[CourseId, Query()]
) -> CertificationList:
    """Who certified a course version, and who took it back."""
    del person
    found = await certifications.of_course(key_of(Kind.COURSE, course))
    return CertificationList(certifications=tuple(map(CertificationView.of, found)))


@router.get("/certifications/{certification}")
async def read_certification(
    certification: CertificationPath, person: PersonDep, certifications: CertificationsDep
) -> CertificationView:
    """One certificate."""
    del person
    return CertificationView.of(
        await certifications.read(key_of(Kind.CERTIFICATION, certification))
    )


@router.post("/certifications/{certification}:withdraw", responses=WRITES)
async def withdraw_certification(
    certification: CertificationPath,
    body: WithdrawCertificationBody,
    person: PersonDep,
    write: WriteDep,
    certifications: CertificationsDep,
) -> JSONResponse:
    """Take a certificate of the own member back, for good, with a reason."""
    view = await certifications.withdraw(
        person,
        key_of(Kind.CERTIFICATION, certification),
        reason=body.reason,
        expected_version=body.expected_version,
        write=write,
    )
    return answer(view)
