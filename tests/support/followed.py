"""A decider's gateway, on a ledger whose other records a test writes itself.

Gamma alone runs, with its services, database and contracts; what alpha, beta and the ministry say
is put into its peer's state as their transactions would have left it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from chaincode.domain.constitution import MemberKind
from chaincode.domain.record import Record
from chaincode.ledger.memory.state import BEFORE_ALL, Versioned
from gateway.bootstrap.core import Core, make_core
from gateway.bootstrap.following import following
from gateway.bootstrap.recognising import Recognising, recognising
from gateway.model.operations import Operation, OperationStatus
from gateway.sandbox import SandboxWorld
from gateway.services.recognition.following import Following
from tests.support.gateways import make_world
from tests.support.killing import Fuse, KillableDatabase, KillableLedger, Killed

GAMMA = "gammaMSP"
AnyRecord = TypeVar("AnyRecord", bound=Record)
_UNDER_WAY = tuple(status for status in OperationStatus if not status.final)


@dataclass
class Process:
    """One process of gamma's gateway."""

    core: Core
    parts: Recognising
    follower: Following

    async def settled(self) -> None:
        """Follow until nothing moves any more, and what a killed process began has its outcome."""
        for _ in range(500):
            if not await self.follower.moved() and not await self._under_way():
                return
            self.follower._paused.clear()
            await self.follower.sweep()
            await asyncio.sleep(0.01)
        raise AssertionError("decisions are followed for ever")

    async def _under_way(self) -> bool:
        async with self.core.database.reading() as session:
            return any([await session.find(Operation, status=status) for status in _UNDER_WAY])


@dataclass
class Gamma:
    """Gamma's files and ledger; processes come and go."""

    world: SandboxWorld

    @asynccontextmanager
    async def process(self, fuse: Fuse | None = None) -> AsyncIterator[Process]:
        """A process on the same files and ledger, which dies at the fuse's moment."""
        burning = fuse or Fuse(None)
        adapters = await self.world._adapters("gamma")
        core = make_core(
            replace(
                adapters,
                database=KillableDatabase(adapters.database, burning),
                ledger=KillableLedger(adapters.ledger, burning),
            ),
            self.world._settings("gamma"),
        )
        parts = recognising(core)
        followed = following(core, parts)
        await core.database.open()
        try:
            if fuse is None:
                await core.operations.start()
            yield Process(core, parts, followed.following)
        finally:
            await core.operations.stop()
            await core.database.close()

    async def killed(self, fuse: Fuse) -> None:
        """Follow once, in a process that dies at the fuse's moment."""
        async with self.process(fuse) as process:
            with suppress(Killed):
                await process.core.operations.start()
                await process.follower.sweep()

    def put(self, record: Record) -> None:
        """What a transaction of others would have left."""
        for peer in self.world.consortium.peers.values():
            peer.ledger.world.put(record.key, Versioned(record.encode(), BEFORE_ALL))

    def read(self, kind: type[AnyRecord], key: str) -> AnyRecord | None:
        """A record as gamma's peer has it."""
        stored = self.world.consortium.peers[GAMMA].ledger.world.get(key)
        return None if stored is None else kind.decode(key, stored.value)


@asynccontextmanager
async def gamma_alone(folder: Path) -> AsyncIterator[Gamma]:
    """Gamma founded; its own follower stands still."""
    async with make_world(folder, members={"gamma": MemberKind.UNIVERSITY}) as world:
        for one in world.gateways["gamma"].background:
            await one.stop()
        yield Gamma(world)
