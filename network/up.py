"""Starting a consortium: made anew, or from what an earlier start left complete."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from network import authority, channel, identities, services, state
from network.binaries import Binaries, find
from network.config import Consortium
from network.create import write_settings
from network.disk import is_full, need_space
from network.down import noted, stop_noted
from network.endpoint import Endpoint
from network.errors import NetworkError, StateDirectoryError
from network.files import private_files
from network.guardian import guarded
from network.health import chains_answer
from network.interrupt import whole
from network.layout import Layout
from network.lifecycle import (
    ChaincodeDefinition,
    approve,
    commit,
    install,
    members_of,
    write_packages,
)
from network.processes.ports import lent, need_free
from network.progress import Progress
from network.targets import GATEWAY, targets


@dataclass(frozen=True, slots=True)
class Running:
    """A consortium that was proven healthy."""

    consortium: Consortium
    layout: Layout
    binaries: Binaries


Step = Callable[[Running], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Options:
    """What a start includes.

    Attributes:
        definitions: the chaincodes; None for those of `consortium.toml`.
        gateways: whether the members' gateways are started.
        constitution: the digest that every gateway and chaincode process is told to expect.
        binaries: a folder with Fabric's programs, instead of looking for one.
        found: runs once in a consortium's life, when its chaincodes and gateways answer; if it
            raises, the start has failed and the next one begins anew.
        prove: runs last in every start and raises unless the consortium is healthy, by a
            transaction; that the peers' chains answer and agree was seen before.
    """

    definitions: Sequence[ChaincodeDefinition] | None = None
    gateways: bool = True
    constitution: str = ""
    binaries: Path | None = None
    found: Step | None = None
    prove: Step | None = None


async def up(
    consortium: Consortium, state_dir: Path, progress: Progress, options: Options | None = None
) -> Running:
    """Start a consortium and return when it is proven healthy; its processes outlive the caller.

    A consortium that already runs in the directory, whole and the same, is left running. If
    anything fails, or the caller is cancelled, everything is stopped before the error leaves.

    Raises:
        NetworkError: see `network.errors`; each says what to do.
    """
    options = options or Options()
    layout = Layout.of(consortium, state_dir)
    binaries = await find(progress, options.binaries)
    running = Running(consortium, layout, binaries)
    definitions = options.definitions
    if definitions is None:
        definitions = [ChaincodeDefinition.of(consortium, c) for c in consortium.chaincodes]
    with state.held(layout):
        try:
            await _start(running, definitions, options, progress)
        except (OSError, NetworkError) as error:
            # Whoever met the full disk first, a process of Fabric's included, says it its own way.
            if not is_full(layout.state):
                raise
            raise StateDirectoryError(
                f"the disk of {layout.state} is full. Make room, or choose another disk (--state). "
                f"What failed: {error}"
            ) from error
    return running


async def _start(
    running: Running,
    definitions: Sequence[ChaincodeDefinition],
    options: Options,
    progress: Progress,
) -> None:
    layout = running.layout
    ready = state.is_ready(layout)
    alive = [note for _, note in noted(layout.state) if note.alive()]
    if alive and ready and len(alive) == _expected(layout, definitions, options):
        progress.note(f"The consortium already runs in {layout.state}")
        await _prove(running, options, progress)
        return
    if alive:
        with progress.step("Stopping what an earlier start left"):
            await stop_noted(layout.state)
    need_space(layout.state, state.NEEDED_BYTES, "the consortium's ledgers")
    needed = endpoints(layout, definitions)
    need_free(needed)
    if doubt := lent(endpoint for _, endpoint in needed):
        progress.note(doubt)
    async with guarded(layout.state, remove=False):
        await _start_guarded(running, definitions, options, progress, ready=ready)


async def _start_guarded(
    running: Running,
    definitions: Sequence[ChaincodeDefinition],
    options: Options,
    progress: Progress,
    *,
    ready: bool,
) -> None:
    layout = running.layout
    try:
        if ready:
            await _resume(running, definitions, options, progress)
        else:
            state.wipe(layout)
            await _make(running, definitions, options, progress)
        await _prove(running, options, progress)
        state.mark_ready(layout)
    except BaseException:
        await whole(stop_noted(layout.state))
        raise


async def _make(
    running: Running,
    definitions: Sequence[ChaincodeDefinition],
    options: Options,
    progress: Progress,
) -> None:
    layout, binaries = running.layout, running.binaries
    with progress.step("Issuing every member's identities from its own authority"):
        await asyncio.gather(*(authority.create(m, binaries) for m in layout.members))
        await services.start_all(services.authority_of(m, binaries) for m in layout.members)
        await asyncio.gather(*(identities.enroll_all(m, definitions) for m in layout.members))
    with progress.step("Starting orderers and peers, joining the channels"):
        for member in layout.members:
            write_settings(layout, member, binaries, options.constitution)
        # Most of a gateway's start is its own work: done while the others wait for each other.
        gateways = services.begin(_gateways(layout, options))
        chaincodes = [_begin_chaincode(running, d, options.constitution) for d in definitions]
        fabric = [s for m in layout.members for s in services.fabric_of(m, binaries)]
        await asyncio.gather(
            services.start_all(fabric),
            *(channel.make_genesis(layout, c, binaries) for c in layout.consortium.channels),
        )
        for entry in layout.consortium.channels:
            await channel.join(layout, entry, binaries)
    for definition, begun in zip(definitions, chaincodes, strict=True):
        with progress.step(f"Deploying the chaincode {definition.name}"):
            await _deploy(running, definition, begun)
    if options.gateways:
        with progress.step("Starting the gateways"):
            await services.answering(gateways)
    if options.found is not None:
        with progress.step("Founding the consortium"):
            await chains_answer(layout)
            with private_files():
                await options.found(running)


async def _resume(
    running: Running,
    definitions: Sequence[ChaincodeDefinition],
    options: Options,
    progress: Progress,
) -> None:
    layout, binaries = running.layout, running.binaries
    with progress.step("Starting the processes on the kept ledger"):
        wanted = [services.authority_of(m, binaries) for m in layout.members]
        wanted += [s for m in layout.members for s in services.fabric_of(m, binaries)]
        wanted += [
            services.chaincode_of(m, d, options.constitution)
            for d in definitions
            for m in members_of(layout, d)
        ]
        await services.start_all(wanted)
    if options.gateways:
        with progress.step("Starting the gateways"):
            await services.start_all(_gateways(layout, options))


def _gateways(layout: Layout, options: Options) -> list[services.Service]:
    return [services.gateway_of(m) for m in layout.members] if options.gateways else []


def _begin_chaincode(
    running: Running, definition: ChaincodeDefinition, constitution: str
) -> list[services.Begun]:
    """Write every member's package of a chaincode, and begin the processes that serve it."""
    write_packages(running.layout, definition)
    members = members_of(running.layout, definition)
    return services.begin(services.chaincode_of(m, definition, constitution) for m in members)


