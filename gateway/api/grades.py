"""Grades over REST: enter, review, read."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator

from chaincode.domain.keys import Kind
from chaincode.domain.values import Number
from gateway.api.dependencies import PersonDep, WriteDep, service
from gateway.api.documents.identifiers import RecordId, identifier_of, key_of
from gateway.api.documents.learning import (
    GradeBody,
    GradeList,
    GradeReviewView,
    GradeView,
    ReviewGradeBody,
)
from gateway.api.operations import WRITES, answer
from gateway.api.strict import StrictRoute, digits
from gateway.services.grade_values import GradeValue
from gateway.services.grades import Grades, Grading

router = APIRouter(prefix="/v1", tags=["grades"], route_class=StrictRoute)
GradesDep = Annotated[Grades, Depends(service(Grades))]
EnrolmentPath = Annotated[RecordId, Path()]


@router.post("/enrolments/{enrolment}/grades", responses=WRITES)
async def add_grade(
    enrolment: EnrolmentPath,
    body: GradeBody,
    person: PersonDep,
    write: WriteDep,
    grades: GradesDep,
) -> JSONResponse:
    """AddGrade: grade one part, or correct its grade with a reason (the teacher)."""
    grading = Grading(
        part=body.part,
        mark=body.mark,
        work_number=body.work_number,
        reason=body.reason,
        expected_version=body.expected_version,
    )
    return answer(await grades.add(person, key_of(Kind.ENROLMENT, enrolment), grading, write))


@router.get("/enrolments/{enrolment}/grades")
async def list_grades(enrolment: EnrolmentPath, person: PersonDep, grades: GradesDep) -> GradeList:
    """All grades with their values, each compared with the ledger's commitment."""
    listing = await grades.listing(person, key_of(Kind.ENROLMENT, enrolment))
    return GradeList(version=listing.version, entries=tuple(map(_view, listing.values)))


@router.post("/enrolments/{enrolment}/grades/{number}:review", responses=WRITES)
async def review_grade(
    *,
    enrolment: EnrolmentPath,
    number: Annotated[Number, BeforeValidator(digits), Path()],
    body: ReviewGradeBody,
    person: PersonDep,
    write: WriteDep,
    grades: GradesDep,
) -> JSONResponse:
    """Approve or return an offline grade: a registrar of the teaching university."""
    return answer(
        await grades.review(
            person,
            key_of(Kind.ENROLMENT, enrolment),
            number,
            outcome=body.outcome,
            expected_version=body.expected_version,
            write=write,
        )
    )


def _view(value: GradeValue) -> GradeView:
    entry, review = value.entry, value.entry.review
    return GradeView(
        number=entry.number,
        part=entry.part,
        mode=entry.mode,
        mark=value.opened.mark,
        work_number=entry.work_number,
        commitment=entry.commitment,
        matches=value.matches,
        counts=entry.stands,
        reason=entry.reason,
        by=identifier_of(entry.by),
        at=entry.at,
        review=None
        if review is None
        else GradeReviewView(by=identifier_of(review.by), at=review.at, outcome=review.outcome),
    )
