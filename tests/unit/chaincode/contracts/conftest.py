import pytest

from tests.support.world import World


@pytest.fixture
async def world() -> World:
    """The founded consortium with a person in every place."""
    made = World()
    await made.found()
    return made
