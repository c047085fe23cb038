"""Programmes and terms over REST: publish and read."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import JSONResponse

from chaincode.domain.keys import Kind
from chaincode.domain.values import MspId, RandomId
from gateway.api.dependencies import PersonDep, WriteDep, service
from gateway.api.documents.identifiers import ProgrammeId, RecordId, key_of
from gateway.api.documents.programmes import (
    ProgrammeList,
    ProgrammeView,
    PublishProgrammeBody,
    PublishTermBody,
    TermList,
    TermView,
)
from gateway.api.operations import WRITES, answer
from gateway.api.strict import StrictRoute
from gateway.services.programmes import Programmes

router = APIRouter(prefix="/v1", tags=["programmes"], route_class=StrictRoute)
ProgrammesDep = Annotated[Programmes, Depends(service(Programmes))]


@router.post("/programmes", responses=WRITES)
async def publish_programme(
    body: PublishProgrammeBody, person: PersonDep, write: WriteDep, programmes: ProgrammesDep
) -> JSONResponse:
    """Publish a programme, or the next version of one of the member's own (a registrar)."""
    previous = key_of(Kind.PROGRAMME, body.previous) if body.previous else None
    content = body.content(person.msp_id)
    return answer(await programmes.publish(person, content, previous=previous, write=write))


@router.get("/programmes")
async def list_programmes(
    person: PersonDep,
    programmes: ProgrammesDep,
    member: Annotated[MspId | None, Query()] = None,
    after: Annotated[RandomId | None, Query()] = None,
) -> ProgrammeList:
    """Programmes of a member, of the own one unless another is named; all versions."""
    page = await programmes.page(member or person.msp_id, after=after)
    return ProgrammeList(programmes=tuple(map(ProgrammeView.of, page.programmes)), next=page.after)


@router.get("/programmes/{programme}")
async def read_programme(
    programme: Annotated[ProgrammeId, Path()], person: PersonDep, programmes: ProgrammesDep
) -> ProgrammeView:
    """One version of a programme of any member."""
    del person
    return ProgrammeView.of(await programmes.read(key_of(Kind.PROGRAMME, programme)))


@router.post("/terms", responses=WRITES)
async def publish_term(
    body: PublishTermBody, person: PersonDep, write: WriteDep, programmes: ProgrammesDep
) -> JSONResponse:
    """Publish a term of the member (a registrar)."""
    return answer(await programmes.publish_term(person, body.content(), write))


@router.get("/terms")
async def list_terms(
    person: PersonDep,
    programmes: ProgrammesDep,
    member: Annotated[MspId | None, Query()] = None,
    after: Annotated[RandomId | None, Query()] = None,
) -> TermList:
    """Terms of a member, of the own one unless another is named."""
    page = await programmes.page_of_terms(member or person.msp_id, after=after)
    return TermList(terms=tuple(map(TermView.of, page.terms)), next=page.after)


@router.get("/terms/{term}")
async def read_term(
    term: Annotated[RecordId, Path()], person: PersonDep, programmes: ProgrammesDep
) -> TermView:
    """One term of any member."""
    del person
    return TermView.of(await programmes.read_term(key_of(Kind.TERM, term)))
