"""JSON bodies are small: a longer one is refused before it is read into memory."""

from typing import Final

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

JSON_LIMIT: Final = 128 * 1024
RULE_LIMIT: Final = 512 * 1024
"""A rule has at most 256 KiB in canonical form; written for people it has more."""

_OF_RULES: Final = frozenset({"/v1/rules", "/v1/rules:lint"})


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
        taken, limit = 0, max(self._limit, RULE_LIMIT) if _is_rule(scope) else self._limit

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                # Of FastAPI's own kind: anything else becomes "malformed" while it reads a body.
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)


def _is_rule(scope: Scope) -> bool:
    """Whether the endpoint takes a rule document."""
    return str(scope["method"]) == "POST" and str(scope["path"]) in _OF_RULES


def _streams(scope: Scope) -> bool:
    """Whether the endpoint takes files as they stream in; what they are does not matter."""
    method, path = str(scope["method"]), str(scope["path"])
    return (method == "POST" and path.endswith("/work")) or (
        method == "PUT" and path.startswith("/v1/exchange/bodies/")
    )
