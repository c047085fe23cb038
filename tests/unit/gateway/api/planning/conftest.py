from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.planning_campus import Campus, adopt, opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def campus(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Campus]:
    async with opened(tmp_path_factory.mktemp("campus")) as found:
        yield found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def rule(campus: Campus) -> str:
    """In force, and asks for a grade of 70.00."""
    return await adopt(campus, campus.document())
