"""Courses over REST: propose, check, read."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import JSONResponse

from chaincode.domain.course import CourseStatus
from chaincode.domain.keys import Kind
from chaincode.domain.values import MspId, RandomId
from gateway.api.dependencies import PersonDep, WriteDep, service
from gateway.api.documents.courses import (
    CheckCourseBody,
    CourseList,
    CourseView,
    ProposeCourseBody,
)
from gateway.api.documents.identifiers import CourseId, key_of
from gateway.api.operations import WRITES, answer
from gateway.api.strict import StrictRoute
from gateway.services.courses import CourseProposal, Courses

router = APIRouter(prefix="/v1", tags=["courses"], route_class=StrictRoute)
CoursesDep = Annotated[Courses, Depends(service(Courses))]
CoursePath = Annotated[CourseId, Path()]


@router.post("/courses", responses=WRITES)
async def propose_course(
    body: ProposeCourseBody, person: PersonDep, write: WriteDep, courses: CoursesDep
) -> JSONResponse:
    """Propose a course, or the next version of a course of yours (a teacher)."""
    proposal = CourseProposal(
        title=body.title,
        field=body.field,
        credits=body.credits,
        class_hours=body.class_hours,
        parts=body.domain_parts(),
        scale=body.domain_scale(),
        window=body.window,
        category=body.category,
        course_kind=body.course_kind,
        previous=key_of(Kind.COURSE, body.previous) if body.previous else None,
    )
    return answer(await courses.propose(person, proposal, write))


@router.get("/courses")
async def list_courses(
    person: PersonDep,
    courses: CoursesDep,
    member: Annotated[MspId | None, Query()] = None,
    status: Annotated[CourseStatus | None, Query()] = None,
    after: Annotated[RandomId | None, Query()] = None,
) -> CourseList:
    """Courses of a university, of the own one unless another is named; all versions."""
    page = await courses.page(member or person.msp_id, status=status, after=after)
    return CourseList(courses=tuple(map(CourseView.of, page.courses)), next=page.after)


@router.get("/courses/{course}")
async def read_course(course: CoursePath, person: PersonDep, courses: CoursesDep) -> CourseView:
    """One version of a course of any university."""
    del person
    return CourseView.of(await courses.read(key_of(Kind.COURSE, course)))


@router.post("/courses/{course}:check", responses=WRITES)
async def check_course(
    course: CoursePath,
    body: CheckCourseBody,
    person: PersonDep,
    write: WriteDep,
    courses: CoursesDep,
) -> JSONResponse:
    """CheckCourse: approve a proposed course, or refuse it with a reason (a registrar)."""
    return answer(
        await courses.check(
            person,
            key_of(Kind.COURSE, course),
            approve=body.approve,
            reason=body.reason,
            expected_version=body.expected_version,
            write=write,
        )
    )
