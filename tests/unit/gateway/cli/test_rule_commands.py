"""`crosscredit rules` and `crosscredit decisions` against gateways on the sandbox."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from typer import Typer

from demo.story import recognition as story
from demo.story import registration
from gateway.api.documents.stale import EXAMPLE
from gateway.cli import decisions, rules
from gateway.cli.client import Client
from tests.support import planning_scenario as scenario
from tests.support.loopback import Loopback
from tests.support.planning_scenario import Planned
from tests.support.records import text_of
from tests.support.shell import Shell
from tests.support.story import sandbox_world, world_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Campus:
    """Gamma and beta, served over TLS; gamma has decided on a credit."""

    planned: Planned
    decision: str
    urls: dict[str, str]
    loopback: Loopback

    async def registrar(self, member: str, state: Path) -> Shell:
        shell = Shell(state / member, self.urls[member], self.loopback.roots)
        staff = self.planned.world.staff[member, "registrar-1"]
        await shell.log_in("registrar-1", staff.passphrase)
        return shell


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def campus(
    tmp_path_factory: pytest.TempPathFactory, loopback: Loopback
) -> AsyncIterator[Campus]:
    state = tmp_path_factory.mktemp("campus")
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(sandbox_world(state))
        world = await stack.enter_async_context(world_of(sandbox, lambda _: None))
        planned = await scenario.prepare(world, await registration.play(world))
        student = planned.cast.student
        application = await story.apply(student, planned.gamma, planned.rule, planned.credit)
        found = await story.settled(student, application, "redeemed")
        urls = {
            name: await stack.enter_async_context(loopback.served(sandbox.gateways[name].app))
            for name in ("beta", "gamma")
        }
        yield Campus(planned, str(found["decision"]), urls, loopback)


async def of(shell: Shell, app: Typer, *arguments: str, code: int = 0) -> Any:
    """What a command gives to programs."""
    return json.loads((await shell.run(*arguments, "--json", code=code, of=app)).stdout)


def written(folder: Path, document: Any) -> str:
    path = folder / "rule.json"
    path.write_text(json.dumps(document), "utf-8")
    return str(path)


def in_a_day() -> str:
    return text_of(datetime.now(UTC) + timedelta(days=1))


async def test_a_rule_is_proposed_voted_on_counted_and_looked_up(
    campus: Campus, state: Path, tmp_path: Path
) -> None:
    gamma, beta = [await campus.registrar(name, state) for name in ("gamma", "beta")]
    file = written(tmp_path, campus.planned.document())
    proposed = await of(gamma, rules.app, "propose", file, "--answer-by", in_a_day())
    rule = proposed["result"]["rule"]
    shown = await beta.run("show", rule, of=rules.app)
    digest = (await of(beta, rules.app, "show", rule))["digest"]
    assert digest in shown.stdout
    assert '"conversions"' in shown.stdout
    assert "1 of 2" not in shown.stdout
    early = await gamma.run("close", rule, "--version", "1", code=1, of=rules.app)
    assert "beta" in early.stderr or "vote" in early.stderr
    wrong = ("vote", rule, "--digest", "0" * 64, "--approve")
    await beta.run(*wrong, code=1, of=rules.app)
    await beta.run("vote", rule, "--digest", digest, "--approve", of=rules.app)
    closed = await of(beta, rules.app, "close", rule, "--version", "1")
    assert closed["status"] == "committed"
    listed = await of(beta, rules.app, "list", "--member", "gammaMSP")
    assert rule in [one["id"] for entry in listed for one in entry["adopted"]]
    assert rule in (await gamma.run("list", of=rules.app)).stdout
    again = ("propose", file, "--answer-by", in_a_day(), "--previous", rule)
    second = (await of(gamma, rules.app, *again))["result"]["rule"]
    taken = await of(gamma, rules.app, "withdraw", second, "--version", "1")
    assert taken["status"] == "committed"


async def test_a_faulty_document_does_not_travel(
    campus: Campus, state: Path, tmp_path: Path
) -> None:
    gamma = await campus.registrar("gamma", state)
    file = written(tmp_path, campus.planned.document(mappings=[]))
    refused = await gamma.run("propose", file, "--answer-by", in_a_day(), code=1, of=rules.app)
    assert "mappings" in refused.stderr


async def test_a_next_version_is_linted_at_the_gateway(
    campus: Campus, state: Path, tmp_path: Path
) -> None:
    gamma = await campus.registrar("gamma", state)
    series = campus.planned.rule.rpartition("~")[0]
    strict = [{"kind": "minimum-grade", "grade": "95.00", "better": "higher"}]
    file = written(tmp_path, campus.planned.document(demands=strict))
    said = (await gamma.run("lint", file, "--series", series, of=rules.app)).stdout
    assert "1 of 1 past decisions would have been different" in said
    assert campus.decision in said
    found = await of(gamma, rules.app, "lint", file, "--online")
    assert (found["against"], found["past"]["considered"]) == (None, 0)
    missing = campus.planned.document()
    missing["mappings"][0]["home"][0]["course"] = f"course/gammaMSP/{'0' * 32}/1"
    other = written(tmp_path, missing)
    wrong = await gamma.run("lint", other, "--online", "--language", "zh", code=6, of=rules.app)
    assert "不存在课程" in wrong.stdout


async def test_decisions_are_listed_explained_and_replayed(campus: Campus, state: Path) -> None:
    gamma = await campus.registrar("gamma", state)
    listed = await of(gamma, decisions.app, "list", "--status", "standing")
    assert [one["id"] for one in listed] == [campus.decision]
    assert campus.decision in (await gamma.run("list", of=decisions.app)).stdout
    none = await gamma.run("list", "--status", "annulled", of=decisions.app)
    assert none.stdout == "no such decision\n"
    shown = (await gamma.run("show", campus.decision, of=decisions.app)).stdout
    assert story.GRADE in shown
    assert "fulfilled" in shown
    chinese = await gamma.run("show", campus.decision, "--language", "zh", of=decisions.app)
    assert "符合" in chinese.stdout
    replayed = await gamma.run("replay", campus.decision, of=decisions.app)
    assert replayed.stdout.endswith("identical\n")
    found = await of(gamma, decisions.app, "replay", campus.decision)
    assert found["identical"] is True
    beta = await campus.registrar("beta", state)
    await beta.run("replay", campus.decision, code=1, of=decisions.app)
    await beta.run("show", campus.decision, code=1, of=decisions.app)


async def test_who_ignores_a_change_is_listed(
    campus: Campus, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beta = await campus.registrar("beta", state)
    none = await beta.run("stale", of=decisions.app)
    assert none.stdout == "every decision knows what its credits are worth\n"
    assert await of(beta, decisions.app, "stale") == {"stale": [], "unreadable": []}
    [shown] = EXAMPLE["stale"]
    spoiled = f"betaMSP~{'9' * 32}"
    pages = {
        None: {"stale": [shown], "unreadable": [], "next": spoiled},
        spoiled: {
            "stale": [shown | {"among": 30, "certain": False}, shown | {"among": 0}],
            "unreadable": [spoiled],
            "next": None,
        },
    }
    monkeypatch.setattr(Client, "get", lambda _, _path, *, after: pages[after])
    said = (await beta.run("stale", of=decisions.app)).stdout
    assert said.count("corrected") == 3
    # A decision's id may go over two lines of its column.
    assert said.count("perhaps one of 30") == 1
    for word in ("none recorded", f"could not check {spoiled}"):
        assert word in said
