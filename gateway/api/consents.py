"""Verifications over REST, the holder's side: what others ask, and the answer."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import JSONResponse

from chaincode.domain.keys import Kind
from gateway.api.dependencies import PersonDep, WriteDep, service
from gateway.api.documents.identifiers import RecordId, identifier_of, key_of
from gateway.api.documents.verification_views import verification_view
from gateway.api.documents.verifications import AnswerBody, VerificationList, WithdrawBody
from gateway.api.operations import WRITES, answer
from gateway.api.strict import StrictRoute
from gateway.services.consents import Consents

router = APIRouter(prefix="/v1", tags=["requests"], route_class=StrictRoute)
ConsentsDep = Annotated[Consents, Depends(service(Consents))]
RequestPath = Annotated[RecordId, Path()]


@router.get("/requests")
async def list_requests(
    person: PersonDep, consents: ConsentsDep, after: Annotated[RecordId | None, Query()] = None
) -> VerificationList:
    """Who asks to see the evidence of your credits (a student), the latest first; 100 on a page."""
    bound = None if after is None else key_of(Kind.REQUEST, after)
    found = await consents.inbox(person, after=bound)
    return VerificationList(
        requests=tuple(map(verification_view, found.requests)),
        next=None if found.after is None else identifier_of(found.after),
    )


@router.post("/requests/{request}:answer", responses=WRITES)
async def answer_request(
    request: RequestPath,
    body: AnswerBody,
    person: PersonDep,
    write: WriteDep,
    consents: ConsentsDep,
) -> JSONResponse:
    """Consent to a request as you saw it, or refuse it."""
    view = await consents.answer(
        person,
        key_of(Kind.REQUEST, request),
        grant=body.grant,
        request_digest=body.request_digest,
        credit_version=body.credit_version,
        write=write,
    )
    return answer(view)


@router.post("/requests/{request}:withdraw", responses=WRITES)
async def withdraw_consent(
    request: RequestPath,
    body: WithdrawBody,
    person: PersonDep,
    write: WriteDep,
    consents: ConsentsDep,
) -> JSONResponse:
    """Take a consent back: nothing more is given out; what was seen stays seen."""
    view = await consents.withdraw(
        person,
        key_of(Kind.REQUEST, request),
        expected_version=body.expected_version,
        write=write,
    )
    return answer(view)
