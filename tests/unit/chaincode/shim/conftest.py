from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from tests.support.shim.stage import Certificates, Play, Stage, invent_certificates


@pytest.fixture(scope="session")
def certificates() -> Certificates:
    return invent_certificates()


@pytest.fixture
async def stage(certificates: Certificates) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        yield Stage(certificates, stack)


@pytest.fixture
def play(stage: Stage) -> Play:
    """Serve a chaincode to one fake peer."""
    return stage.play
