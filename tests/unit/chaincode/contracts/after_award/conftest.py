import pytest

from tests.support.redeeming import set_stage
from tests.support.snapshots import KeptWorld, copy_of
from tests.support.world import World


async def _awarded() -> World:
    world = await KeptWorld.founded()
    await world.advance(after="AwardCredit")
    await set_stage(world)
    return world


@pytest.fixture
async def stage() -> World:
    """A credit that was awarded, with programmes and rules to redeem it under."""
    return await copy_of(_awarded)
