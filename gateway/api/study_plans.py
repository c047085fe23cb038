"""Study plans over REST: what caps on shares are counted in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from chaincode.domain.values import RandomId
from gateway.api.dependencies import PersonDep, service
from gateway.api.documents.recognitions import RecognitionView
from gateway.api.documents.study_plans import StudyPlanBody, StudyPlanView
from gateway.api.strict import StrictRoute
from gateway.services.recognition.application_access import ApplicationAccess
from gateway.services.recognition.stating import Stating

router = APIRouter(prefix="/v1", tags=["recognitions"], route_class=StrictRoute)
StatingDep = Annotated[Stating, Depends(service(Stating))]
ApplicationPath = Annotated[RandomId, Path()]


@router.post("/recognitions/{application}:plan")
async def state_plan(
    application: ApplicationPath,
    body: StudyPlanBody,
    person: PersonDep,
    stating: StatingDep,
    access: Annotated[ApplicationAccess, Depends(service(ApplicationAccess))],
) -> RecognitionView:
    """State what the student takes when, and decide on it again (a registrar of the decider).

    It replaces what was stated before. The answer is the application as it stands then.
    """
    await stating.state(person, application, body.plan())
    return RecognitionView.shown(await access.read(person, application))


@router.get("/recognitions/{application}/plan")
async def read_plan(
    application: ApplicationPath, person: PersonDep, stating: StatingDep
) -> StudyPlanView:
    """The plan as it was stated last, at the decider (its registrars, and its own student)."""
    return StudyPlanView.of(await stating.read(person, application))
