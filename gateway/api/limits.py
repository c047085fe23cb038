"""JSON bodies are small: a longer one is refused before it is read into memory.

And a body comes on, or is given up: who sends byte by byte must not hold connections for ever.
"""

import asyncio
from typing import Final

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

JSON_LIMIT: Final = 128 * 1024
RULE_LIMIT: Final = 4 * 1024 * 1024
"""A rule has at most 256 KiB in canonical form; one of ten thousand mappings is still told where
it goes wrong."""

PLAN_LIMIT: Final = 2 * 1024 * 1024
"""A plan names thousands of enrolments; twice as many as it may are still told so."""

_LARGER: Final = {
    "/v1/rules": RULE_LIMIT,
    "/v1/rules:lint": RULE_LIMIT,
    "/v1/grades:plan": PLAN_LIMIT,
    "/v1/corrections:plan": PLAN_LIMIT,
}
"""What is posted there may be longer."""

BODY_SECONDS: Final = 60.0
"""How long is waited for a JSON body, or for `LEAST_BYTES` more of a file."""

LEAST_BYTES: Final = 64 * 1024


class JsonLimit:
    """ASGI middleware that counts the bytes of JSON bodies as they come."""

    def __init__(self, app: ASGIApp, limit: int = JSON_LIMIT) -> None:
        """Wrap an application."""
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, watched."""
        if scope["type"] != "http" or _streams(scope):
            await self._app(scope, receive, send)
            return
        taken, limit = 0, max(self._limit, _larger(scope))

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                # Of FastAPI's own kind: anything else becomes "malformed" while it reads a body.
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)


class Patience:
    """ASGI middleware that waits for a body as long as it comes on."""

    def __init__(self, app: ASGIApp, seconds: float = BODY_SECONDS) -> None:
        """Wrap an application."""
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, timed: what this gateway itself does meanwhile does not count."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        clock = asyncio.get_running_loop().time
        streams, left, brought, complete = _streams(scope), self._seconds, 0, False

        async def timed() -> Message:
            nonlocal left, brought, complete
            if complete:
                return await receive()
            begun = clock()
            try:
                async with asyncio.timeout(left):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408, headers={"Connection": "close"}) from None
            complete = not message.get("more_body", False)
            left -= clock() - begun
            brought += len(message.get("body", b""))
            if streams and brought >= LEAST_BYTES:
                left, brought = self._seconds, 0
            return message

        await self._app(scope, timed, send)


def _larger(scope: Scope) -> int:
    """How much more the endpoint takes, 0 where it does not."""
    return _LARGER.get(str(scope["path"]), 0) if str(scope["method"]) == "POST" else 0


def _streams(scope: Scope) -> bool:
    """Whether the endpoint itself counts what streams in, once it knows from whom."""
    method, path = str(scope["method"]), str(scope["path"])
    return (method == "POST" and path.endswith(("/work", "/v1/exchange/messages"))) or (
        method == "PUT" and path.startswith("/v1/exchange/bodies/")
    )
