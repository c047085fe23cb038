import pytest

from tests.support.redeeming import set_stage
from tests.support.world import World


@pytest.fixture
async def stage(world: World) -> World:
    """A credit that was awarded, with programmes and rules to redeem it under."""
    await world.advance(after="AwardCredit")
    await set_stage(world)
    return world
