import pytest

from tests.support.snapshots import KeptWorld
from tests.support.world import World


@pytest.fixture
async def world() -> World:
    """The founded consortium with a person in every place."""
    return await KeptWorld.founded()
