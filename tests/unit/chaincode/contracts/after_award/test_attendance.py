"""One student is in one course version once."""

import pytest

from chaincode.domain.attendance import attendance_key
from chaincode.domain.keys import Kind, record_key
from tests.support.world import TEACHING, Refused, World

OTHER = "d" * 32


async def test_a_second_application_is_refused_while_the_first_stands(world: World) -> None:
    await world.advance(after="ApplyForCourse")
    for status in ("applied", "admitted"):
        with pytest.raises(Refused) as refused:
            await world.step("ApplyForCourse", change={"enrolment": OTHER})
        assert refused.value.code == "wrong-state"
        assert refused.value.facts == {"status": status, "enrolment": world.enrolment}
        if status == "applied":
            await world.step("LearnCourse")


async def test_another_student_applies(world: World) -> None:
    await world.advance(after="ApplyForCourse")
    await world.step("ApplyForCourse", by="student2", change={"enrolment": OTHER})


async def test_who_was_refused_applies_again(world: World) -> None:
    await world.advance(after="ApplyForCourse")
    await world.step("LearnCourse", change={"admit": False, "reason": "course-full"})
    await world.step("ApplyForCourse", change={"enrolment": OTHER})
    key = attendance_key(world.course, world.people["student"].account)
    found = world.stored(key)
    assert found["version"] == 2
    assert found["enrolment"] == record_key(Kind.ENROLMENT, TEACHING, OTHER)
    with pytest.raises(Refused) as refused:
        await world.step("ApplyForCourse", change={"enrolment": "f" * 32})
    assert refused.value.facts["status"] == "applied"
