"""CertifyCourse and WithdrawCertification."""

import pytest

from tests.support.rules import Document
from tests.support.world import HOME, MINISTRY, TEACHING, VERIFYING, Refused, World


async def certify(world: World, by: str = "registrar@gamma", **change: str) -> Document:
    arguments = {
        "operation": world.identifier(),
        "course": world.course,
        "course_digest": world.stored(world.course)["digest"],
    }
    return await world.submit(world.people[by], "CertifyCourse", arguments | change)


async def withdraw(
    world: World,
    by: str = "registrar@gamma",
    *,
    version: int = 1,
    reason: str = "examination",
    certifier: str = VERIFYING,
) -> Document:
    arguments = {
        "operation": world.identifier(),
        "certification": key_of(world, certifier),
        "expected_version": version,
        "reason": reason,
    }
    return await world.submit(world.people[by], "WithdrawCertification", arguments)


def key_of(world: World, certifier: str = VERIFYING) -> str:
    return f"certification/{world.course.partition('/')[2]}/{certifier}"


@pytest.mark.parametrize(
    ("by", "certifier"),
    [
        ("registrar@alpha", HOME),
        ("registrar@gamma", VERIFYING),
        ("supervisor@ministry", MINISTRY),
    ],
)
async def test_another_university_or_the_authority_certifies(
    world: World, by: str, certifier: str
) -> None:
    await world.advance(after="CheckCourse")
    await certify(world, by)
    stored = world.stored(key_of(world, certifier))
    assert (stored["status"], stored["certifier"]) == ("in-force", certifier)
    assert stored["course_digest"] == world.stored(world.course)["digest"]
    assert stored["by"] == world.people[by].account
    assert world.policy(key_of(world, certifier)) is None
    with pytest.raises(Refused) as refused:
        await certify(world, by)
    assert (refused.value.code, refused.value.facts) == (
        "record-exists",
        {"key": key_of(world, certifier)},
    )


async def test_nobody_certifies_its_own_course(world: World) -> None:
    await world.advance(after="CheckCourse")
    with pytest.raises(Refused) as refused:
        await certify(world, "registrar@beta")
    assert (refused.value.code, refused.value.field) == ("not-party", "course")
    with pytest.raises(Refused) as refused:
        await certify(world, "registrar@ministry")
    assert refused.value.code == "not-permitted"
    await certify(world, "registrar@gamma")


async def test_the_course_is_approved_and_the_one_that_was_seen(world: World) -> None:
    await world.advance(after="ProposeCourse")
    with pytest.raises(Refused) as refused:
        await certify(world)
    assert (refused.value.code, refused.value.facts) == ("wrong-state", {"status": "proposed"})
    await world.step("CheckCourse")
    with pytest.raises(Refused) as refused:
        await certify(world, course_digest="0" * 64)
    assert (refused.value.code, refused.value.field) == ("stale-reference", "course_digest")
    await certify(world)


async def test_the_certifier_alone_withdraws_and_for_good(world: World) -> None:
    await world.advance(after="CheckCourse")
    await certify(world)
    for by in ("registrar@alpha", "registrar@beta", "supervisor@ministry"):
        with pytest.raises(Refused) as refused:
            await withdraw(world, by)
        assert (refused.value.code, refused.value.field) == ("not-party", "certification"), by
    for reason in ("because", ""):
        with pytest.raises(Refused) as refused:
            await withdraw(world, reason=reason)
        assert (refused.value.code, refused.value.field) == ("invalid-argument", "reason")
    with pytest.raises(Refused) as refused:
        await withdraw(world, version=2)
    assert refused.value.code == "version-conflict"
    await withdraw(world)
    stored = world.stored(key_of(world))
    assert (stored["status"], stored["version"]) == ("withdrawn", 2)
    assert stored["withdrawal"] == {
        "reason": "examination",
        "by": world.people["registrar@gamma"].account,
        "at": "2026-09-01T08:00:00Z",
    }
    with pytest.raises(Refused) as refused:
        await withdraw(world, version=2)
    assert refused.value.code == "wrong-state"
    assert refused.value.facts == {
        "status": "withdrawn",
        "reason": "examination",
        "at": "2026-09-01T08:00:00Z",
    }
    with pytest.raises(Refused, match="record-exists"):
        await certify(world)


async def test_what_is_not_there_is_not_withdrawn(world: World) -> None:
    await world.advance(after="CheckCourse")
    with pytest.raises(Refused) as refused:
        await withdraw(world)
    assert refused.value.code == "record-not-found"
    assert TEACHING in world.course
