"""A kept consortium: started, stopped, started again, killed in the middle, started again."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from crosscredit.consortium import HOOKS
from network import status as network_status
from network.config import Consortium, load
from network.down import down, noted
from network.errors import PortTakenError, StateDirectoryError
from network.files import remove_tree
from network.heights import peer_height
from network.operator import Operator
from network.processes.note import ProcessNote
from network.processes.supervisor import stop
from network.progress import Silence
from network.services import fabric_of, start_all
from network.status import ProcessStatus, status
from network.up import Options, Running, up
from tests.support.consortium import free_port_offset

pytestmark = [pytest.mark.fabric, pytest.mark.usefixtures("fabric")]

_START = """
import sys
from pathlib import Path
from crosscredit.consortium import HOOKS
from network.config import load
from network.interrupt import run_to_end
from network.progress import ConsoleProgress
from network.up import Options, up
work = up(load(port_offset=int(sys.argv[2])), Path(sys.argv[1]), ConsoleProgress(),
          Options(definitions=[], gateways=False))
run_to_end(work)
"""


BARE = Options(definitions=[], gateways=False)


def options(consortium: Consortium) -> Options:
    return Options(gateways=False, constitution=HOOKS.constitution(consortium))


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[tuple[Consortium, Path]]:
    consortium = load(port_offset=free_port_offset())
    state = tmp_path / "state"
    yield consortium, state
    await down(consortium, state, Silence(), wipe=True)
    assert noted(state) == []


async def start(kept: tuple[Consortium, Path]) -> Running:
    consortium, state = kept
    return await up(consortium, state, Silence(), options(consortium))


def running_in(state: Path) -> dict[str, int]:
    return {str(path): note.pid for path, note in noted(state) if note.alive()}


async def height(running: Running) -> int:
    return await peer_height(running.layout.member("gamma"), "credits")


async def test_a_kept_ledger_and_its_identities_are_used_again(
    kept: tuple[Consortium, Path],
) -> None:
    consortium, state = kept
    first = await start(kept)
    certificate = first.layout.member("beta").peer_msp.certificate.read_bytes()
    blocks, processes = await height(first), running_in(state)
    assert len(processes) == 16

    again = await start(kept)  # while it runs: nothing is started or stopped
    assert running_in(state) == processes
    with pytest.raises(StateDirectoryError, match="another consortium"):
        await up(
            load(port_offset=consortium.port_offset + 1), state, Silence(), options(consortium)
        )
    assert running_in(state) == processes

    await down(consortium, state, Silence())
    assert running_in(state) == {}
    warm = await start(kept)
    assert await height(warm) >= blocks
    assert again.layout.member("beta").peer_msp.certificate.read_bytes() == certificate


async def test_a_missing_process_is_brought_back_by_the_next_start(
    kept: tuple[Consortium, Path],
) -> None:
    consortium, state = kept
    await up(consortium, state, Silence(), BARE)
    note = next(note for _, note in noted(state) if note.component == "orderer")
    note.send(signal.SIGKILL)
    await asyncio.to_thread(os.waitpid, note.pid, 0)
    assert len(running_in(state)) == 11
    await up(consortium, state, Silence(), BARE)
    assert len(running_in(state)) == 12


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("Issuing every member", signal.SIGKILL),
        ("Starting orderers and peers", signal.SIGKILL),
        ("Starting orderers and peers", signal.SIGINT),
    ],
)
async def test_a_start_that_is_ended_in_the_middle_is_no_obstacle(
    kept: tuple[Consortium, Path], said: str, number: signal.Signals
) -> None:
    consortium, state = kept
    command = [sys.executable, "-c", _START, str(state), str(consortium.port_offset)]
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    assert process.stderr is not None
    async with asyncio.timeout(120):
        async for line in process.stderr:
            if line.decode().startswith(said):
                process.send_signal(number)
                break
        await process.communicate()
    if number is signal.SIGINT:
        assert process.returncode == 130
        assert running_in(state) == {}
    running = await up(consortium, state, Silence(), BARE)
    assert len(running_in(state)) == 12
    assert await height(running) >= 1


async def test_a_taken_port_stops_the_start_before_it_begins(
    kept: tuple[Consortium, Path],
) -> None:
    consortium, state = kept
    port = 17220 + consortium.port_offset
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", port)
    async with server:
        with pytest.raises(PortTakenError, match=f"port {port}, needed by gamma/peer"):
            await up(consortium, state, Silence(), BARE)
    assert running_in(state) == {}
    await up(consortium, state, Silence(), BARE)


async def test_status_tells_an_orderer_that_is_behind_from_one_that_stands_still(
    kept: tuple[Consortium, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network_status, "_CATCH_UP_SECONDS", 1.0)
    consortium, state = kept
    running = await start(kept)
    beta, *others = (running.layout.member(name) for name in ("beta", "alpha", "gamma", "ministry"))
    blocks = await peer_height(beta, "credits")
    # An orderer that lost its ledger and finds nobody to have it from: it answers, and is behind.
    await stop([beta.pid_file("orderer")])
    remove_tree(beta.orderer_folder / "data")
    orderers = [ProcessNote.read(other.pid_file("orderer")) for other in others]
    for note in orderers:
        assert note is not None
        note.send(signal.SIGSTOP)
    try:
        await start_all(fabric_of(beta, running.binaries)[:1])
        found = await orderers_in(consortium, state)
        assert "does not order the channel credits" in str(found["beta"].problem)
        await Operator(beta, running.binaries).join_orderer(
            "credits", running.layout.genesis("credits")
        )
        found = await orderers_in(consortium, state)
    finally:
        for note in orderers:
            assert note is not None
            note.send(signal.SIGCONT)
    assert found["beta"].blocks == {"credits": 1}
    expected = f"behind by {blocks - 1} blocks (1 of {blocks})"
    assert expected in str(found["beta"].problem)
    assert all("does not answer" in str(found[other.member.name].problem) for other in others)
    assert not any(orderer.healthy for orderer in found.values())

    async with asyncio.timeout(120):
        while not all(o.healthy for o in (await orderers_in(consortium, state)).values()):
            pass  # each look waits for those behind


async def orderers_in(consortium: Consortium, state: Path) -> dict[str, ProcessStatus]:
    found = await status(consortium, state)
    return {process.member: process for process in found if process.component == "orderer"}
