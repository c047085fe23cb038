"""Rules and certificates over REST on the sandbox: the text of the story."""

import pytest_asyncio

from demo.story import registration
from demo.story.cast import Cast
from demo.story.rules import Agreed
from demo.world import World
from tests.support import rules_scenario as scenario


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def agreed(world: World, cast: Cast) -> Agreed:
    supervisor = await registration.enter_staff(
        world, "ministry", "supervisor-1", actor="the supervisor"
    )
    return await scenario.play(world, cast, supervisor)


async def test_the_rule_is_in_force_with_the_votes_that_were_given(
    cast: Cast, agreed: Agreed
) -> None:
    await scenario.the_rule_is_in_force(cast, agreed.rule)


async def test_what_was_taken_back_stays_to_be_read(cast: Cast, agreed: Agreed) -> None:
    await scenario.what_was_taken_back_stays(cast, agreed)


async def test_who_may_not_is_refused_and_who_may_is_not(cast: Cast, agreed: Agreed) -> None:
    await scenario.strangers_are_refused(cast, agreed.rule)
