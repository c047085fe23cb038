"""How a gateway's connections end with it: those that others keep for later hold nothing up."""

import asyncio
import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.main import _Connection
from tests.support.loopback import Loopback, answering

_SOON_SECONDS = 20.0
"""An answer to TLS's farewell would be waited for half a minute."""


@pytest.mark.parametrize(
    "keep_alive_seconds", [60, pytest.param(0, id="farewell-was-said-already")]
)
async def test_a_connection_kept_by_another_gateway(
    tmp_path: Path, keep_alive_seconds: int
) -> None:
    loopback = Loopback(tmp_path)
    trusted = ssl.create_default_context(cafile=str(loopback.roots))
    settings = {"http": _Connection, "timeout_keep_alive": keep_alive_seconds}
    async with httpx.AsyncClient(verify=trusted) as client:
        async with asyncio.timeout(None) as end:
            async with loopback.served(answering(200, b"{}"), **settings) as url:
                assert (await client.get(url)).status_code == 200
                await asyncio.sleep(0.1)
                end.reschedule(asyncio.get_running_loop().time() + _SOON_SECONDS)
        with pytest.raises(httpx.ConnectError):
            await client.get(url)


async def test_what_is_under_way_is_finished(tmp_path: Path) -> None:
    loopback = Loopback(tmp_path)
    trusted = ssl.create_default_context(cafile=str(loopback.roots))
    asked, ended = asyncio.Event(), asyncio.Event()
    answer = answering(200, b'{"finished": true}')

    async def slow(scope: object, receive: object, send: object) -> None:
        asked.set()
        await ended.wait()
        await answer(scope, receive, send)

    async with httpx.AsyncClient(verify=trusted) as client:
        async with asyncio.timeout(None) as end, loopback.served(slow, http=_Connection) as url:
            asking = asyncio.create_task(client.get(url))
            await asked.wait()
            now = asyncio.get_running_loop().time()
            asyncio.get_running_loop().call_at(now + 2.0, ended.set)
            end.reschedule(now + _SOON_SECONDS)
        assert (await asking).json() == {"finished": True}


async def _drip(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)


@pytest.mark.parametrize("head", ["X-Slow: ", "Content-Length: 1000000\r\n\r\n"])
async def test_who_sends_byte_by_byte_holds_no_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: str
) -> None:
    """A head, or the rest of a body that nobody wants."""
    monkeypatch.setattr("gateway.main._HEAD_SECONDS", 1.0)
    loopback = Loopback(tmp_path)
    trusted = ssl.create_default_context(cafile=str(loopback.roots))

    async def refusing(_scope: object, _receive: object, send: Any) -> None:
        await send({"type": "http.response.start", "status": 401, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async with loopback.served(refusing, http=_Connection) as url:
        port = int(url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("localhost", port, ssl=trusted)
        writer.write(f"POST / HTTP/1.1\r\nHost: localhost\r\n{head}".encode())
        if head.endswith("\r\n\r\n"):
            assert b"401" in await reader.readline()
        async with asyncio.timeout(_SOON_SECONDS):
            with pytest.raises(ConnectionError):
                await _drip(writer)
        writer.close()


async def test_a_request_is_answered_however_long_it_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.main._HEAD_SECONDS", 0.5)
    loopback = Loopback(tmp_path)
    trusted = ssl.create_default_context(cafile=str(loopback.roots))
    answer = answering(200, b"{}")

    async def slow(scope: object, receive: object, send: object) -> None:
        await asyncio.sleep(1.5)
        await answer(scope, receive, send)

    async with (
        httpx.AsyncClient(verify=trusted) as client,
        loopback.served(slow, http=_Connection) as url,
    ):
        for _ in range(2):
            assert (await client.get(url)).status_code == 200
