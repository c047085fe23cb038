"""An orderer that stood still while the others went on catches up with them by itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from network.binaries import Binaries
from network.up import Running
from tests.support.consortium import need_mended_fabric, shared_consortium
from tests.support.on_fabric.chain import height_at, settled
from tests.support.on_fabric.forging import Conspiracy, conspiracy
from tests.support.on_fabric.members import MEMBERS, Members
from tests.support.on_fabric.orderers import height_of, leader_in, standing_still, view_of

pytestmark = [pytest.mark.fabric, pytest.mark.asyncio(loop_scope="session")]

# Longer than an orderer waits for a heartbeat and then for the others (`leader_heartbeat`,
# `request_forward` and `request_complain` of consortium.toml): it complains when it is back, and
# what it missed does not come by itself any more.
_STANDS_STILL = 8.0
# Long enough for the synchronisations that a complaint is followed by (`view_change`): decisions
# that meet one are what once locked the orderer up.
_GOES_ON = 8.0
# More blocks than an orderer gets from what the others say of the one in the making.
_MISSED = 4
_SAFETY_NET = 120.0


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def mended(fabric: Binaries, consortium: Running) -> AsyncIterator[Running]:
    """The run's consortium; another, where orderers as released may lock up (ADR 0008)."""
    programs = await need_mended_fabric(fabric)
    if programs.folder == fabric.folder:
        yield consortium
        return
    async with shared_consortium(programs) as running:
        yield running


async def one_more_block(traitor: Conspiracy, name: str) -> None:
    """A transaction without effect: nobody but the ordering service has to agree to it."""
    await traitor.write("AddGrade", f"grade/{name}MSP/none", b"{}")


async def write_for(seconds: float, traitors: dict[str, Conspiracy]) -> None:
    """Write through every member's own peer, each transaction committed before its next."""
    end = asyncio.get_running_loop().time() + seconds

    async def write(name: str, traitor: Conspiracy) -> None:
        while asyncio.get_running_loop().time() < end:
            await one_more_block(traitor, name)

    async with asyncio.TaskGroup() as writers:
        for name, traitor in traitors.items():
            writers.create_task(write(name, traitor))


@pytest.mark.parametrize("role", ["leader", "follower"])
async def test_an_orderer_that_stood_still_catches_up(mended: Running, role: str) -> None:
    async with AsyncExitStack() as stack:
        members = Members(mended.layout, stack)
        traitors = {name: await conspiracy(members, name) for name in MEMBERS}
        await one_more_block(traitors["alpha"], "alpha")
        view = await view_of(members)
        leader = leader_in(view)
        slow = leader if role == "leader" else MEMBERS[MEMBERS.index(leader) - 1]
        async with asyncio.timeout(_SAFETY_NET):
            before = await height_of(mended, slow)
            with standing_still(mended, slow):
                await write_for(_STANDS_STILL, traitors)
                while await height_at(members, "alpha") < before + _MISSED:
                    await one_more_block(traitors["alpha"], "alpha")
            await write_for(_GOES_ON, traitors)
            reached = await settled(members)
            while await height_of(mended, slow) <= reached:
                # What it missed it learns from what comes next.
                await one_more_block(traitors["alpha"], "alpha")
        if role == "leader":
            assert await view_of(members) > view
