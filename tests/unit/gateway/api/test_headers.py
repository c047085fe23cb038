"""Nothing that a gateway says is kept on the way."""

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from gateway.api.headers import Unkept
from gateway.api.heads import Heads


@pytest.mark.parametrize("path", ["/token", "/nothing", "/cached"])
async def test_no_answer_is_kept_or_guessed_at(path: str) -> None:
    app = FastAPI()
    app.add_middleware(Unkept)

    @app.get("/token")
    async def token() -> JSONResponse:
        return JSONResponse({"token": "secret"})

    @app.get("/cached")
    async def cached() -> JSONResponse:
        return JSONResponse({}, headers={"Cache-Control": "public, max-age=600"})

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://gateway") as client:
        answer = await client.get(path)
    assert answer.headers.get_list("cache-control") == ["no-store"]
    assert answer.headers.get_list("x-content-type-options") == ["nosniff"]


async def test_head_is_get_without_the_content() -> None:
    app = FastAPI()
    app.add_middleware(Heads)

    @app.get("/token")
    async def token() -> JSONResponse:
        return JSONResponse({"token": "secret"})

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://gateway") as client:
        got, head = await client.get("/token"), await client.head("/token")
        assert (await client.head("/nothing")).status_code == 404
    assert (head.status_code, head.content, head.headers) == (200, b"", got.headers)
