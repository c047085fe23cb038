"""Recognitions that ignore a change, over REST."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from chaincode.domain.keys import Kind
from gateway.api.dependencies import PersonDep, service
from gateway.api.documents.identifiers import RecordId, key_of
from gateway.api.documents.stale import EXAMPLE, StaleList
from gateway.api.strict import StrictRoute
from gateway.services.recognition.stale import StaleRecognitions

router = APIRouter(prefix="/v1", tags=["corrections"], route_class=StrictRoute)
StaleDep = Annotated[StaleRecognitions, Depends(service(StaleRecognitions))]


@router.get(
    "/redemptions/stale",
    responses={200: {"content": {"application/json": {"example": EXAMPLE}}}},
)
async def list_stale(
    person: PersonDep, stale: StaleDep, after: Annotated[RecordId | None, Query()] = None
) -> StaleList:
    """Recognitions of any member that ignore a correction, a ruling or a withdrawn certificate.

    For registrars of the credit's home and of the teaching university, and for supervisors.
    """
    key = None if after is None else key_of(Kind.ENROLMENT, after)
    return StaleList.of(await stale.page(person, after=key))
