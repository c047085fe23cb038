"""Applications for recognition over REST: the student asks, looks, and takes it back."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import JSONResponse

from chaincode.domain.values import RandomId
from gateway.api.dependencies import PersonDep, WriteDep, service
from gateway.api.documents.recognitions import (
    ApplyForRecognitionBody,
    RecognitionList,
    RecognitionView,
)
from gateway.api.operations import WRITES, answer
from gateway.api.strict import StrictRoute
from gateway.services.recognition.application_access import ApplicationAccess
from gateway.services.recognition.applications import RecognitionApplications

router = APIRouter(prefix="/v1", tags=["recognitions"], route_class=StrictRoute)
ApplicationsDep = Annotated[RecognitionApplications, Depends(service(RecognitionApplications))]
AccessDep = Annotated[ApplicationAccess, Depends(service(ApplicationAccess))]
ApplicationPath = Annotated[RandomId, Path()]


@router.post("/recognitions", responses=WRITES)
async def apply_for_recognition(
    body: ApplyForRecognitionBody,
    person: PersonDep,
    write: WriteDep,
    applications: ApplicationsDep,
) -> JSONResponse:
    """Permit a university to redeem your credits towards a degree, and ask it to (a student)."""
    return answer(await applications.apply(person, body.wanted(), write))


@router.get("/recognitions")
async def list_recognitions(
    person: PersonDep, access: AccessDep, after: Annotated[RandomId | None, Query()] = None
) -> RecognitionList:
    """Your applications (a student), or those that your university decides (a registrar)."""
    return RecognitionList.of(await access.mine(person, after=after))


@router.get("/recognitions/{application}")
async def read_recognition(
    application: ApplicationPath, person: PersonDep, access: AccessDep
) -> RecognitionView:
    """One application: each permission as it stands, who else uses the credit, the decision."""
    return RecognitionView.shown(await access.read(person, application))


@router.post("/recognitions/{application}:withdraw", responses=WRITES)
async def withdraw_recognition(
    application: ApplicationPath,
    person: PersonDep,
    write: WriteDep,
    applications: ApplicationsDep,
) -> JSONResponse:
    """Take back every permission that was not used yet (the student): the credits are free."""
    return answer(await applications.withdraw(person, application, write))
