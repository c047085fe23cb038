"""Every command against real gateways on the sandbox: once as it should be, once refused."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from demo.story import course, credit, learning, registration
from demo.story.cast import Cast
from demo.world import World
from gateway.sandbox import SandboxWorld
from gateway.services import applications
from tests.support.loopback import Loopback
from tests.support.shell import Shell
from tests.support.story import sandbox_world, world_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
PASSPHRASE = "a passphrase of a second registrar"
NOBODY = "0" * 32
NOTHING = f"betaMSP~{NOBODY}"


@dataclass
class Campus:
    """Alpha, beta and gamma with people in them; alpha and beta are served over TLS."""

    sandbox: SandboxWorld
    world: World
    cast: Cast
    urls: dict[str, str]
    loopback: Loopback

    def shell(self, member: str, state: Path) -> Shell:
        return Shell(state, self.urls[member], self.loopback.roots)

    async def registrar(self, member: str, state: Path) -> Shell:
        shell = self.shell(member, state)
        await shell.log_in("registrar-1", self.world.staff[member, "registrar-1"].passphrase)
        return shell

    def code(self, member: str, login: str) -> str:
        return next(i.code for i in self.sandbox.invitations[member] if i.login == login)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def campus(
    tmp_path_factory: pytest.TempPathFactory, loopback: Loopback
) -> AsyncIterator[Campus]:
    state = tmp_path_factory.mktemp("campus")
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(sandbox_world(state))
        world = await stack.enter_async_context(world_of(sandbox, lambda _: None))
        cast = await registration.play(world)
        urls = {
            name: await stack.enter_async_context(loopback.served(sandbox.gateways[name].app))
            for name in ("alpha", "beta")
        }
        yield Campus(sandbox, world, cast, urls, loopback)


@pytest_asyncio.fixture(loop_scope="module")
async def student(campus: Campus, state: Path) -> Shell:
    """A student's shell at alpha: whatever a registrar does is refused."""
    login, passphrase = "kim.doe", "a passphrase of the student"
    shell = await campus.registrar("alpha", state)
    if not await _known(campus, login, passphrase):
        application = await _apply(campus, login)
        approved = await shell.run("approve", application, "--identity-verified", "--json")
        code = json.loads(approved.stdout)["activation_code"]
        await shell.activate(login, f"{code}\n{passphrase}\n")
    await shell.log_in(login, passphrase)
    return shell


async def _known(campus: Campus, login: str, passphrase: str) -> bool:
    client = campus.world.gateways["alpha"].client
    answer = await client.post("/v1/tokens", json={"login": login, "passphrase": passphrase})
    return answer.is_success


async def _apply(campus: Campus, login: str, name: str = "Kim Doe") -> str:
    client = campus.world.gateways["alpha"].client
    answer = await client.post(
        "/v1/applications", json={"role": "student", "login": login, "name": name}
    )
    assert answer.status_code == 201, answer.text
    identifier: str = answer.json()["id"]
    return identifier


async def of(shell: Shell, *arguments: str) -> Any:
    """What a command gives to programs."""
    return json.loads((await shell.run(*arguments, "--json")).stdout)


async def test_activate_and_log_in_and_out(campus: Campus, state: Path) -> None:
    shell, code = campus.shell("alpha", state), campus.code("alpha", "registrar-2")
    wrong = await shell.activate("registrar-2", f"{'0' * len(code)}\n{PASSPHRASE}\n", code=5)
    assert PASSPHRASE not in wrong.output
    assert "admin login" not in wrong.stderr
    done = await shell.activate("registrar-2", f"{code}\n{PASSPHRASE}\n")
    assert done.stdout == "registrar-2 is active; next: crosscredit admin login\n"
    again = await shell.activate("registrar-2", f"{code}\n{PASSPHRASE}\n", code=5)
    assert code not in done.output + again.output

    refused = await shell.log_in("registrar-2", "not the passphrase", code=5)
    assert "not the passphrase" not in refused.output
    assert not shell.session.exists()
    logged_in = await shell.log_in("registrar-2", PASSPHRASE)
    token = json.loads(shell.session.read_text())["token"]
    assert PASSPHRASE not in logged_in.output
    assert token not in logged_in.output
    kept = shell.session.read_text()

    assert (await shell.run("logout")).stdout == "logged out\n"
    assert not shell.session.exists()
    assert "nobody is logged in" in (await shell.run("logout", code=5)).stderr
    shell.session.write_text(kept)
    shell.session.chmod(0o600)
    revoked = await shell.run("applications", code=5)
    assert "crosscredit admin login" in revoked.stderr
    assert token not in revoked.output
    await shell.run("logout", code=5)
    assert not shell.session.exists()


