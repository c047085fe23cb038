"""Operations over REST: what became of a write."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from fastapi.responses import JSONResponse

from chaincode.domain.caller import Role
from gateway.api.dependencies import PersonDep, PollDep, service
from gateway.api.documents.identifiers import shown
from gateway.api.problems import of_operation, refused
from gateway.api.schemas import Document, JsonObject, Time
from gateway.api.strict import StrictRoute
from gateway.model.operations import OperationStatus
from gateway.services.operation_views import OperationView
from gateway.services.operations import Operations

router = APIRouter(prefix="/v1", tags=["operations"], route_class=StrictRoute)
OperationsDep = Annotated[Operations, Depends(service(Operations))]
OperationId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


class TransactionDocument(Document):
    """One transaction on the ledger."""

    function: str
    transaction_id: str | None = None
    block: int | None = None
    endorsed_by: tuple[str, ...]
    """MSP ids of the members whose peers endorsed it."""
    code: str | None = None
    """Fabric's validation code."""


class OperationDocument(Document):
    """One write and what is known of it."""

    id: str
    kind: str
    status: OperationStatus
    created_at: Time
    result: JsonObject
    transactions: tuple[TransactionDocument, ...]
    problem: JsonObject | None = None


WRITES: dict[int | str, dict[str, Any]] = {
    200: {"model": OperationDocument, "description": "It stands on the ledger."},
    202: {"model": OperationDocument, "description": "Accepted; its outcome is at Location."},
}
"""The answers of every endpoint that writes, for the OpenAPI document."""


def location(view: OperationView) -> str:
    """Where the operation is found."""
    return f"/v1/operations/{view.id}"


def document(view: OperationView) -> OperationDocument:
    """Show an operation."""
    return OperationDocument(
        id=view.id,
        kind=view.kind,
        status=view.status,
        created_at=view.created_at,
        result={name: shown(value) for name, value in view.result.items()},
        transactions=tuple(
            TransactionDocument(
                function=item.function,
                transaction_id=item.transaction_id,
                block=item.block,
                endorsed_by=item.endorsed_by,
                code=item.code,
            )
            for item in view.transactions
        ),
        problem=of_operation(view.problem, instance=location(view)) if view.problem else None,
    )


def answer(view: OperationView, **extra: object) -> JSONResponse:
    """Answer a write: 200 when it stands, 202 while it is not final, a problem when refused."""
    if view.status is OperationStatus.REFUSED and view.problem is not None:
        problem = dict(view.problem)
        code, detail = str(problem.pop("code")), str(problem.pop("detail"))
        return refused(code, detail, instance=location(view), **problem)
    content = document(view).model_dump(mode="json", exclude_none=True) | extra
    if view.status is OperationStatus.COMMITTED:
        return JSONResponse(content)
    return JSONResponse(content, status_code=202, headers={"Location": location(view)})


@router.get("/operations/{operation}", response_model_exclude_none=True)
async def get_operation(
    operation: OperationId, person: PersonDep, operations: OperationsDep, wait: PollDep
) -> OperationDocument:
    """What became of a write of yours; with `Prefer: wait=N`, waits for its end.

    What the gateway writes by itself, registrars see.
    """
    view = await operations.view(
        operation,
        person=person.id,
        gateways_own=person.role == Role.REGISTRAR,
        wait_seconds=wait,
    )
    return document(view)
