"""For machines that watch this one: alive, and able to work."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from gateway.api.dependencies import service
from gateway.api.schemas import Document
from gateway.api.strict import NamedRoute
from gateway.services.health import Health

router = APIRouter(tags=["health"], route_class=NamedRoute)


class Readiness(Document):
    """Each thing that is needed: "ok", or what is wrong in a word."""

    ready: bool
    ledger: str
    """fabric, or sandbox: which is no ledger."""
    database: str
    peer: str
    constitution: str


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", responses={code: {"model": Readiness} for code in (200, 503)})
async def ready(health: Annotated[Health, Depends(service(Health))]) -> JSONResponse:
    """The database, the peer and the constitution are as they must be; 503 where not."""
    found = await health.check()
    shown = Readiness(
        ready=found.ready,
        ledger=found.ledger,
        database=found.database,
        peer=found.peer,
        constitution=found.constitution,
    )
    return JSONResponse(shown.model_dump(), status_code=200 if found.ready else 503)