async def test_applications_are_listed_approved_and_refused(
    campus: Campus, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await _apply(campus, "ann"), await _apply(campus, "bob", "[red]Bob[/blue]")
    shell = await campus.registrar("alpha", state)
    assert {first, second} <= {found["id"] for found in await of(shell, "applications")}
    assert "[red]Bob[/blue]" in (await shell.run("applications")).stdout
    with monkeypatch.context() as small:
        small.setattr(applications, "_PAGE", 1)
        assert {first, second} <= {found["id"] for found in await of(shell, "applications")}

    unseen = await shell.run("approve", first, code=1)
    assert "identity" in unseen.stderr
    approved = await of(shell, "approve", first, "--identity-verified")
    assert approved["status"] == "committed"
    refused = await shell.run("refuse", second, "--reason", "no document of identity")
    assert "refused" in refused.stdout
    assert "refused" in (await shell.run("refuse", second, "--reason", "again", code=1)).stderr

    operation = await of(shell, "operation", approved["id"])
    assert operation["status"] == "committed"
    await shell.run("operation", NOBODY, code=1)


async def test_a_lost_code_is_replaced(campus: Campus, state: Path) -> None:
    application = await _apply(campus, "eve")
    shell = await campus.registrar("alpha", state)
    await shell.run("reissue-code", application, "--identity-verified", code=1)
    lost = await of(shell, "approve", application, "--identity-verified")
    unseen = await shell.run("reissue-code", application, code=1)
    assert "verify who asks" in unseen.stderr
    code = (await of(shell, "reissue-code", application, "--identity-verified"))["activation_code"]
    await shell.activate("eve", f"{lost['activation_code']}\n{PASSPHRASE}\n", code=5)
    await shell.activate("eve", f"{code}\n{PASSPHRASE}\n")


async def test_somebody_is_shut_out(campus: Campus, state: Path) -> None:
    application = await _apply(campus, "leo")
    shell = await campus.registrar("alpha", state)
    code = (await of(shell, "approve", application, "--identity-verified"))["activation_code"]
    await shell.activate("leo", f"{code}\n{PASSPHRASE}\n")
    (row,) = [one for one in await of(shell, "applications") if one["id"] == application]
    assert row["person"] in (await shell.run("applications")).stdout
    leo = campus.shell("alpha", state / "leo")
    await leo.log_in("leo", PASSPHRASE)
    await leo.run("close", row["person"], code=1)

    closed = await of(shell, "close", row["person"])
    assert (closed["kind"], closed["status"]) == ("close-account", "committed")
    assert "closed already" in (await shell.run("close", row["person"], code=1)).stderr
    await leo.run("credits", code=5)
    await leo.log_in("leo", PASSPHRASE, code=5)


async def test_a_passphrase_is_changed(campus: Campus, state: Path) -> None:
    application = await _apply(campus, "mia")
    registrar = await campus.registrar("alpha", state)
    approved = await of(registrar, "approve", application, "--identity-verified")
    here, there = campus.shell("alpha", state / "here"), campus.shell("alpha", state / "there")
    await here.activate("mia", f"{approved['activation_code']}\n{PASSPHRASE}\n")
    for shell in (here, there):
        await shell.log_in("mia", PASSPHRASE)
    changed = f"{PASSPHRASE} and more"

    wrong = await here.run("change-passphrase", typed=f"not the passphrase\n{changed}\n", code=5)
    done = await here.run("change-passphrase", typed=f"{PASSPHRASE}\n{changed}\n")

    assert PASSPHRASE not in wrong.output + done.output
    assert "is changed" in done.stdout
    await here.run("credits")
    await there.run("credits", code=5)
    await there.log_in("mia", PASSPHRASE, code=5)
    await there.log_in("mia", changed)


async def test_courses_are_listed_and_checked(campus: Campus, state: Path) -> None:
    proposed = await campus.cast.teacher.write(
        "proposes", "/v1/courses", course.proposal(campus.sandbox.clock(), proctored=True)
    )
    identifier = proposed["result"]["course"]
    shell = await campus.registrar("beta", state)
    found = await of(shell, "courses", "--status", "proposed", "--member", "betaMSP")
    version = next(str(entry["version"]) for entry in found if entry["id"] == identifier)
    assert "Data Structures" in (await shell.run("courses")).stdout
    wrong = await shell.run("courses", "--status", "good", code=1)
    assert wrong.stderr.startswith("/status: ")
    assert "(field" not in wrong.stderr

    check = ("check-course", identifier, "--version", version)
    assert "reason" in (await shell.run(*check, "--refuse", code=1)).stderr
    assert (await of(shell, *check, "--approve"))["status"] == "committed"
    await shell.run(*check, "--approve", code=1)
    assert (await shell.run("courses", "--status", "refused")).stdout == "no such course\n"


async def test_a_grade_is_reviewed_and_a_credit_checked_and_awarded(
    campus: Campus, state: Path
) -> None:
    world, cast = campus.world, campus.cast
    offered = await course.play(world, cast)
    enrolment = await learning.enrol(world, cast, offered)
    for part in (course.ESSAY, course.PROGRAM):
        await learning.hand_in(cast, enrolment, part)
        await learning.receive(cast.teacher, world, enrolment, part)
        await learning.grade(cast.teacher, enrolment, part)
    await learning.scan(cast, enrolment)
    await learning.grade(cast.teacher, enrolment, course.EXAMINATION)
    await learning.receive(cast.student, world, enrolment, course.EXAMINATION)

    beta = await campus.registrar("beta", state / "beta")
    grades = await cast.teacher.get("reads", f"/v1/enrolments/{enrolment}/grades")
    review = ("review-grade", enrolment, "3", "--approve", "--version")
    await beta.run(*review, "99", code=1)
    assert (await of(beta, *review, str(grades["version"])))["status"] == "committed"

    await credit.apply(cast, enrolment)
    alpha = await campus.registrar("alpha", state / "alpha")
    assert enrolment in {found["id"] for found in await of(alpha, "credits")}
    assert enrolment in (await alpha.run("credits")).stdout
    report = await of(alpha, "check", enrolment)
    versions = {
        "--version": report["credit_version"],
        "--work-version": report["work_version"],
        "--grade-version": report["grade_version"],
    }
    given = [word for option, number in versions.items() for word in (option, str(number))]
    await alpha.run("award", enrolment, *given[:-1], "99", code=1)
    assert (await of(alpha, "award", enrolment, *given))["status"] == "committed"
    await alpha.run("award", enrolment, *given, code=1)


@pytest.mark.parametrize(
    "command",
    [
        ("applications",),
        ("approve", NOBODY, "--identity-verified"),
        ("refuse", NOBODY, "--reason", "because"),
        ("check-course", f"{NOTHING}~1", "--version", "1", "--approve"),
        ("review-grade", NOTHING, "1", "--version", "1", "--return"),
        ("check", NOTHING),
        ("award", NOTHING, "--version", "1", "--work-version", "1", "--grade-version", "1"),
        ("operation", NOBODY),
    ],
    ids=lambda command: command[0],
)
async def test_what_a_registrar_does_is_refused_to_a_student(
    student: Shell, command: tuple[str, ...]
) -> None:
    for options in ((), ("--json",)):
        await student.run(*command, *options, code=1)


@pytest.mark.parametrize("command", ["applications", "courses", "credits", "logout"])
async def test_nobody_is_told_to_log_in(campus: Campus, state: Path, command: str) -> None:
    said = await campus.shell("alpha", state).run(command, code=5)
    assert said.stderr == "nobody is logged in: crosscredit admin login --help\n"
