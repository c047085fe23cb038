"""The REST interface of one gateway."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.api import health, ledger, operations, people, problems
from gateway.api.headers import Unkept
from gateway.api.heads import Heads
from gateway.api.limits import JsonLimit, Patience
from gateway.api.openapi import DescribedApp

CORE: Final[tuple[APIRouter, ...]] = (
    people.router,
    operations.router,
    ledger.router,
    health.router,
)
_SANDBOX: Final = b"sandbox; not a ledger"
_DESCRIPTION: Final = (
    "Credits that another university can check down to the homework and the exam. Writes are "
    "operations on a ledger: 200 when they stand, 202 while they are under way. Every refusal is a "
    "problem (RFC 9457) with a stable type. Amounts are decimal texts, times are UTC."
)


class SaysSandbox:
    """ASGI middleware: every answer says that nothing here is on a ledger."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and add the header to its answer."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"crosscredit-ledger", _SANDBOX)]
            await send(message)

        await self._app(scope, receive, marked if scope["type"] == "http" else send)


def create_app(
    *,
    title: str,
    services: Mapping[type, object],
    routers: tuple[APIRouter, ...] = (),
    is_ledger: bool,
    start: Callable[[], Awaitable[None]],
    stop: Callable[[], Awaitable[None]],
) -> FastAPI:
    """Make the application.

    Args:
        title: the member's name.
        services: one instance for each type that endpoints ask for.
        routers: the subjects beside the core's.
        is_ledger: False for the sandbox, which every answer then says.
        start: what runs before the first request.
        stop: what runs after the last one.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await start()
        try:
            yield
        finally:
            await stop()

    app = DescribedApp(
        title=f"crosscredit, {title}",
        version="1",
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        redirect_slashes=False,  # the address to go to would be made of what Host says
        # As they are: including a router would build each of its routes anew for this application.
        routes=[route for router in (*CORE, *routers) for route in router.routes],
    )
    app.state.services = dict(services)
    problems.install(app)
    app.add_middleware(JsonLimit)
    app.add_middleware(Patience)
    app.add_middleware(Heads)
    app.add_middleware(Unkept)
    if not is_ledger:
        app.add_middleware(SaysSandbox)
    return app
