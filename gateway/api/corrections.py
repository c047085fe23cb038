"""Corrections after the award and rulings over REST."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import JSONResponse

from chaincode.domain.keys import Kind
from gateway.api.dependencies import PersonDep, WriteDep, service
from gateway.api.documents.corrections import (
    CorrectedGradeView,
    CorrectionList,
    CorrectionView,
    RuleBody,
    RulingEntryView,
    RulingsView,
)
from gateway.api.documents.credits import AwardBody
from gateway.api.documents.identifiers import RecordId, identifier_of, key_of
from gateway.api.operations import WRITES, answer
from gateway.api.strict import StrictRoute
from gateway.services.award_evidence import SeenVersions
from gateway.services.corrections import Corrections, PendingCorrection
from gateway.services.rulings import AskedRuling, Rulings

router = APIRouter(prefix="/v1", tags=["corrections"], route_class=StrictRoute)
CorrectionsDep = Annotated[Corrections, Depends(service(Corrections))]
RulingsDep = Annotated[Rulings, Depends(service(Rulings))]
CreditPath = Annotated[RecordId, Path()]


@router.get("/corrections")
async def list_corrections(person: PersonDep, corrections: CorrectionsDep) -> CorrectionList:
    """Awarded credits that concern you and whose grades were corrected since."""
    found = await corrections.pending(person)
    return CorrectionList(corrections=tuple(map(_view, found)))


@router.post("/credits/{credit}:accept-correction", responses=WRITES)
async def accept_correction(
    credit: CreditPath,
    body: AwardBody,
    person: PersonDep,
    write: WriteDep,
    corrections: CorrectionsDep,
) -> JSONResponse:
    """AcceptCorrection, on the very versions that were checked (home's registrar)."""
    seen = SeenVersions(
        credit=body.expected_version, work=body.work_version, grade=body.grade_version
    )
    key = key_of(Kind.ENROLMENT, credit)
    return answer(await corrections.accept(person, key, seen, write))


@router.get("/credits/{credit}/rulings")
async def read_rulings(credit: CreditPath, person: PersonDep, rulings: RulingsDep) -> RulingsView:
    """What authorities said of a credit: public to every member."""
    del person
    found = await rulings.of(key_of(Kind.ENROLMENT, credit))
    entries = found.entries if found else ()
    return RulingsView(
        credit=credit,
        version=found.version if found else 0,
        rulings=tuple(
            RulingEntryView(**{**dict(entry), "by": identifier_of(entry.by)}) for entry in entries
        ),
    )


@router.post("/credits/{credit}:rule", responses=WRITES)
async def rule_on_credit(
    credit: CreditPath, body: RuleBody, person: PersonDep, write: WriteDep, rulings: RulingsDep
) -> JSONResponse:
    """Suspend a credit, lift that, or revoke it (a supervisor of the authority)."""
    asked = AskedRuling(
        enrolment=key_of(Kind.ENROLMENT, credit),
        ruling=body.ruling,
        reason=body.reason,
        gives_back=body.gives_back,
        expected_version=body.expected_version,
        credit_version=body.credit_version,
    )
    return answer(await rulings.rule(person, asked, write))


def _view(found: PendingCorrection) -> CorrectionView:
    return CorrectionView(
        credit=identifier_of(found.enrolment.key),
        credit_version=found.credit.version,
        grade_version=found.grade.version,
        pending=tuple(
            CorrectedGradeView(
                number=entry.number,
                part=entry.part,
                reason=entry.reason,
                by=identifier_of(entry.by),
                at=entry.at,
                stands=entry.stands,
            )
            for entry in found.entries
        ),
    )
