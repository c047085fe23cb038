"""Corrections after the award, and rulings, over REST on the sandbox."""

import pytest
import pytest_asyncio

from demo.story import registration
from demo.story.cast import Cast
from demo.world import Person, World
from tests.support import corrections_scenario as scenario

pytestmark = pytest.mark.thorough


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def supervisor(world: World) -> Person:
    return await registration.enter_staff(world, "ministry", "supervisor-1", actor="the supervisor")


async def test_home_accepts_what_was_corrected(cast: Cast, awarded: str) -> None:
    await scenario.home_accepts_what_was_corrected(cast, awarded)


async def test_below_the_pass_mark_it_fails(cast: Cast, awarded: str) -> None:
    await scenario.below_the_pass_mark_it_fails(cast, awarded)


async def test_a_supervisor_rules(cast: Cast, awarded: str, supervisor: Person) -> None:
    await scenario.a_supervisor_rules(cast, supervisor, awarded)
