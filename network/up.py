"""Starting a consortium: made anew, or from what an earlier start left complete."""

import asyncio
import errno
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from network import authority, channel, components, identities, services, state
from network.binaries import Binaries, find
from network.config import Consortium
from network.create import write_settings
from network.disk import need_space
from network.down import noted, stop_noted
from network.endpoint import Endpoint
from network.errors import NetworkError, StateDirectoryError
from network.health import chains_answer
from network.layout import Layout
from network.lifecycle import ChaincodeDefinition, approve_and_commit, install
from network.lifecycle.deploy import members_of, write_packages
from network.processes.ports import need_free
from network.progress import Progress


@dataclass(frozen=True, slots=True)
class Running:
    """A consortium that was proven healthy."""

    consortium: Consortium
    layout: Layout
    binaries: Binaries


Prover = Callable[[Running], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Options:
    """What a start includes.

    Attributes:
        definitions: the chaincodes; None for those of `consortium.toml`.
        gateways: whether the members' gateways are started.
        constitution: the digest that every gateway and chaincode process is told to expect.
        binaries: a folder with Fabric's programs, instead of looking for one.
        prove: raises unless the consortium is healthy; the peers' chains are asked before.
    """

    definitions: Sequence[ChaincodeDefinition] | None = None
    gateways: bool = True
    constitution: str = ""
    binaries: Path | None = None
    prove: Prover | None = None


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
    layout = Layout(consortium, state_dir.absolute())
    binaries = await find(progress, options.binaries)
    running = Running(consortium, layout, binaries)
    definitions = options.definitions
    if definitions is None:
        definitions = [ChaincodeDefinition.of(consortium, c) for c in consortium.chaincodes]
    with state.held(layout):
        try:
            await _start(running, definitions, options, progress)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            raise StateDirectoryError(
                f"the disk of {layout.state} is full. Make room, or choose another disk (--state)."
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
    alive = [note for _, note in noted(layout) if note.alive()]
    if alive and ready and len(alive) == _expected(layout, definitions, options):
        progress.note(f"The consortium already runs in {layout.state}")
        await _prove(running, options, progress)
        return
    if alive:
        with progress.step("Stopping what an earlier start left"):
            await stop_noted(layout)
    need_space(layout.state, state.NEEDED_BYTES, "the consortium's ledgers")
    need_free(endpoints(layout, definitions))
    try:
        if ready:
            await _resume(running, definitions, progress)
        else:
            state.wipe(layout)
            await _make(running, definitions, progress)
        if options.gateways:
            with progress.step("Starting the gateways"):
                await services.start_all(services.gateway_of(m) for m in layout.members)
        await _prove(running, options, progress)
        state.mark_ready(layout)
    except BaseException as error:
        await asyncio.shield(asyncio.ensure_future(stop_noted(layout)))
        if isinstance(error, BaseExceptionGroup):
            raise _first(error) from error
        raise


async def _make(
    running: Running, definitions: Sequence[ChaincodeDefinition], progress: Progress
) -> None:
    layout, binaries = running.layout, running.binaries
    with progress.step("Issuing every member's identities from its own authority"):
        await asyncio.gather(*(authority.create(m, binaries) for m in layout.members))
        await services.start_all(services.authority_of(m, binaries) for m in layout.members)
        await asyncio.gather(*(identities.enroll_all(m, definitions) for m in layout.members))
    with progress.step("Starting orderers and peers, joining the channels"):
        for member in layout.members:
            write_settings(layout, member, binaries)
        fabric = [s for m in layout.members for s in services.fabric_of(m, binaries)]
        await asyncio.gather(
            services.start_all(fabric),
            *(channel.make_genesis(layout, c, binaries) for c in layout.consortium.channels),
        )
        for entry in layout.consortium.channels:
            await channel.join(layout, entry, binaries)
    for definition in definitions:
        with progress.step(f"Deploying the chaincode {definition.name}"):
            await deploy(running, definition)


async def _resume(
    running: Running, definitions: Sequence[ChaincodeDefinition], progress: Progress
) -> None:
    layout, binaries = running.layout, running.binaries
    with progress.step("Starting the processes on the kept ledger"):
        wanted = [services.authority_of(m, binaries) for m in layout.members]
        wanted += [s for m in layout.members for s in services.fabric_of(m, binaries)]
        wanted += [
            services.chaincode_of(m, d) for d in definitions for m in members_of(layout, d)
        ]
        await services.start_all(wanted)


async def deploy(running: Running, definition: ChaincodeDefinition) -> None:
    """Put a chaincode on its channel: packages, processes, approvals, commit.

    Its TLS identities must have been issued (`identities.enroll_tls`).

    Raises:
        NetworkError: a process did not start, or a peer refused.
    """
    layout, binaries = running.layout, running.binaries
    write_packages(layout, definition)
    members = members_of(layout, definition)
    await asyncio.gather(
        install(layout, definition, binaries),
        services.start_all(services.chaincode_of(m, definition) for m in members),
    )
    await approve_and_commit(layout, definition, binaries)


async def _prove(running: Running, options: Options, progress: Progress) -> None:
    with progress.step("Proving that the consortium works"):
        await chains_answer(running.layout, running.binaries)
        if options.prove is not None:
            await options.prove(running)


def endpoints(
    layout: Layout, definitions: Sequence[ChaincodeDefinition]
) -> dict[str, Endpoint]:
    """Give every endpoint that will be listened at, by what needs it."""
    found: dict[str, Endpoint] = {}
    for member in layout.members:
        for service, endpoint in components.services(member):
            found[f"{member.member.name}/{service} ({endpoint.port})"] = endpoint
        for definition in definitions:
            chaincode = member.chaincode(definition.name, definition.port)
            found[f"{member.member.name}/{chaincode.component}"] = chaincode.endpoint
    return found


def _expected(
    layout: Layout, definitions: Sequence[ChaincodeDefinition], options: Options
) -> int:
    fixed = sum(2 + m.member.orderer + options.gateways for m in layout.members)
    return fixed + sum(len(members_of(layout, d)) for d in definitions)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    for error in group.exceptions:
        found = _first(error) if isinstance(error, BaseExceptionGroup) else error
        if isinstance(found, NetworkError):
            return found
    return group
