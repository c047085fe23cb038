"""Work over REST: hand in, list, read."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BeforeValidator

from chaincode.domain.keys import Kind
from chaincode.domain.values import Number, Slug, Version
from gateway.api.dependencies import PersonDep, StreamedWriteDep, service
from gateway.api.documents.identifiers import RecordId, identifier_of, key_of
from gateway.api.documents.learning import WorkList, WorkView
from gateway.api.files import file_name_of, file_response, media_type_of
from gateway.api.openapi import FILE_ANSWER
from gateway.api.operations import WRITES, answer
from gateway.api.strict import StrictRoute, digits
from gateway.services.work import IncomingFile, Works

router = APIRouter(prefix="/v1", tags=["work"], route_class=StrictRoute)
WorksDep = Annotated[Works, Depends(service(Works))]
EnrolmentPath = Annotated[RecordId, Path()]
FILE = {
    "requestBody": {
        "required": True,
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("/enrolments/{enrolment}/work", responses=WRITES, openapi_extra=FILE)
async def upload_work(
    *,
    enrolment: EnrolmentPath,
    part: Annotated[Slug, Query()],
    request: Request,
    person: PersonDep,
    write: StreamedWriteDep,
    works: WorksDep,
    expected_version: Annotated[Version | None, BeforeValidator(digits), Query()] = None,
) -> JSONResponse:
    """WorkUpload: hand in a file for a part, as it is; a teacher hands in offline parts.

    `expected_version` is that of the list of work; without it the present one is meant.
    """
    file = IncomingFile(
        part=part,
        media_type=media_type_of(request),
        file_name=file_name_of(request),
        content=request.stream(),
    )
    view = await works.upload(
        person,
        key_of(Kind.ENROLMENT, enrolment),
        file,
        expected_version=expected_version,
        write=write,
    )
    return answer(view)


@router.get("/enrolments/{enrolment}/work")
async def list_work(enrolment: EnrolmentPath, person: PersonDep, works: WorksDep) -> WorkList:
    """All work of an enrolment, as committed on the ledger."""
    listing = await works.listing(person, key_of(Kind.ENROLMENT, enrolment))
    return WorkList(
        version=listing.version,
        entries=tuple(
            WorkView(
                number=entry.number,
                part=entry.part,
                commitment=entry.commitment,
                by=identifier_of(entry.by),
                at=entry.at,
                here=row is not None,
                body=row.body if row else None,
                sealed_size=row.size if row else None,
            )
            for entry, row in listing.entries
        ),
    )


@router.get(
    "/enrolments/{enrolment}/work/{number}/content",
    response_class=StreamingResponse,
    responses=FILE_ANSWER,
)
async def read_work(
    enrolment: EnrolmentPath,
    number: Annotated[Number, BeforeValidator(digits), Path()],
    person: PersonDep,
    works: WorksDep,
) -> StreamingResponse:
    """The work itself, after it was compared with the ledger's commitment."""
    work, content = await works.content(person, key_of(Kind.ENROLMENT, enrolment), number)
    return file_response(work, content)
