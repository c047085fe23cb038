"""Credits over REST: apply, check, award, read."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import JSONResponse

from chaincode.domain.check import Report
from chaincode.domain.keys import Kind
from gateway.api.dependencies import PersonDep, WriteDep, service
from gateway.api.documents.credits import (
    ApplyForCreditBody,
    AwardBody,
    AwardView,
    CheckView,
    CreditList,
    CreditView,
    ReportView,
)
from gateway.api.documents.identifiers import RecordId, identifier_of, key_of
from gateway.api.operations import WRITES, answer
from gateway.api.strict import StrictRoute
from gateway.services.award_evidence import SeenVersions
from gateway.services.credits import Credits, CreditWithEnrolment

router = APIRouter(prefix="/v1", tags=["credits"], route_class=StrictRoute)
CreditsDep = Annotated[Credits, Depends(service(Credits))]
CreditPath = Annotated[RecordId, Path()]


@router.get("/credits")
async def list_credits(person: PersonDep, credits_: CreditsDep) -> CreditList:
    """The credits of the enrolments that concern you."""
    return CreditList(credits=tuple(map(_view, await credits_.mine(person))))


@router.get("/credits/{credit}")
async def read_credit(credit: CreditPath, person: PersonDep, credits_: CreditsDep) -> CreditView:
    """One credit. It has the id of its enrolment."""
    return _view(await credits_.read(person, key_of(Kind.ENROLMENT, credit)))


@router.post("/credits/{credit}:apply", responses=WRITES)
async def apply_for_credit(
    credit: CreditPath,
    body: ApplyForCreditBody,
    person: PersonDep,
    write: WriteDep,
    credits_: CreditsDep,
) -> JSONResponse:
    """Apply for the credit and seal the work to the home university (the student)."""
    view = await credits_.apply(
        person,
        key_of(Kind.ENROLMENT, credit),
        expected_version=body.expected_version,
        grade_version=body.grade_version,
        write=write,
    )
    return answer(view)


@router.post("/credits/{credit}:check")
async def check_student(credit: CreditPath, person: PersonDep, credits_: CreditsDep) -> ReportView:
    """CheckStudent: read all work and recompute every commitment (home's registrar)."""
    checked = await credits_.check(person, key_of(Kind.ENROLMENT, credit))
    return report_view(checked.report, checked.versions)


@router.post("/credits/{credit}:award", responses=WRITES)
async def award_credit(
    credit: CreditPath,
    body: AwardBody,
    person: PersonDep,
    write: WriteDep,
    credits_: CreditsDep,
) -> JSONResponse:
    """AwardCredit, on the very versions that were checked (home's registrar)."""
    seen = SeenVersions(
        credit=body.expected_version, work=body.work_version, grade=body.grade_version
    )
    return answer(await credits_.award(person, key_of(Kind.ENROLMENT, credit), seen, write))


def report_view(report: Report, versions: SeenVersions) -> ReportView:
    """Show CheckStudent's report with what it is about."""
    return ReportView(
        outcome=report.outcome,
        mark=report.mark,
        checks=tuple(CheckView(**dict(check)) for check in report.checks),
        credit_version=versions.credit,
        work_version=versions.work,
        grade_version=versions.grade,
    )


def _view(found: CreditWithEnrolment) -> CreditView:
    credit, enrolment, award = found.credit, found.enrolment, found.credit.award
    return CreditView(
        id=identifier_of(credit.key),
        version=credit.version,
        status=credit.status,
        course=identifier_of(enrolment.course),
        student=identifier_of(found.holder),
        home=found.home,
        teaching=enrolment.teaching,
        applied_at=credit.applied_at,
        award=None
        if award is None
        else AwardView(
            credits=award.credits,
            result_commitment=award.result_commitment,
            work_version=award.work_version,
            grade_version=award.grade_version,
            by=identifier_of(award.by),
            at=award.at,
        ),
    )
