"""Learning agreements over REST: propose, look, change, approve, refuse, withdraw."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import JSONResponse

from chaincode.domain.keys import Kind
from gateway.api.dependencies import PersonDep, WriteDep, service
from gateway.api.documents.agreement_views import agreement_view
from gateway.api.documents.agreements import (
    AgreementList,
    AgreementView,
    ChangeAgreementBody,
    ProposeAgreementBody,
    RefuseAgreementBody,
    SeenVersionBody,
)
from gateway.api.documents.identifiers import RecordId, key_of
from gateway.api.operations import WRITES, answer
from gateway.api.strict import StrictRoute
from gateway.services.agreement_access import AgreementAccess
from gateway.services.agreements import (
    Agreements,
    ProposedHomeRow,
    ProposedRow,
    ProposedVersion,
    SeenVersion,
)

router = APIRouter(prefix="/v1", tags=["agreements"], route_class=StrictRoute)
AgreementsDep = Annotated[Agreements, Depends(service(Agreements))]
AccessDep = Annotated[AgreementAccess, Depends(service(AgreementAccess))]
AgreementPath = Annotated[RecordId, Path()]


@router.post("/agreements", responses=WRITES)
async def propose_agreement(
    body: ProposeAgreementBody, person: PersonDep, write: WriteDep, agreements: AgreementsDep
) -> JSONResponse:
    """Propose what to take at the host and what it replaces at home (a student)."""
    view = await agreements.propose(
        person,
        _proposed(body),
        programme=key_of(Kind.PROGRAMME, body.programme),
        programme_digest=body.programme_digest,
        term=key_of(Kind.TERM, body.term),
        rules=key_of(Kind.SERIES, body.rules),
        write=write,
    )
    return answer(view)


@router.get("/agreements")
async def list_agreements(person: PersonDep, access: AccessDep) -> AgreementList:
    """Your agreements (a student), or those that your university is host or home of."""
    return AgreementList(agreements=tuple(map(agreement_view, await access.mine(person))))


@router.get("/agreements/{agreement}")
async def read_agreement(
    agreement: AgreementPath, person: PersonDep, access: AccessDep
) -> AgreementView:
    """One agreement with its history: who said what to each version, whose answer is missing."""
    return agreement_view(await access.read(person, key_of(Kind.AGREEMENT, agreement)))


@router.post("/agreements/{agreement}:change", responses=WRITES)
async def change_agreement(
    agreement: AgreementPath,
    body: ChangeAgreementBody,
    person: PersonDep,
    write: WriteDep,
    agreements: AgreementsDep,
) -> JSONResponse:
    """Propose the next version, or the end: the student, or a registrar of host or home."""
    view = await agreements.change(
        person,
        key_of(Kind.AGREEMENT, agreement),
        _proposed(body),
        kind=body.kind,
        expected_version=body.expected_version,
        write=write,
    )
    return answer(view)


@router.post("/agreements/{agreement}:approve", responses=WRITES)
async def approve_agreement(
    agreement: AgreementPath,
    body: SeenVersionBody,
    person: PersonDep,
    write: WriteDep,
    agreements: AgreementsDep,
) -> JSONResponse:
    """Approve the version that you saw; the third approval puts it in force."""
    key = key_of(Kind.AGREEMENT, agreement)
    return answer(await agreements.answer(person, key, _seen(body), refusal=None, write=write))


@router.post("/agreements/{agreement}:refuse", responses=WRITES)
async def refuse_agreement(
    agreement: AgreementPath,
    body: RefuseAgreementBody,
    person: PersonDep,
    write: WriteDep,
    agreements: AgreementsDep,
) -> JSONResponse:
    """Refuse the version that you saw, with a reason: what is in force stays so."""
    key = key_of(Kind.AGREEMENT, agreement)
    view = await agreements.answer(person, key, _seen(body), refusal=body.reason, write=write)
    return answer(view)


@router.post("/agreements/{agreement}:withdraw", responses=WRITES)
async def withdraw_agreement_proposal(
    agreement: AgreementPath,
    body: SeenVersionBody,
    person: PersonDep,
    write: WriteDep,
    agreements: AgreementsDep,
) -> JSONResponse:
    """Take your own proposal back, while nobody else has answered it."""
    key = key_of(Kind.AGREEMENT, agreement)
    return answer(await agreements.withdraw(person, key, _seen(body), write))


def _proposed(body: ProposeAgreementBody | ChangeAgreementBody) -> ProposedVersion:
    return ProposedVersion(
        table_a=[ProposedRow(key_of(Kind.COURSE, row.course), row.digest) for row in body.table_a],
        table_b=[
            ProposedHomeRow(key_of(Kind.COURSE, row.course), row.digest, row.credits)
            for row in body.table_b
        ],
        late_reason=body.late_reason,
        answer_by=body.answer_by,
    )


def _seen(body: SeenVersionBody) -> SeenVersion:
    return SeenVersion(body.number, body.digest)
