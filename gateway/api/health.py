"""For machines that watch this one: alive, and able to work."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from gateway.api.dependencies import service
from gateway.services.health import Health

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def ready(health: Annotated[Health, Depends(service(Health))]) -> JSONResponse:
    """The database, the peer and the constitution are as they must be; 503 where not."""
    found = await health.check()
    return JSONResponse(
        {
            "ready": found.ready,
            "ledger": found.ledger,
            "database": found.database,
            "peer": found.peer,
            "constitution": found.constitution,
        },
        status_code=200 if found.ready else 503,
    )
