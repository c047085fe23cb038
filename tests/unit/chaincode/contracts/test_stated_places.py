"""Whose premises an examination is held on: a member's, or nobody's that the course names."""

from typing import Any

import pytest

from chaincode.domain.course import Course
from chaincode.domain.keys import Kind, record_key
from tests.support.courses import proposal
from tests.support.world import TEACHING, VERIFYING, Refused, World


def proposing(world: World, course: str, member: str) -> dict[str, Any]:
    document = proposal(world.identifier(), course, 1).model_dump(mode="json")
    place = {"country": "CN", "province": "CN-JS", "city": "nanjing", "member": member}
    document["parts"][0] |= {"mode": "offline", "place": place}
    return document | {"category": "elective", "course_kind": "on-site"}


async def test_premises_are_a_members(world: World) -> None:
    teacher, course = world.people["teacher"], world.identifier()
    with pytest.raises(Refused) as found:
        await world.submit(teacher, "ProposeCourse", proposing(world, course, "nobodyMSP"))
    refused = found.value
    assert (refused.code, refused.field) == ("invalid-argument", "parts.0.place.member")
    await world.submit(teacher, "ProposeCourse", proposing(world, course, VERIFYING))
    stored = world.record(Course, record_key(Kind.COURSE, TEACHING, course, 1))
    assert stored.digest == stored.content.digest()
    assert (stored.content.category, stored.content.taught) == ("elective", "on-site")
    assert stored.content.parts[0].place is not None
    assert stored.content.parts[0].place.member == VERIFYING
