"""Linting, plans and equivalences on the real consortium: the same text as on the sandbox."""

import pytest
import pytest_asyncio

from demo.story import registration
from tests.support import planning_scenario as scenario
from tests.support.on_fabric.stage import OnFabric
from tests.support.planning_scenario import Planned

pytestmark = [pytest.mark.fabric, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def planned(on_fabric: OnFabric) -> Planned:
    return await scenario.prepare(on_fabric.world, on_fabric.played.cast)


async def test_what_would_count(on_fabric: OnFabric, planned: Planned) -> None:
    world, cast = on_fabric.world, on_fabric.played.cast
    applicant = registration.Applicant("alpha", "student", "Lu Other", "lu.other", "")
    stranger = await registration.register(world, cast.home_registrar, applicant)
    await scenario.what_would_count(planned, stranger)


async def test_which_past_cases_would_have_been_decided_differently(planned: Planned) -> None:
    await scenario.past_cases(planned)
