"""A transfer of home over HTTPS on the real consortium: the same text as on the sandbox."""

import pytest
import pytest_asyncio

from demo.story import registration
from demo.world import Person
from tests.support import full_home_scenario
from tests.support import transfer_scenario as scenario
from tests.support.on_fabric.stage import OnFabric
from tests.support.transfer_scenario import Ground

pytestmark = [pytest.mark.fabric, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ground(on_fabric: OnFabric) -> Ground:
    return await scenario.prepare(on_fabric.world, on_fabric.played.cast)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def other_student(on_fabric: OnFabric) -> Person:
    applicant = registration.Applicant("alpha", "student", "Jo Moved", "jo.moved", "")
    registrar = on_fabric.played.cast.home_registrar
    return await registration.register(on_fabric.world, registrar, applicant)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def moved(ground: Ground) -> str:
    return await scenario.credits_move_with_the_student(
        ground, await ground.earn(0), await ground.earn(1)
    )


async def test_credits_move_with_the_student(moved: str) -> None:
    assert len(moved) == len(scenario.ABSENT)


async def test_a_request_is_replaced_and_strangers_are_refused(
    ground: Ground, moved: str, other_student: Person
) -> None:
    credit = await ground.earn(2)
    await scenario.strangers_are_refused(ground, credit, moved, other_student)
    await scenario.asked_again_after_the_release(ground, credit)


async def test_the_new_home_is_a_full_home(ground: Ground) -> None:
    await full_home_scenario.the_new_home_is_a_full_home(ground, await ground.earn(3))


async def test_what_waits_for_a_person(ground: Ground) -> None:
    here, elsewhere = await ground.earn(4), await ground.earn(5)
    await full_home_scenario.what_waits_for_a_person(ground, here, elsewhere)
