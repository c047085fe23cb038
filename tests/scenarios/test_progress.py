"""Study plans and progress over REST on the sandbox."""

import pytest
import pytest_asyncio

from demo.story import registration
from demo.story.cast import Cast
from demo.world import Person, World
from tests.support import progress_scenario as scenario
from tests.support.progress_scenario import Ground

pytestmark = pytest.mark.thorough


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ground(world: World, cast: Cast) -> Ground:
    return await scenario.prepare(world, cast)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def planned(ground: Ground, other_student: Person) -> str:
    return await scenario.a_plan_is_decided_on(ground, await ground.earn(0), other_student)


async def test_a_plan_is_decided_on(planned: str) -> None:
    assert len(planned) == len(scenario.ABSENT)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def second(ground: Ground, planned: str) -> str:
    assert planned
    return await ground.earn(1)


async def test_too_much_is_refused(ground: Ground, second: str) -> None:
    await scenario.too_much_is_refused(ground, second)


async def test_progress_is_derived(
    ground: Ground, planned: str, second: str, other_student: Person
) -> None:
    assert second
    await scenario.progress_is_derived(ground, planned, await ground.earn(2), other_student)


async def test_a_ruling_sets_aside(ground: Ground, second: str, world: World) -> None:
    supervisor = await registration.enter_staff(
        world, "ministry", "supervisor-1", actor="the supervisor"
    )
    await scenario.a_ruling_sets_aside(ground, second, supervisor)
