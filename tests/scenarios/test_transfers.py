"""A transfer of home over REST on the sandbox."""

import pytest
import pytest_asyncio

from demo.story.cast import Cast
from demo.world import Person, World
from tests.support import full_home_scenario
from tests.support import transfer_scenario as scenario
from tests.support.transfer_scenario import Ground

pytestmark = pytest.mark.thorough


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ground(world: World, cast: Cast) -> Ground:
    return await scenario.prepare(world, cast)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def moved(ground: Ground) -> str:
    return await scenario.credits_move_with_the_student(
        ground, await ground.earn(0), await ground.earn(1)
    )


async def test_credits_move_with_the_student(moved: str) -> None:
    assert len(moved) == len(scenario.ABSENT)


async def test_a_request_is_replaced_and_strangers_are_refused(
    ground: Ground, moved: str, other_student: Person
) -> None:
    credit = await ground.earn(2)
    await scenario.strangers_are_refused(ground, credit, moved, other_student)
    await scenario.asked_again_after_the_release(ground, credit)


async def test_the_new_home_is_a_full_home(ground: Ground) -> None:
    await full_home_scenario.the_new_home_is_a_full_home(ground, await ground.earn(3))


async def test_what_waits_for_a_person(ground: Ground) -> None:
    here, elsewhere = await ground.earn(4), await ground.earn(5)
    await full_home_scenario.what_waits_for_a_person(ground, here, elsewhere)
