"""The one consortium that all tests of a run share: real peers, orderers and authorities."""

import os
import random
import tempfile
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from chaincode.domain.constitution import ConstitutionContent
from crosscredit.consortium import HOOKS
from crosscredit.constitution import content_of
from network.binaries import Binaries, find
from network.binaries.build import build
from network.binaries.cache import cache_folder
from network.config import Consortium, load
from network.endpoint import Endpoint
from network.ephemeral import ephemeral
from network.errors import BinariesError
from network.layout import Layout
from network.lifecycle import ChaincodeDefinition
from network.policies import out_of
from network.processes.ports import free_offset
from network.progress import ConsoleProgress
from network.up import Options, Running, deploy_another, endpoints

CHANNEL = "credits"
PROBE = "probe"
NOT_HAD = "Fabric cannot be had"
_PROBE_PORT = 31
_OFFSETS = range(0, 15000, 1000)
_RESERVATIONS = Path(tempfile.gettempdir())
_reservations: dict[int, FileLock] = {}


def required() -> bool:
    """Whether tests that need Fabric must run: a missing Fabric is a failure then."""
    return bool(os.environ.get("CI")) or os.environ.get("CROSSCREDIT_FABRIC") == "required"


def constitution(consortium: Consortium) -> ConstitutionContent:
    """Give the constitution that a consortium is founded with."""
    return content_of(consortium)


def probe(consortium: Consortium) -> ChaincodeDefinition:
    """The chaincode that does what it is told, with the credit chaincode's collections."""
    credit = ChaincodeDefinition.of(consortium, consortium.chaincodes[0])
    channel = consortium.channel(CHANNEL)
    return ChaincodeDefinition(
        name=PROBE,
        channel=CHANNEL,
        version="1",
        sequence=1,
        policy=out_of(channel.policies.endorsement, consortium.deciding(channel), "peer"),
        module="tests.support.probe_chaincode",
        port=_PROBE_PORT,
        collections=credit.collections,
    )


async def need_fabric() -> Binaries:
    """Find Fabric's programs; without them the test is skipped, or fails where it is required."""
    return await _needed(find(ConsoleProgress()))


async def need_mended_fabric(fabric: Binaries) -> Binaries:
    """The programs that are built here, with the consensus library mended: these, or a build."""
    folder = cache_folder()
    return fabric if fabric.folder == folder else await _needed(build(folder, ConsoleProgress()))


async def _needed(programs: Awaitable[Binaries]) -> Binaries:
    try:
        return await programs
    except BinariesError as error:
        if required():
            pytest.fail(f"Fabric is required and cannot be had: {error}")
        pytest.skip(f"{NOT_HAD}: {str(error).splitlines()[0]}")


@asynccontextmanager
async def shared_consortium(fabric: Binaries | None = None) -> AsyncIterator[Running]:
    """Start the consortium, founded, with its gateways and the probe chaincode, on free ports."""
    progress = ConsoleProgress()
    consortium = load(port_offset=free_port_offset())
    options = Options(
        binaries=fabric.folder if fabric else None,
        constitution=HOOKS.constitution(consortium),
        found=HOOKS.found,
        prove=HOOKS.prove,
    )
    async with ephemeral(consortium, progress, options) as running:
        with progress.step("Deploying the probe chaincode"):
            await deploy_another(running, probe(consortium))
        yield running


def free_port_offset() -> int:
    """Find a port offset at which nothing listens now, and which is this run's until it ends.

    A consortium begins to listen seconds after its ports were chosen: another run that looks
    meanwhile must not choose the same ones.
    """
    # First those that are this run's already: others may need the rest.
    own = [offset for offset, lock in _reservations.items() if lock.is_locked]
    offsets = [*own, *random.sample(_OFFSETS, len(_OFFSETS))]
    return free_offset((offset, _endpoints(offset)) for offset in offsets if _reserved(offset))


def _reserved(offset: int) -> bool:
    if offset not in _reservations:
        _reservations[offset] = FileLock(_RESERVATIONS / f"crosscredit-ports-{offset}.lock")
    try:
        _reservations[offset].acquire(blocking=False)
    except (Timeout, OSError):  # another run's, or another user's
        return False
    return True


def _endpoints(offset: int) -> list[Endpoint]:
    consortium = load(port_offset=offset)
    definitions = [ChaincodeDefinition.of(consortium, c) for c in consortium.chaincodes]
    layout = Layout.of(consortium, Path("nowhere"))
    return [endpoint for _, endpoint in endpoints(layout, [*definitions, probe(consortium)])]
