"""Queries: what anybody in the channel reads, page by page."""

from typing import Any

import pytest

from chaincode.domain.caller import Role
from tests.support.world import HOME, TEACHING, VERIFYING, Refused, World


async def read(world: World, name: str, function: str, **arguments: Any) -> dict[str, Any]:
    return await world.evaluate(world.people[name], function, arguments)


async def pages(world: World, limit: int, **asked: Any) -> list[str]:
    """All keys, page by page, going on after the tail of the last key."""
    keys: list[str] = []
    while True:
        after = {"after": keys[-1].split("/", 2)[2]} if keys else {}
        found = await read(world, "student", "ListRecords", limit=limit, **asked, **after)
        keys += [record["key"] for record in found["records"]]
        if len(found["records"]) < limit:
            return keys


@pytest.mark.parametrize("role", Role)
async def test_every_member_reads_every_record(world: World, role: Role) -> None:
    name = "supervisor@ministry" if role is Role.SUPERVISOR else role.value
    people = {"operator": "operator@gamma", "gateway": "gateway@gamma"}
    people["registrar"] = "registrar@gamma"
    await world.step("ProposeCourse")
    found = await read(world, people.get(name, name), "ReadRecord", key=world.course)
    assert found["record"] == world.stored(world.course)


async def test_what_is_not_there(world: World) -> None:
    with pytest.raises(Refused) as refused:
        await read(world, "student", "ReadRecord", key=world.enrolment)
    assert refused.value.code == "record-not-found"
    assert refused.value.facts == {"key": world.enrolment}
    assert await pages(world, 10, of_kind="course", owner=TEACHING) == []


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 20])
async def test_pages_lose_no_version_of_a_course(world: World, limit: int) -> None:
    courses = ["1" * 32, "2" * 32]
    for course in courses:
        for number in range(1, 12 if course == courses[0] else 3):
            await world.step("ProposeCourse", change={"course": course, "number": number})
    expected = [
        key
        for key, _ in world.sandbox.consortium.peers[HOME].ledger.world.items()
        if key.startswith("course/")
    ]
    assert len(expected) == 13
    assert await pages(world, limit, of_kind="course", owner=TEACHING) == expected


async def test_a_page_holds_one_kind_of_one_owner(world: World) -> None:
    found = await pages(world, 2, of_kind="account", owner=TEACHING)
    assert sorted(found) == found
    beta = {person.account for person in world.people.values() if person.msp_id == TEACHING}
    assert set(found) <= beta
    assert {world.people["teacher"].account, world.people["registrar@beta"].account} <= set(found)


@pytest.mark.parametrize("value", [b"\xff", b"[]", b'{"a":1.5}', b'{"a":9007199254740993}'])
async def test_a_stored_value_that_is_no_record_is_named(world: World, value: bytes) -> None:
    await world.step("ProposeCourse")
    await world.forge({world.course: value}, by=(TEACHING,))
    for function, arguments in (
        ("ReadRecord", {"key": world.course}),
        ("ListRecords", {"of_kind": "course", "owner": TEACHING}),
    ):
        with pytest.raises(Refused) as refused:
            await read(world, "student", function, **arguments)
        assert refused.value.code == "record-corrupt"


async def test_a_corrupt_account_speaks_for_nobody(world: World) -> None:
    teacher = world.people["teacher"]
    await world.forge({teacher.account: b"{}"}, by=(TEACHING,))
    with pytest.raises(Refused) as refused:
        await world.step("ProposeCourse")
    assert refused.value.code == "account-inactive"


async def test_a_later_version_of_a_course_is_a_record_of_its_own(world: World) -> None:
    await world.advance(after="CheckCourse")
    await world.step("ProposeCourse", change={"number": 2})
    first, second = world.stored(world.course), world.stored(world.course[:-1] + "2")
    assert (first["status"], second["status"]) == ("approved", "proposed")


async def test_several_records_come_in_the_order_of_their_keys(world: World) -> None:
    await world.step("ProposeCourse")
    keys = [world.enrolment, world.course, "constitution", world.course]
    found = await read(world, "student", "ReadRecords", keys=keys)
    course = world.stored(world.course)
    assert found == {"records": [None, course, world.stored("constitution"), course]}
    many = [f"course/{TEACHING}/{place:032x}/1" for place in range(199)]
    found = await read(world, "student", "ReadRecords", keys=[*many, world.course])
    assert found["records"] == [*[None] * 199, course]


async def test_one_answer_holds_a_bounded_number_of_records(world: World) -> None:
    rules = [f"rule/{TEACHING}/{place:032x}/1" for place in range(21)]
    courses = [f"course/{TEACHING}/{place:032x}/1" for place in range(201)]
    assert await read(world, "student", "ReadRecords", keys=[*rules[:20], *courses[:180]])
    asked: list[tuple[str, dict[str, Any]]] = [
        ("ReadRecords", {"keys": rules}),
        ("ReadRecords", {"keys": courses}),
        ("ReadRecords", {"keys": []}),
        ("ListRecords", {"of_kind": "rule", "owner": TEACHING, "limit": 21}),
        ("ListRecords", {"of_kind": "rule", "owner": TEACHING}),
    ]
    for function, arguments in asked:
        with pytest.raises(Refused) as refused:
            await read(world, "student", function, **arguments)
        assert refused.value.code == "invalid-argument"
    page = await read(world, "student", "ListRecords", of_kind="rule", owner=TEACHING, limit=20)
    assert page == {"records": []}


@pytest.mark.parametrize("value", [b"no record", b'{"a":"' + b"x" * 300_000 + b'"}'])
async def test_a_corrupt_record_hides_no_other(world: World, value: bytes) -> None:
    await world.step("ProposeCourse")
    await world.forge({world.course: value}, by=[TEACHING])
    keys = [world.course, "constitution", world.enrolment]
    found = await read(world, "student", "ReadRecords", keys=keys)
    assert found == {"records": [{}, world.stored("constitution"), None]}


async def test_an_answer_ends_where_it_grows_large(world: World) -> None:
    large = b'{"a":"' + b"x" * 250_000 + b'"}'
    keys = [f"course/{TEACHING}/{place:032x}/1" for place in range(40)]
    await world.forge(dict.fromkeys(keys, large), by=[HOME, TEACHING, VERIFYING])
    found = await read(world, "student", "ReadRecords", keys=keys)
    assert found == {"records": [{"a": "x" * 250_000}] * 17}, "the last brings it above 4 MiB"
    small = await read(world, "student", "ReadRecords", keys=["constitution"] * 200)
    assert small == {"records": [world.stored("constitution")] * 200}
