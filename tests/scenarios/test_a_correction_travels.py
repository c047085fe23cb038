"""Corrections, rulings and certificates reach every decision built on them, on the sandbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from chaincode.domain.errors import NotParty
from chaincode.domain.json_value import JsonValue
from demo.story import registration
from demo.story.cast import Cast
from demo.world import World
from gateway.sandbox import SandboxWorld
from gateway.services.receiving import Receiving
from gateway.services.recognition.corrected_results import CORRECTED_MESSAGE
from gateway.services.recognition.following import Following
from gateway.services.recognition.telling import seal_to
from tests.support import agreed_scenario, stale_scenario
from tests.support import travelling_scenario as scenario
from tests.support.travelling_scenario import Ground

pytestmark = pytest.mark.thorough


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ground(world: World, cast: Cast) -> Ground:
    supervisor = await registration.enter_staff(
        world, "ministry", "supervisor-1", actor="the supervisor"
    )
    return await scenario.prepare(world, cast, supervisor)


async def test_a_correction_reopens_at_two_members_and_no_stranger_brings_one(
    ground: Ground, sandbox: SandboxWorld
) -> None:
    first = await scenario.a_correction_reopens_at_two_members(ground)
    enrolment = f"enrolment/{first.replace('~', '/')}"
    gamma: Receiving = sandbox.gateways["gamma"].app.state.services[Receiving]
    sealed = await seal_to(
        sandbox.gateways["beta"].core.records,
        "gammaMSP",
        purpose=CORRECTED_MESSAGE,
        place=enrolment,
        document={
            "enrolment": enrolment,
            "mark": 9900,
            "salt": "0" * 64,
            "commitment": "0" * 64,
            "credit_version": 1,
        },
    )
    document: dict[str, JsonValue] = {"enrolment": enrolment, "sealed": sealed}
    with pytest.raises(NotParty, match="home is another university"):
        await gamma.take_message("betaMSP", "0" * 32, CORRECTED_MESSAGE, document)
    # Gamma has no part in this credit: home itself tells it nothing.
    with pytest.raises(NotParty, match="nothing of this credit is used here"):
        await gamma.take_message("alphaMSP", "0" * 32, CORRECTED_MESSAGE, document)


async def test_two_for_one_and_a_degree(ground: Ground) -> None:
    await scenario.two_for_one_and_a_degree(ground)


async def test_suspended_lifted_revoked(ground: Ground) -> None:
    await scenario.suspended_lifted_revoked(ground)


async def test_certificates_that_are_withdrawn(ground: Ground) -> None:
    await scenario.certificates_that_are_withdrawn(ground)


async def test_a_certificate_withdrawn_before_her_word(ground: Ground) -> None:
    await scenario.a_certificate_withdrawn_before_her_word(ground)


async def test_a_decider_ignores_a_correction(ground: Ground, sandbox: SandboxWorld) -> None:
    following: Following = sandbox.gateways["gamma"].app.state.services[Following]

    @asynccontextmanager
    async def ignoring() -> AsyncIterator[None]:
        await following.stop()
        yield
        await following.start()

    await stale_scenario.a_decider_ignores_a_correction(ground, ignoring)


async def test_an_agreement_without_a_decision(ground: Ground) -> None:
    await agreed_scenario.an_agreement_without_a_decision(ground)


async def test_a_degree_at_another_university(ground: Ground) -> None:
    await scenario.a_degree_at_another_university(ground)
