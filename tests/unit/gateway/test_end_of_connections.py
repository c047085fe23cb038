"""How a gateway's connections end with it: those that others keep for later hold nothing up."""

import asyncio
import ssl
from pathlib import Path

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
