"""Rules and certificates over HTTPS on the real consortium: the same text as on the sandbox."""

import pytest
import pytest_asyncio

from demo.story import registration
from demo.story.rules import Agreed
from tests.support import rules_scenario as scenario
from tests.support.on_fabric.stage import OnFabric

pytestmark = [pytest.mark.fabric, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def agreed(on_fabric: OnFabric) -> Agreed:
    supervisor = await registration.enter_staff(
        on_fabric.world, "ministry", "supervisor-1", actor="the supervisor"
    )
    return await scenario.play(on_fabric.world, on_fabric.played.cast, supervisor)


async def test_the_rule_is_in_force_with_the_votes_that_were_given(
    on_fabric: OnFabric, agreed: Agreed
) -> None:
    await scenario.the_rule_is_in_force(on_fabric.played.cast, agreed.rule)


async def test_what_was_taken_back_stays_to_be_read(on_fabric: OnFabric, agreed: Agreed) -> None:
    await scenario.what_was_taken_back_stays(on_fabric.played.cast, agreed)


async def test_who_may_not_is_refused_and_who_may_is_not(
    on_fabric: OnFabric, agreed: Agreed
) -> None:
    await scenario.strangers_are_refused(on_fabric.played.cast, agreed.rule)
