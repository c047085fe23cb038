"""Linting, plans and equivalences over REST on the sandbox, with credits that were earned."""

import pytest
import pytest_asyncio

from demo.story.cast import Cast
from demo.world import Person, World
from tests.support import planning_scenario as scenario
from tests.support.planning_scenario import Planned

pytestmark = pytest.mark.thorough


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def planned(world: World, cast: Cast) -> Planned:
    return await scenario.prepare(world, cast)


async def test_what_would_count(planned: Planned, other_student: Person) -> None:
    await scenario.what_would_count(planned, other_student)


async def test_which_past_cases_would_have_been_decided_differently(planned: Planned) -> None:
    await scenario.past_cases(planned)
