"""Corrections and what follows from them on the real consortium: the text of the sandbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from demo.story import registration
from tests.support import (
    agreed_scenario,
    bulk_scenario,
    corrections_scenario,
    stale_scenario,
    travelling_scenario,
)
from tests.support.bulk_scenario import Class
from tests.support.on_fabric.orderers import standing_still
from tests.support.on_fabric.stage import OnFabric
from tests.support.travelling_scenario import Ground

pytestmark = [
    pytest.mark.fabric,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(900),  # two credits are earned and corrected three times
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ground(on_fabric: OnFabric) -> Ground:
    supervisor = await registration.enter_staff(
        on_fabric.world, "ministry", "supervisor-1", actor="the supervisor"
    )
    return await travelling_scenario.prepare(on_fabric.world, on_fabric.played.cast, supervisor)


async def test_a_correction_reopens_at_two_members(ground: Ground) -> None:
    first = await travelling_scenario.a_correction_reopens_at_two_members(ground)
    await corrections_scenario.home_accepts_what_was_corrected(ground.cast, first)
    only = Class(ground.cast, ground.cast.student, "", awarded=first, graded="", empty="")
    await bulk_scenario.an_unreviewed_correction_waits(only)
    await corrections_scenario.a_supervisor_rules(ground.cast, ground.supervisor, first)


async def test_two_for_one_and_a_degree(ground: Ground) -> None:
    await travelling_scenario.two_for_one_and_a_degree(ground)


async def test_suspended_lifted_revoked(ground: Ground) -> None:
    await travelling_scenario.suspended_lifted_revoked(ground)


async def test_certificates_that_are_withdrawn(ground: Ground) -> None:
    await travelling_scenario.certificates_that_are_withdrawn(ground)


async def test_a_certificate_withdrawn_before_her_word(ground: Ground) -> None:
    await travelling_scenario.a_certificate_withdrawn_before_her_word(ground)


async def test_a_decider_ignores_a_correction(ground: Ground, on_fabric: OnFabric) -> None:
    @asynccontextmanager
    async def ignoring() -> AsyncIterator[None]:
        with standing_still(on_fabric.running, "gamma", "gateway"):
            yield

    await stale_scenario.a_decider_ignores_a_correction(ground, ignoring)


async def test_an_agreement_without_a_decision(ground: Ground) -> None:
    await agreed_scenario.an_agreement_without_a_decision(ground)


async def test_a_degree_at_another_university(ground: Ground) -> None:
    await travelling_scenario.a_degree_at_another_university(ground)
