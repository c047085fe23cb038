"""Grades, corrections and rulings in bulk, over REST on the sandbox: one class, step after step."""

from dataclasses import replace

import pytest
import pytest_asyncio

from demo.story import course, credit, learning, registration
from demo.story.cast import Cast
from demo.world import Person, World
from tests.support import bulk_attacks as attacks
from tests.support import bulk_scenario as scenario
from tests.support.bulk_scenario import Class

pytestmark = pytest.mark.thorough


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def students(world: World, cast: Cast) -> tuple[Person, Person, Person]:
    found = []
    for number in range(3):
        applicant = registration.Applicant(
            "alpha", "student", f"Bo Bulk {number}", f"bo.bulk{number}", ""
        )
        found.append(await registration.register(world, cast.home_registrar, applicant))
    return found[0], found[1], found[2]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def taught(world: World, cast: Cast, students: tuple[Person, Person, Person]) -> Class:
    """A class of its own, so that no other test's plans or grades are in it."""
    own = replace(cast, student=students[0])
    offered = await course.play(world, own)
    enrolment = await learning.enrol(world, own, offered)
    await learning.take_parts(world, own, enrolment)
    await learning.receive(own.student, world, enrolment, course.EXAMINATION)
    awarded = await credit.play(world, own, learning.Learned(enrolment))
    return await scenario.prepare(world, own, students[1:], offered, awarded)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def supervisor(world: World) -> Person:
    return await registration.enter_staff(world, "ministry", "supervisor-1", actor="the supervisor")


async def test_a_class_in_bulk(taught: Class, other_teacher: Person, supervisor: Person) -> None:
    await scenario.grades_by_list(taught)
    await scenario.home_accepts_in_bulk(taught)
    await scenario.an_unreviewed_correction_waits(taught)
    await scenario.grades_by_rule(taught)
    await scenario.a_stale_plan_is_a_conflict(taught)
    await attacks.strangers_are_refused(taught, other_teacher)
    await attacks.bad_input_names_its_place(taught)
    await scenario.rulings(taught, supervisor)
