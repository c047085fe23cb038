"""`crosscredit transfers` and `crosscredit progress` against gateways on the sandbox."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from typer import Typer

from demo.story import recognition as story
from demo.story import registration, transfer
from gateway.cli import progress, transfers
from gateway.cli.transfers import _lacking
from tests.support import planning_scenario as scenario
from tests.support.loopback import Loopback
from tests.support.planning_scenario import Planned
from tests.support.shell import Shell
from tests.support.story import sandbox_world, world_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def planned(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Planned]:
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(sandbox_world(tmp_path_factory.mktemp("study")))
        world = await stack.enter_async_context(world_of(sandbox, lambda _: None))
        found = await scenario.prepare(world, await registration.play(world))
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shell(
    planned: Planned, loopback: Loopback, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Shell]:
    """Of gamma's registrar."""
    app = planned.gamma.registrar.gateway.client._transport.app  # type: ignore[attr-defined]
    async with loopback.served(app) as url:
        made = Shell(tmp_path_factory.mktemp("shell"), url, loopback.roots)
        staff = planned.world.staff["gamma", "registrar-1"]
        await made.log_in("registrar-1", staff.passphrase)
        yield made


async def of(shell: Shell, app: Typer, *arguments: str) -> Any:
    """What a command gives to programs."""
    return json.loads((await shell.run(*arguments, "--json", of=app)).stdout)


async def test_progress_is_shown_with_what_is_missing(planned: Planned, shell: Shell) -> None:
    student, programme = planned.cast.student, planned.gamma.programme
    application = await story.apply(student, planned.gamma, planned.rule, planned.credit)
    await story.settled(student, application, "redeemed")
    asked = ("show", programme, "--application", application)
    found = await of(shell, progress.app, *asked)
    assert found["now"]["counted"] == "6.00"
    said = (await shell.run(*asked, of=progress.app)).stdout
    assert "with what is redeemed: not fulfilled, 6.00 credits count" in said
    missing = [one["missing"] for one in found["now"]["requirements"]]
    assert missing
    assert all(amount in said for amount in missing)
    assert planned.gamma.courses[0] in said
    await shell.run("show", programme, "--application", "0" * 32, code=1, of=progress.app)


async def test_transfers_are_listed_and_shown(planned: Planned, shell: Shell) -> None:
    assert "no transfer" in (await shell.run("list", of=transfers.app)).stdout
    arrived = await transfer.enter(planned.world, planned.cast)
    account = await transfer.prepare(arrived)
    moving = await transfer.request(planned.cast.student, arrived, account, planned.credit)
    await transfer.release(planned.cast.home_registrar, moving)
    await transfer.handed_over(planned.cast.verifying_registrar, moving)
    assert [one["id"] for one in await of(shell, transfers.app, "list")] == [moving]
    assert moving in (await shell.run("list", of=transfers.app)).stdout
    found = await of(shell, transfers.app, "show", moving)
    assert [one["credit"] for one in found["credits"]] == [planned.credit]
    said = (await shell.run("show", moving, of=transfers.app)).stdout
    assert all(word in said for word in (planned.credit, "Mei Lin", "released", "nothing"))
    await shell.run("show", "0" * 32, code=1, of=transfers.app)


async def test_what_is_lacking_is_named() -> None:
    faults = [
        {"piece": "work", "number": 2, "fault": "altered"},
        {"piece": "result", "number": None, "fault": "missing"},
    ]
    named = "work 2 altered, result missing"
    assert _lacking({"handover": {"lacking": faults}, "faults": []}) == named
    assert _lacking({"handover": None, "faults": faults}) == named
    assert _lacking({"handover": None, "faults": []}) == ""
