import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from demo.step import Step
from demo.story import course, credit, learning, registration
from demo.story.cast import Cast
from demo.world import Gateway, Person, StaffAccess, WorkFile, World
from gateway.sandbox import SandboxWorld

EXAMPLES = Path(__file__).parents[2] / "examples" / "work"
FILES = {
    "homework-essay": ("essay.pdf", "application/pdf"),
    "homework-program": ("program.zip", "application/zip"),
    "examination": ("examination-page.png", "image/png"),
}
PASSPHRASE = "a passphrase of the sandbox"


def work_files() -> dict[str, WorkFile]:
    return {
        part: WorkFile(
            part, name, media_type, (EXAMPLES / name).read_bytes(), f"examples/work/{name}"
        )
        for part, (name, media_type) in FILES.items()
    }


class Told(list[Step]):
    """Every step that was recorded."""

    def __call__(self, step: Step) -> None:
        self.append(step)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[SandboxWorld]:
    # Not the parameters of production: a test logs in a dozen people.
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    async with SandboxWorld(tmp_path, hasher=hasher) as world:
        yield world


@pytest.fixture
async def world(sandbox: SandboxWorld, told: Told) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        gateways = {
            name: Gateway(name, f"{name}MSP", await stack.enter_async_context(sandbox.client(name)))
            for name in sandbox.members
        }
        staff = {
            (name, invitation.login): StaffAccess(invitation.login, PASSPHRASE, invitation.code)
            for name, invitations in sandbox.invitations.items()
            for invitation in invitations
        }
        files = await asyncio.to_thread(work_files)
        yield World(gateways, staff, files, record=told, patience_seconds=30)


@pytest.fixture
async def cast(world: World) -> Cast:
    return await registration.play(world)


@pytest.fixture
async def offered(world: World, cast: Cast) -> str:
    return await course.play(world, cast)


@pytest.fixture
async def admitted(world: World, cast: Cast, offered: str) -> str:
    return await learning.enrol(world, cast, offered)


@pytest.fixture
async def handed_in(world: World, cast: Cast, admitted: str) -> str:
    await learning.hand_in(cast, admitted, course.ESSAY)
    await learning.receive(cast.teacher, world, admitted, course.ESSAY)
    return admitted


@pytest.fixture
async def graded(world: World, cast: Cast, admitted: str) -> str:
    await learning.take_parts(world, cast, admitted)
    return admitted


@pytest.fixture
async def awarded(world: World, cast: Cast, graded: str) -> str:
    return await credit.play(world, cast, learning.Learned(graded))


@pytest.fixture
async def other_student(world: World, cast: Cast) -> Person:
    applicant = registration.Applicant("alpha", "student", "Jo Other", "jo.other", "")
    return await registration.register(world, cast.home_registrar, applicant)


@pytest.fixture
async def other_teacher(world: World, cast: Cast) -> Person:
    applicant = registration.Applicant("beta", "teacher", "Kim Other", "kim.other", "")
    return await registration.register(world, cast.teaching_registrar, applicant)