async def _deploy(
    running: Running, definition: ChaincodeDefinition, begun: Sequence[services.Begun]
) -> None:
    """Put a chaincode whose processes were begun on its channel: install, approve, commit."""
    layout, binaries = running.layout, running.binaries
    await asyncio.gather(install(layout, definition, binaries), services.answering(begun))
    await approve(layout, definition, binaries)
    await chains_answer(layout)
    await commit(layout, definition, binaries)


async def deploy_another(
    running: Running, definition: ChaincodeDefinition, constitution: str = ""
) -> None:
    """Put a chaincode that `consortium.toml` does not have on a running consortium.

    Raises:
        NetworkError: a process did not start, or a peer refused.
    """
    members = members_of(running.layout, definition)
    layouts = [member.chaincode(definition.name, definition.port) for member in members]
    await asyncio.gather(*(identities.enroll_tls(c.member, c.component, c.tls) for c in layouts))
    await _deploy(running, definition, _begin_chaincode(running, definition, constitution))


async def _prove(running: Running, options: Options, progress: Progress) -> None:
    with progress.step("Proving that the consortium works"):
        await chains_answer(running.layout)
        if options.prove is not None:
            await options.prove(running)


def endpoints(
    layout: Layout, definitions: Sequence[ChaincodeDefinition]
) -> list[tuple[str, Endpoint]]:
    """Give every endpoint that will be listened at, with what needs it."""
    return [
        (target.title, endpoint)
        for target in targets(layout, list(definitions))
        for endpoint in (*target.endpoints, *target.silent)
    ]


def _expected(layout: Layout, definitions: Sequence[ChaincodeDefinition], options: Options) -> int:
    expected = targets(layout, list(definitions))
    return sum(1 for target in expected if options.gateways or target.component != GATEWAY)
