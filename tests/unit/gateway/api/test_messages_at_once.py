"""A member's gateway floods another with messages: its own wait, those of others do not."""

import asyncio
from pathlib import Path

import pytest

from chaincode.domain.constitution import MemberKind
from gateway.api import exchange
from gateway.sandbox import SandboxWorld
from gateway.services.intent import new_id
from gateway.services.receiving import Receiving
from tests.support.gateways import make_world

THREE = dict.fromkeys(("alpha", "beta", "gamma"), MemberKind.UNIVERSITY)


async def say(world: SandboxWorld, sender: str) -> None:
    core = world.gateways[sender].core
    await core.client.call(
        core.peers["alphaMSP"],
        "POST",
        "/v1/exchange/messages",
        document={"id": new_id(), "kind": "any", "document": {}},
    )


async def test_a_flood_keeps_nobody_else_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at, go_on = 0, asyncio.Event()

    async def slow(_: Receiving, sender: str, *_message: object) -> None:
        nonlocal looked_at
        if sender == "betaMSP":
            looked_at += 1
            await go_on.wait()

    monkeypatch.setattr(Receiving, "take_message", slow)
    async with make_world(tmp_path, members=THREE) as world, asyncio.timeout(60):
        flood = [asyncio.create_task(say(world, "beta")) for _ in range(3 * exchange._AT_ONCE)]
        while looked_at < exchange._AT_ONCE:  # noqa: ASYNC110 - what is watched is a number
            await asyncio.sleep(0.01)
        await say(world, "gamma")
        assert looked_at == exchange._AT_ONCE
        go_on.set()
        await asyncio.gather(*flood)
        assert looked_at == len(flood)
