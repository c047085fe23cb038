"""Corrections, rulings and certificates reach every decision built on them, on the sandbox."""

import pytest_asyncio

from demo.story import registration
from demo.story.cast import Cast
from demo.world import World
from tests.support import travelling_scenario as scenario
from tests.support.travelling_scenario import Ground


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ground(world: World, cast: Cast) -> Ground:
    supervisor = await registration.enter_staff(
        world, "ministry", "supervisor-1", actor="the supervisor"
    )
    return await scenario.prepare(world, cast, supervisor)


async def test_a_correction_reopens_at_two_members(ground: Ground) -> None:
    await scenario.a_correction_reopens_at_two_members(ground)


async def test_two_for_one_and_a_degree(ground: Ground) -> None:
    await scenario.two_for_one_and_a_degree(ground)


async def test_suspended_lifted_revoked(ground: Ground) -> None:
    await scenario.suspended_lifted_revoked(ground)


async def test_certificates_that_are_withdrawn(ground: Ground) -> None:
    await scenario.certificates_that_are_withdrawn(ground)
