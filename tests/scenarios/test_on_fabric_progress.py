"""Study plans and progress over HTTPS on the real consortium: the same text as on the sandbox."""

import pytest
import pytest_asyncio

from demo.story import registration
from demo.world import Person
from tests.support import progress_scenario as scenario
from tests.support.on_fabric.stage import OnFabric
from tests.support.progress_scenario import Ground

pytestmark = [pytest.mark.fabric, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ground(on_fabric: OnFabric) -> Ground:
    return await scenario.prepare(on_fabric.world, on_fabric.played.cast)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def other_student(on_fabric: OnFabric) -> Person:
    applicant = registration.Applicant("alpha", "student", "Jo Counted", "jo.counted", "")
    registrar = on_fabric.played.cast.home_registrar
    return await registration.register(on_fabric.world, registrar, applicant)


async def test_plans_are_decided_on_and_progress_is_derived(
    on_fabric: OnFabric, ground: Ground, other_student: Person
) -> None:
    planned = await scenario.a_plan_is_decided_on(ground, await ground.earn(0), other_student)
    second = await ground.earn(1)
    await scenario.too_much_is_refused(ground, second)
    await scenario.progress_is_derived(ground, planned, await ground.earn(2), other_student)
    supervisor = await registration.enter_staff(
        on_fabric.world, "ministry", "supervisor-1", actor="the supervisor"
    )
    await scenario.a_ruling_sets_aside(ground, second, supervisor)
