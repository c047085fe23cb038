"""Decisions over REST: look, confirm, redeem, grant, replay."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import JSONResponse

from chaincode.domain.decision import DecisionStatus
from chaincode.domain.keys import Kind
from chaincode.domain.values import RandomId
from gateway.api.dependencies import PersonDep, WriteDep, service
from gateway.api.documents.decisions import (
    ConfirmDecisionBody,
    DecisionList,
    DecisionView,
    ReplayView,
)
from gateway.api.documents.identifiers import RecordId, key_of
from gateway.api.languages import LanguageDep
from gateway.api.operations import WRITES, answer
from gateway.api.strict import StrictRoute
from gateway.services.recognition.decisions import Decisions
from gateway.services.recognition.replay import Replay

router = APIRouter(prefix="/v1", tags=["decisions"], route_class=StrictRoute)
DecisionsDep = Annotated[Decisions, Depends(service(Decisions))]
ReplayDep = Annotated[Replay, Depends(service(Replay))]
DecisionPath = Annotated[RecordId, Path()]


@router.get("/decisions")
async def list_decisions(
    person: PersonDep,
    decisions: DecisionsDep,
    status: Annotated[DecisionStatus | None, Query()] = None,
    after: Annotated[RandomId | None, Query()] = None,
) -> DecisionList:
    """Your university's decisions (a registrar)."""
    return DecisionList.of(await decisions.page(person, status=status, after=after))


@router.get("/decisions/{decision}")
async def read_decision(
    decision: DecisionPath, person: PersonDep, decisions: DecisionsDep, language: LanguageDep
) -> DecisionView:
    """One decision with what is recognised and why: the student's, and registrars of the decider.

    Codes are the same everywhere; sentences are in English or Chinese.
    """
    found = await decisions.read(person, key_of(Kind.DECISION, decision))
    return DecisionView.shown(found, language)


@router.get("/decisions/{decision}/replay")
async def replay_decision(
    decision: DecisionPath, person: PersonDep, replay: ReplayDep
) -> ReplayView:
    """Repeat every revision from its facts: codes and commitments must come out identical."""
    return ReplayView.of(*await replay.replay(person, key_of(Kind.DECISION, decision)))


@router.post("/decisions/{decision}:confirm", responses=WRITES)
async def confirm_decision(
    decision: DecisionPath,
    body: ConfirmDecisionBody,
    person: PersonDep,
    write: WriteDep,
    decisions: DecisionsDep,
) -> JSONResponse:
    """Say what holds, where the rule or a correction asks for a person (a registrar)."""
    view = await decisions.confirm(
        person,
        key_of(Kind.DECISION, decision),
        outcome=body.outcome,
        reason=body.reason,
        expected_version=body.expected_version,
        write=write,
    )
    return answer(view)


@router.post("/decisions/{decision}:redeem", responses=WRITES)
async def redeem_decision(
    decision: DecisionPath, person: PersonDep, write: WriteDep, decisions: DecisionsDep
) -> JSONResponse:
    """Redeem what is still held, where that is a registrar's alone."""
    return answer(await decisions.redeem(person, key_of(Kind.DECISION, decision), write))


@router.post("/decisions/{decision}:grant", responses=WRITES)
async def grant_degree(
    decision: DecisionPath, person: PersonDep, write: WriteDep, decisions: DecisionsDep
) -> JSONResponse:
    """The degree is granted, and keeps what it used (a registrar)."""
    return answer(await decisions.grant(person, key_of(Kind.DECISION, decision), write))
