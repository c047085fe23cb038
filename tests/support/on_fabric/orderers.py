"""The channel's orderers: which of them leads, how far each is, and standing still."""

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from fabric_protos.common import common_pb2

from fabric_client.system import SystemChaincodes
from network.processes.note import ProcessNote
from network.up import Running
from tests.support.consortium import CHANNEL
from tests.support.on_fabric.members import MEMBERS, Members, msp_id

# SmartBFT's ViewMetadata: the tag of its first field, the view's number.
_VIEW_ID = 0x08


async def view_of(members: Members) -> int:
    """The number of the view that made the last block; it grows with every change of leader."""
    system = SystemChaincodes(await members.network("alpha"), organizations=[msp_id("alpha")])
    block = await system.block_by_number((await system.chain_info()).height - 1)
    metadata = common_pb2.OrdererBlockMetadata.FromString(block.signed_metadata)
    return _view(metadata.consenter_metadata)


def leader_in(view: int) -> str:
    """Whose orderer leads in a view: they take turns."""
    return MEMBERS[view % len(MEMBERS)]


def _view(metadata: bytes) -> int:
    if not metadata or metadata[0] != _VIEW_ID:
        return 0  # A number that is zero is not written.
    view = 0
    for place, byte in enumerate(metadata[1:]):
        view |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            break
    return view


async def height_of(running: Running, name: str) -> int:
    """How many blocks an orderer has, by its own word."""
    member = running.layout.member(name)
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


@contextmanager
def standing_still(running: Running, name: str, process: str = "orderer") -> Iterator[None]:
    """Hold a member's process for the length of the block: alive, connected, and silent."""
    note = ProcessNote.read(running.layout.member(name).pid_file(process))
    assert note is not None
    os.kill(note.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(note.pid, signal.SIGCONT)
