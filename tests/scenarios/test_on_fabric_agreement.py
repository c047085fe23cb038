"""The learning agreement over HTTPS on the real consortium: the same text as on the sandbox."""

import pytest
import pytest_asyncio

from demo.story import agreement as story
from demo.story import registration
from demo.story.agreement import Ground
from tests.support import agreement_scenario as scenario
from tests.support.on_fabric.stage import OnFabric

pytestmark = [pytest.mark.fabric, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ground(on_fabric: OnFabric) -> Ground:
    return await story.prepare(on_fabric.world, on_fabric.played.cast)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def swapped(on_fabric: OnFabric, ground: Ground) -> str:
    return await scenario.agree_and_swap(on_fabric.world, on_fabric.played.cast, ground)


async def test_three_agree_and_swap_a_course(swapped: str) -> None:
    assert swapped.startswith("alphaMSP~")


async def test_a_stale_approval_is_a_conflict_that_says_what_changed(
    on_fabric: OnFabric, ground: Ground
) -> None:
    await scenario.conflict_says_what_changed(on_fabric.played.cast, ground)


async def test_everybody_sees_whose_answer_is_missing(on_fabric: OnFabric, ground: Ground) -> None:
    await scenario.who_is_awaited_until_when(on_fabric.played.cast, ground)


async def test_two_answers_at_once(on_fabric: OnFabric, ground: Ground) -> None:
    await scenario.two_answers_at_once(on_fabric.played.cast, ground)


async def test_a_late_proposal_needs_a_reason(on_fabric: OnFabric, ground: Ground) -> None:
    await scenario.late_changes_need_a_reason(on_fabric.played.cast, ground)


async def test_strangers_are_refused(on_fabric: OnFabric, ground: Ground) -> None:
    cast = on_fabric.played.cast
    applicant = registration.Applicant("alpha", "student", "Jo Else", "jo.else", "")
    other = await registration.register(on_fabric.world, cast.home_registrar, applicant)
    strangers = {
        "another student": (other, "not-party"),
        "a teacher of the host": (cast.teacher, "not-party"),
        "a third university": (cast.verifying_registrar, "not-party"),
    }
    await scenario.strangers_are_refused(cast, ground, strangers)


async def test_another_member_reads_what_is_on_the_channel(
    on_fabric: OnFabric, swapped: str
) -> None:
    await scenario.a_member_reads_the_record(on_fabric.played.cast.verifying_registrar, swapped)


async def test_the_end_is_agreed_upon(on_fabric: OnFabric, swapped: str) -> None:
    await scenario.the_end_is_agreed_upon(on_fabric.played.cast, swapped)
