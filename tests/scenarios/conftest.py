from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from demo.story import course, credit, learning, registration
from demo.story.cast import Cast
from demo.world import Person, World
from gateway.sandbox import SandboxWorld
from tests.support import recognition_scenario
from tests.support.recognition_scenario import Ground
from tests.support.story import Told, sandbox_world, world_of


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # All scenarios of a run share one consortium, so they share its event loop.
    for item in items:
        if "/scenarios/" in item.nodeid:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def told() -> Told:
    return Told()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sandbox(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SandboxWorld]:
    state = tmp_path_factory.mktemp("sandbox")
    async with sandbox_world(state) as world:
        yield world


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world(sandbox: SandboxWorld, told: Told) -> AsyncIterator[World]:
    async with world_of(sandbox, told) as found:
        yield found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def cast(world: World) -> Cast:
    return await registration.play(world)


@pytest_asyncio.fixture(loop_scope="session")
async def offered(world: World, cast: Cast) -> str:
    """A course of its own for each test: a student is in one course version once."""
    return await course.play(world, cast)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def other_student(world: World, cast: Cast) -> Person:
    applicant = registration.Applicant("alpha", "student", "Jo Other", "jo.other", "")
    return await registration.register(world, cast.home_registrar, applicant)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def other_teacher(world: World, cast: Cast) -> Person:
    applicant = registration.Applicant("beta", "teacher", "Kim Other", "kim.other", "")
    return await registration.register(world, cast.teaching_registrar, applicant)


@pytest_asyncio.fixture(loop_scope="session")
async def admitted(world: World, cast: Cast, offered: str) -> str:
    return await learning.enrol(world, cast, offered)


@pytest_asyncio.fixture(loop_scope="session")
async def handed_in(world: World, cast: Cast, admitted: str) -> str:
    await learning.hand_in(cast, admitted, course.ESSAY)
    await learning.receive(cast.teacher, world, admitted, course.ESSAY)
    return admitted


@pytest_asyncio.fixture(loop_scope="session")
async def graded(world: World, cast: Cast, admitted: str) -> str:
    await learning.take_parts(world, cast, admitted)
    await learning.receive(cast.student, world, admitted, course.EXAMINATION)
    return admitted


@pytest_asyncio.fixture(loop_scope="session")
async def awarded(world: World, cast: Cast, graded: str) -> str:
    return await credit.play(world, cast, learning.Learned(graded))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def enrolled(world: World, cast: Cast) -> str:
    """One enrolment for tests that leave it as it is."""
    return await learning.enrol(world, cast, await course.play(world, cast))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def ground(world: World, cast: Cast) -> Ground:
    """Two universities that recognise courses of beta."""
    return await recognition_scenario.prepare(world, cast)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def elsewhere(ground: Ground) -> tuple[str, str]:
    """A credit, and what gamma decided of it."""
    credit = await ground.earn(4)
    return credit, await recognition_scenario.decided_elsewhere(ground, credit)
