"""Bodies that do not come on are given up; those that do are waited for."""

import asyncio
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI, Request

from gateway.api import problems
from gateway.api.limits import LEAST_BYTES, Patience

JSON, FILE = "/v1/rules", "/v1/enrolments/x/work"
SECONDS = 0.6


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    problems.install(app)
    app.add_middleware(Patience, seconds=SECONDS)

    @app.post(JSON)
    @app.post(FILE)
    async def size(request: Request) -> int:
        return len(await request.body())

    return app


async def post(app: FastAPI, path: str, body: AsyncIterator[bytes]) -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://gateway") as client:
        return await client.post(path, content=body)


async def pieces(size: int, times: int, pause: float) -> AsyncIterator[bytes]:
    for _ in range(times):
        await asyncio.sleep(pause)
        yield b"x" * size


async def silent() -> AsyncIterator[bytes]:
    yield b"x"
    await asyncio.Event().wait()


def dripping() -> AsyncIterator[bytes]:
    return pieces(1, 10**6, 0.01)


@pytest.mark.parametrize("path", [JSON, FILE])
@pytest.mark.parametrize("body", [silent, dripping])
async def test_a_body_that_does_not_come_on(
    app: FastAPI, path: str, body: Callable[[], AsyncIterator[bytes]]
) -> None:
    async with asyncio.timeout(20):
        answer = await post(app, path, body())
    assert answer.status_code == 408
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["connection"] == "close"
    assert answer.json()["type"] == "urn:crosscredit:problem:request-timeout"


async def test_a_file_may_take_its_time_as_long_as_it_comes_on(app: FastAPI) -> None:
    answer = await post(app, FILE, pieces(LEAST_BYTES, 6, SECONDS / 3))
    assert (answer.status_code, answer.json()) == (200, 6 * LEAST_BYTES)


async def test_what_the_gateway_itself_does_meanwhile_does_not_count() -> None:
    app = FastAPI()
    app.add_middleware(Patience, seconds=SECONDS)

    @app.post(FILE)
    async def slow(request: Request) -> int:
        size = 0
        async for piece in request.stream():
            size += len(piece)
            await asyncio.sleep(SECONDS)
        return size

    answer = await post(app, FILE, pieces(1, 3, 0))
    assert (answer.status_code, answer.json()) == (200, 3)
