"""An orderer that stood still while the others went on catches up with them by itself."""

import asyncio
import json
import os
import signal
from contextlib import AsyncExitStack

import pytest

from network.layout import MemberLayout
from network.processes.note import ProcessNote
from network.up import Running
from tests.support.consortium import CHANNEL
from tests.support.on_fabric.chain import settled
from tests.support.on_fabric.forging import Conspiracy, conspiracy
from tests.support.on_fabric.members import Members

pytestmark = [pytest.mark.fabric, pytest.mark.asyncio(loop_scope="session")]

# Longer than an orderer waits for a heartbeat and then for the others (`leader_heartbeat`,
# `request_complain` of consortium.toml): what it missed does not come by itself any more.
_STANDS_STILL = 8.0
_CATCHES_UP = 90.0


async def height(running: Running, member: MemberLayout) -> int:
    """How many blocks an orderer has, by its own word."""
    tls = member.operator_tls
    process = await asyncio.create_subprocess_exec(
        str(running.binaries.path("osnadmin")),
        *("channel", "list", "--no-status", "-c", CHANNEL, "-o", str(member.orderer_admin)),
        *("--ca-file", str(member.tls_root)),
        *("--client-cert", str(tls.certificate), "--client-key", str(tls.key)),
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate()
    return int(json.loads(printed)["height"])


async def one_more_block(traitor: Conspiracy) -> None:
    """A transaction without effect: nobody but the ordering service has to agree to it."""
    await traitor.write("AddGrade", "grade/betaMSP/none", b"{}")


async def test_an_orderer_that_stood_still_catches_up(consortium: Running) -> None:
    slow, quick = (consortium.layout.member(name) for name in ("gamma", "beta"))
    note = ProcessNote.read(slow.pid_file("orderer"))
    assert note is not None
    async with AsyncExitStack() as stack:
        members = Members(consortium.layout, stack)
        traitor = await conspiracy(members, "beta")
        os.kill(note.pid, signal.SIGSTOP)
        try:
            resumed = asyncio.get_running_loop().time() + _STANDS_STILL
            while asyncio.get_running_loop().time() < resumed:
                await one_more_block(traitor)
        finally:
            os.kill(note.pid, signal.SIGCONT)
        async with asyncio.timeout(_CATCHES_UP):
            missing = await height(consortium, quick) - await height(consortium, slow)
            while missing > 0:
                # What it missed it learns from what comes next.
                await one_more_block(traitor)
                missing = await height(consortium, quick) - await height(consortium, slow)
            await settled(members)
