"""Progress towards a degree over REST: derived at every question, for a credit bank's too."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from chaincode.domain.keys import Kind
from chaincode.domain.values import RandomId
from gateway.api.dependencies import PersonDep, service
from gateway.api.documents.identifiers import ProgrammeId, key_of
from gateway.api.documents.progress import ProgressView
from gateway.api.strict import StrictRoute
from gateway.services.recognition.progress import Progress

router = APIRouter(prefix="/v1", tags=["programmes"], route_class=StrictRoute)


@router.get("/progress")
async def read_progress(
    person: PersonDep,
    progress: Annotated[Progress, Depends(service(Progress))],
    programme: Annotated[ProgrammeId, Query(description="Of any member.")],
    application: Annotated[
        RandomId | None,
        Query(description="For a registrar: an application of the student."),
    ] = None,
) -> ProgressView:
    """Which credits count towards a degree, what is missing, and why some do not count."""
    return ProgressView.of(
        await progress.of(person, key_of(Kind.PROGRAMME, programme), application)
    )
