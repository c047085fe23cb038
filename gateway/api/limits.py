"""JSON bodies are small: a longer one is refused before it is read into memory."""

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


def _larger(scope: Scope) -> int:
    """How much more the endpoint takes, 0 where it does not."""
    return _LARGER.get(str(scope["path"]), 0) if str(scope["method"]) == "POST" else 0


def _streams(scope: Scope) -> bool:
    """Whether the endpoint takes files as they stream in; what they are does not matter."""
    method, path = str(scope["method"]), str(scope["path"])
    return (method == "POST" and path.endswith("/work")) or (
        method == "PUT" and path.startswith("/v1/exchange/bodies/")
    )
