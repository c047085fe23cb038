import pytest

from tests.support.agreement_stage import Stage
from tests.support.world import World


@pytest.fixture
async def stage(world: World) -> Stage:
    """Courses on both sides, and what an agreement refers to; nothing is proposed yet."""
    return await Stage.built(world)
