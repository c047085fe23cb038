"""`crosscredit bulk` against gateways on the sandbox."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from demo.story import course, learning, registration
from demo.story.cast import Cast
from demo.world import Person
from gateway.cli import bulk
from gateway.cli.session import Session
from gateway.sandbox import SandboxWorld
from tests.support.loopback import Loopback
from tests.support.shell import Shell
from tests.support.story import sandbox_world, world_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Campus:
    """Alpha and beta, served over TLS; one student of alpha has an essay graded at beta."""

    sandbox: SandboxWorld
    cast: Cast
    course: str
    enrolment: str
    urls: dict[str, str]
    loopback: Loopback

    def shell(self, person: Person, state: Path) -> Shell:
        """The shell of somebody who is logged in already."""
        member = person.gateway.member
        shell = Shell(state / f"{member}-{person.login}", self.urls[member], self.loopback.roots)
        shell.session.parent.mkdir(parents=True)
        shell.session.touch(mode=0o600)
        token = person.authorization["Authorization"].removeprefix("Bearer ")
        login = Session(shell.url, str(shell.roots), person.login, token)
        shell.session.write_text(json.dumps(asdict(login)), "utf-8")
        return shell

    async def marks(self) -> list[str]:
        found = await self.cast.teacher.get(
            "reads the grades", f"/v1/enrolments/{self.enrolment}/grades"
        )
        return [one["mark"] for one in found["entries"]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def campus(
    tmp_path_factory: pytest.TempPathFactory, loopback: Loopback
) -> AsyncIterator[Campus]:
    state = tmp_path_factory.mktemp("campus")
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(sandbox_world(state))
        world = await stack.enter_async_context(world_of(sandbox, lambda _: None))
        cast = await registration.play(world)
        offered = await course.play(world, cast)
        enrolment = await learning.enrol(world, cast, offered)
        await learning.hand_in(cast, enrolment, course.ESSAY)
        await learning.receive(cast.teacher, world, enrolment, course.ESSAY)
        await learning.grade(cast.teacher, enrolment, course.ESSAY)
        urls = {
            name: await stack.enter_async_context(loopback.served(sandbox.gateways[name].app))
            for name in ("alpha", "beta")
        }
        yield Campus(sandbox, cast, offered, enrolment, urls, loopback)


async def of(shell: Shell, *arguments: str, code: int = 0) -> Any:
    """What a command gives to programs."""
    return json.loads((await shell.run(*arguments, "--json", code=code, of=bulk.app)).stdout)


def listed(campus: Campus, folder: Path, mark: str, reason: str = "appeal") -> str:
    path = folder / "corrected.csv"
    row = f"{campus.enrolment},{course.ESSAY},{mark},{reason}"
    path.write_text(f"enrolment,part,mark,reason\n{row}\n", "utf-8")
    return str(path)


async def test_without_a_list_it_is_said_what_is_missing(campus: Campus, state: Path) -> None:
    teacher = campus.shell(campus.cast.teacher, state)
    for given in ((), ("--part", course.ESSAY), ("--reason", "appeal")):
        refused = await teacher.run("grades", *given, code=2, of=bulk.app)
        assert "--file" in refused.stderr


async def test_a_list_is_planned_shown_and_carried_out_once(
    campus: Campus, state: Path, tmp_path: Path
) -> None:
    teacher = campus.shell(campus.cast.teacher, state)
    file = listed(campus, tmp_path, "84.00")
    before = await campus.marks()
    shown = (await teacher.run("grades", "--file", file, of=bulk.app)).stdout
    assert before[-1] in shown
    assert "84.00" in shown
    planned = await of(teacher, "grades", "--file", file)
    assert [one["after"] for one in planned["items"]] == ["84.00"]
    assert await campus.marks() == before
    assert planned["id"] in (await teacher.run("list", of=bulk.app)).stdout
    again = ("execute", planned["id"], "--digest", planned["digest"])
    wrong = ("execute", planned["id"], "--digest", "0" * 64)
    assert "digest" in (await teacher.run(*wrong, code=1, of=bulk.app)).stderr
    assert "done: 1, refused: 0" in (await teacher.run(*again, of=bulk.app)).stdout
    done = await of(teacher, *again)
    assert (done["status"], done["items"][0]["state"]) == ("finished", "committed")
    assert await campus.marks() == [*before, "84.00"]
    assert (await of(teacher, "show", planned["id"]))["progress"]["committed"] == 1


async def test_a_rule_is_planned_and_forgotten(campus: Campus, state: Path) -> None:
    teacher = campus.shell(campus.cast.teacher, state)
    rule = ("grades", "--part", course.ESSAY, "--offset", "-1.00", "--reason", "appeal")
    planned = await of(teacher, *rule, "--factor", "1.0000", "--course", campus.course)
    assert planned["counts"]["change"] == 1
    await teacher.run("discard", planned["id"], of=bulk.app)
    await teacher.run("show", planned["id"], code=1, of=bulk.app)
    nothing = await teacher.run(*rule, "--first", "2099-01-01T00:00:00Z", of=bulk.app)
    assert "nothing is selected" in nothing.stdout


async def test_a_stale_plan_is_a_refusal(campus: Campus, state: Path, tmp_path: Path) -> None:
    teacher = campus.shell(campus.cast.teacher, state)
    plans = [
        await of(teacher, "grades", "--file", listed(campus, tmp_path, mark))
        for mark in ("71.00", "72.00")
    ]
    first, second = [("execute", one["id"], "--digest", one["digest"]) for one in plans]
    await teacher.run(*first, of=bulk.app)
    assert "plan again" in (await teacher.run(*second, code=1, of=bulk.app)).stderr
    assert (await campus.marks())[-1] == "71.00"


async def test_what_is_refused_on_the_way_has_a_status_of_its_own(
    campus: Campus, state: Path, tmp_path: Path
) -> None:
    teacher, person = campus.shell(campus.cast.teacher, state), campus.cast.teacher
    planned = await of(teacher, "grades", "--file", listed(campus, tmp_path, "73.00"))
    taken = await person.gateway.client.post(
        "/v1/courses",
        json=course.proposal(datetime.now(UTC), proctored=True),
        headers=person.authorization | {"Idempotency-Key": f"plan:{planned['id']}:1"},
    )
    assert taken.is_success, taken.text
    execute = ("execute", planned["id"], "--digest", planned["digest"])
    done = await teacher.run(*execute, code=6, of=bulk.app)
    assert "done: 0, refused: 1" in done.stdout
    shown = await of(teacher, "show", planned["id"])
    assert shown["items"][0]["problem"]["type"].endswith(":idempotency-key-reused")
    assert (await campus.marks())[-1] != "73.00"


async def test_registrars_plan_acceptances_and_nobody_anothers_part(
    campus: Campus, state: Path
) -> None:
    registrar = campus.shell(campus.cast.home_registrar, state)
    selected = ("--course", campus.course)
    nothing = await registrar.run("corrections", *selected, of=bulk.app)
    assert "nothing is selected" in nothing.stdout
    named = await registrar.run("corrections", "--credit", campus.enrolment, code=1, of=bulk.app)
    assert "/credits/0" in named.stderr
    ruling = ("rulings", "--ruling", "suspend", "--reason", "investigation", *selected)
    assert "supervisor" in (await registrar.run(*ruling, code=1, of=bulk.app)).stderr


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "student,mark\n", "first line"),
        ("a.csv", "enrolment,part,mark,reason\nx,y\n", "line 2"),
        ("a.csv", 'enrolment,part,mark,reason\n"x\n', "line 2"),
        ("a.json", "{", "no JSON"),
        ("a.json", "7", "neither"),
        ("a.json", "[]", "/grades"),
        ("a.csv", "enrolment,part,mark,reason\nx,y,1.00,appeal\n", "/grades/0/enrolment"),
        ("a.csv", "x" * (2 * 1024 * 1024 + 1), "larger"),
    ],
)
async def test_a_faulty_file_is_told_where(
    *, campus: Campus, state: Path, tmp_path: Path, name: str, content: str, said: str
) -> None:
    teacher = campus.shell(campus.cast.teacher, state)
    (tmp_path / name).write_text(content, "utf-8")
    code = 1 if said.startswith("/") else 2
    file = str(tmp_path / name)
    assert said in (await teacher.run("grades", "--file", file, code=code, of=bulk.app)).stderr


async def test_a_file_goes_with_no_other_option(
    campus: Campus, state: Path, tmp_path: Path
) -> None:
    teacher = campus.shell(campus.cast.teacher, state)
    file = listed(campus, tmp_path, "84.00")
    await teacher.run("grades", "--file", file, "--clamp", code=2, of=bulk.app)
    missing = str(tmp_path / "nowhere.csv")
    assert "nowhere" in (await teacher.run("grades", "--file", missing, code=2, of=bulk.app)).stderr
