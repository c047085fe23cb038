import pytest

from tests.support.agreement_stage import Stage
from tests.support.snapshots import KeptWorld, copy_of


async def _built() -> Stage:
    return await Stage.built(await KeptWorld.founded())


@pytest.fixture
async def stage() -> Stage:
    """Courses on both sides, and what an agreement refers to; nothing is proposed yet."""
    return await copy_of(_built)
