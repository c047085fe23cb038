"""Study plans and progress over REST on the sandbox."""

import pytest_asyncio

from demo.story.cast import Cast
from demo.world import Person, World
from tests.support import progress_scenario as scenario
from tests.support.progress_scenario import Ground


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ground(world: World, cast: Cast) -> Ground:
    return await scenario.prepare(world, cast)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def planned(ground: Ground, other_student: Person) -> str:
    return await scenario.a_plan_is_decided_on(ground, await ground.earn(0), other_student)


async def test_a_plan_is_decided_on(planned: str) -> None:
    assert len(planned) == len(scenario.ABSENT)


async def test_too_much_is_refused(ground: Ground, planned: str) -> None:
    assert planned
    await scenario.too_much_is_refused(ground, await ground.earn(1))
