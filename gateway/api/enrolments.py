"""Enrolments over REST: apply, admit, read."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import JSONResponse

from chaincode.domain.enrolment import Enrolment
from chaincode.domain.keys import Kind
from gateway.api.dependencies import PersonDep, WriteDep, service
from gateway.api.documents.identifiers import RecordId, key_of
from gateway.api.documents.learning import EnrolBody, EnrolmentList, EnrolmentView, LearnBody
from gateway.api.operations import WRITES, answer
from gateway.api.strict import StrictRoute
from gateway.services.enrolments import Enrolments

router = APIRouter(prefix="/v1", tags=["enrolments"], route_class=StrictRoute)
EnrolmentsDep = Annotated[Enrolments, Depends(service(Enrolments))]
EnrolmentPath = Annotated[RecordId, Path()]


@router.post("/enrolments", responses=WRITES)
async def apply_for_course(
    body: EnrolBody, person: PersonDep, write: WriteDep, enrolments: EnrolmentsDep
) -> JSONResponse:
    """Apply for a course of any university, under a pseudonym for it alone (a student)."""
    course = key_of(Kind.COURSE, body.course)
    return answer(await enrolments.apply(person, course, body.course_digest, write))


@router.get("/enrolments")
async def list_enrolments(person: PersonDep, enrolments: EnrolmentsDep) -> EnrolmentList:
    """Your own as a student, your students' as a teacher, the university's as a registrar."""
    found = await enrolments.mine(person)
    return EnrolmentList(enrolments=tuple([await _view(enrolments, e) for e in found]))


@router.get("/enrolments/{enrolment}")
async def read_enrolment(
    enrolment: EnrolmentPath, person: PersonDep, enrolments: EnrolmentsDep
) -> EnrolmentView:
    """One enrolment that concerns you."""
    found = await enrolments.read(person, key_of(Kind.ENROLMENT, enrolment))
    return await _view(enrolments, found)


@router.post("/enrolments/{enrolment}:learn", responses=WRITES)
async def learn_course(
    enrolment: EnrolmentPath,
    body: LearnBody,
    person: PersonDep,
    write: WriteDep,
    enrolments: EnrolmentsDep,
) -> JSONResponse:
    """LearnCourse: admit a student to your course, or refuse with a reason (the teacher)."""
    return answer(
        await enrolments.learn(
            person,
            key_of(Kind.ENROLMENT, enrolment),
            admit=body.admit,
            reason=body.reason,
            expected_version=body.expected_version,
            write=write,
        )
    )


async def _view(enrolments: Enrolments, enrolment: Enrolment) -> EnrolmentView:
    return EnrolmentView.of(enrolment, ready=await enrolments.ready(enrolment.key))
