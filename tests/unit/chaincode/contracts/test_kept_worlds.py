"""The tests' own worlds: copies know nothing of each other, and are what was lived."""

import gc
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from enum import Enum
from types import BuiltinFunctionType, FunctionType, ModuleType, NoneType

import pytest

from chaincode.domain.keys import Kind
from tests.support.life import LIFE
from tests.support.snapshots import UNCHANGING, KeptWorld, copy_of
from tests.support.world import Refused, World

CODE = (FunctionType, BuiltinFunctionType, ModuleType)
VALUES = (str, bytes, int, float, NoneType, tuple, frozenset, datetime, timedelta, timezone, Enum)


def reachable(world: World) -> dict[int, object]:
    """Everything that a world is made of, by identity; code is no part of it."""

    def parts(item: object) -> Iterator[object]:
        if not isinstance(item, (*UNCHANGING, *CODE)):
            yield from gc.get_referents(item)

    found: dict[int, object] = {}
    waiting: list[object] = [world.sandbox, vars(world)]
    while waiting:
        item = waiting.pop()
        if id(item) not in found:
            found[id(item)] = item
            waiting += parts(item)
    return found


def state(world: World) -> dict[str, dict[str, tuple[bytes, bytes | None]]]:
    return {
        msp_id: {key: (found.value, found.policy) for key, found in peer.ledger.world.items()}
        for msp_id, peer in world.sandbox.consortium.peers.items()
    }


async def kept(after: str) -> World:
    world = await KeptWorld.founded()
    await world.advance(after=after)
    return world


async def test_two_copies_share_nothing_that_can_be_changed() -> None:
    one, other = reachable(await kept("LearnCourse")), reachable(await kept("LearnCourse"))
    assert len(one) > 2_000
    shared = [one[place] for place in one.keys() & other.keys()]
    assert [x for x in shared if not isinstance(x, (*VALUES, *UNCHANGING, *CODE))] == []


async def test_what_one_copy_writes_no_other_has() -> None:
    one, other = await kept("LearnCourse"), await kept("LearnCourse")
    before, height = state(other), other.sandbox.consortium.height
    await one.step("UploadEssay")
    await one.join("newcomer@gamma", "registrar")
    one.sandbox.clock.advance(days=1)
    one.sandbox.consortium.registry.revoke("betaMSP", 1)
    one.sandbox.consortium.peers["alphaMSP"].available = False
    assert len(one.stored(one.slot(Kind.WORK))["entries"]) == 1
    for untouched in (other, await kept("LearnCourse")):
        assert state(untouched) == before
        assert untouched.sandbox.consortium.height == height
        assert "newcomer@gamma" not in untouched.people
        await untouched.step("UploadEssay")
        assert untouched.version(untouched.slot(Kind.WORK)) == 2


async def test_a_copy_is_what_a_world_of_its_own_comes_to() -> None:
    lived = World()
    await lived.found()
    await lived.advance(after="AwardCredit")
    copied = await kept("AwardCredit")
    assert copied.sandbox.consortium.height == lived.sandbox.consortium.height
    for world in (lived, copied):
        assert world.stored(world.slot(Kind.CREDIT))["status"] == "awarded"
    versions = [
        {key: world.version(key) for key in state(world)["betaMSP"]} for world in (lived, copied)
    ]
    assert versions[0] == versions[1]


async def test_a_world_that_was_looked_at_lives_on_itself() -> None:
    world = await KeptWorld.founded()
    world.sandbox.clock.advance(days=100)
    with pytest.raises(Refused) as refused:
        await world.advance(after="ApplyForCourse")
    assert refused.value.code == "outside-window"


async def test_the_life_is_lived_once() -> None:
    world = await kept(LIFE[0])
    with pytest.raises(Refused) as refused:
        await world.advance(after=LIFE[0])
    assert refused.value.code == "record-exists"


async def test_what_was_built_once_is_copied_whole() -> None:
    one, other = await copy_of(staged), await copy_of(staged)
    assert one.sandbox.consortium is not other.sandbox.consortium
    newcomer = one.people["newcomer@gamma"]
    assert one.stored(newcomer.account) == other.stored(newcomer.account)
    await one.step("ProposeCourse")
    assert one.stored(one.course)["version"] == 1
    await other.step("ProposeCourse")


async def staged() -> World:
    world = await KeptWorld.founded()
    await world.join("newcomer@gamma", "registrar")
    return world
