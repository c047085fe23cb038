"""The decider's gateway killed at every moment: it goes on, and takes no step twice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio

from chaincode.domain.decision import Decision, DecisionTrigger
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.redemption import Redemption, RedemptionStatus
from demo.story import recognition as story
from demo.story import registration
from gateway.bootstrap.core import Core, make_core
from gateway.bootstrap.recognising import Recognising, recognising
from gateway.model.recognition import KeptRevision
from gateway.sandbox import SandboxWorld
from gateway.services.recognition.kept import opened_revision
from tests.support import recognition_scenario as scenario
from tests.support.gateways import QUICK
from tests.support.killing import Fuse, KillableDatabase, KillableLedger, Killed
from tests.support.recognition_scenario import Ground
from tests.support.story import Told, sandbox_world, world_of

pytestmark = pytest.mark.thorough

MOMENTS = 50
"""Before and after each effect from an application to its end; held by a test below."""


@dataclass
class Alpha:
    """The decider's gateway, whose own worker stands still."""

    sandbox: SandboxWorld
    ground: Ground
    credit: str

    @property
    def enrolment(self) -> str:
        return f"enrolment/{self.credit.replace('~', '/')}"

    @asynccontextmanager
    async def process(self, fuse: Fuse) -> AsyncIterator[tuple[Core, Recognising]]:
        """A process on the same files and ledger, which dies at the fuse's moment."""
        adapters = await self.sandbox._adapters("alpha")
        settings = replace(self.sandbox._settings("alpha"), pace=QUICK)
        core = make_core(
            replace(
                adapters,
                database=KillableDatabase(adapters.database, fuse),
                ledger=KillableLedger(adapters.ledger, fuse),
            ),
            settings,
        )
        parts = recognising(core)
        await core.database.open()
        try:
            yield core, parts
        finally:
            await core.operations.stop()
            await core.database.close()

    async def apply(self) -> str:
        student = self.ground.cast.student
        return await story.apply(student, self.ground.alpha, self.ground.rule, self.credit)

    async def killed(self, identifier: str, fuse: Fuse) -> None:
        async with self.process(fuse) as (core, parts):
            with suppress(Killed):
                await core.operations.start()
                while await parts.worker.settle(identifier):
                    pass

    async def finished(self, identifier: str) -> None:
        async with self.process(Fuse(None)) as (core, parts):
            await core.operations.start()
            for _ in range(10):
                await parts.worker.settle_open()
            applied = await parts.applying.load(identifier)
            assert not applied.application.open, applied.application.problem

    async def redemption(self) -> Redemption:
        records = self.sandbox.gateways["alpha"].core.records
        return await records.load(Redemption, sibling(self.enrolment, Kind.REDEMPTION))

    async def decisions(self) -> list[Decision]:
        records = self.sandbox.gateways["alpha"].core.records
        return list(await records.page(Decision, "alphaMSP"))

    async def undone(self, identifier: str) -> None:
        """The credit is free for the next: what was decided ends."""
        async with self.process(Fuse(None)) as (core, parts):
            applied = await parts.applying.load(identifier)
            decision = await core.records.load(Decision, str(applied.application.decision))
            async with core.database.reading() as session:
                row = await session.get(KeptRevision, decision.key, 1)
            assert row is not None
            await parts.acting.revise(
                applied.application,
                decision,
                opened_revision(core.box, row),
                decision.latest.computed.decided_on,
                trigger=DecisionTrigger.WITHDRAWAL,
                differs=False,
                automatic=False,
            )
            await parts.acting.release(applied, applied.credits)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def alpha(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Alpha]:
    state: Path = tmp_path_factory.mktemp("crashes")
    async with sandbox_world(state) as sandbox, world_of(sandbox, Told()) as world:
        ground = await scenario.prepare(world, await registration.play(world))
        credit = await ground.earn(0)
        for one in sandbox.gateways["alpha"].background:
            await one.stop()
        yield Alpha(sandbox, ground, credit)


@pytest.mark.parametrize("moment", range(MOMENTS))
async def test_killed_between_two_steps(alpha: Alpha, moment: int) -> None:
    decided = len(await alpha.decisions())
    identifier = await alpha.apply()
    permitted = await alpha.redemption()
    fuse = Fuse(moment)
    await alpha.killed(identifier, fuse)
    assert fuse.passed == moment, "there are fewer moments than MOMENTS"
    await alpha.finished(identifier)
    redemption = await alpha.redemption()
    assert redemption.entries[-1].status is RedemptionStatus.REDEEMED
    # Held once, redeemed once, and decided once.
    assert redemption.version == permitted.version + 2
    assert len(await alpha.decisions()) == decided + 1
    await alpha.undone(identifier)


async def test_the_moments_are_all_of_them(alpha: Alpha) -> None:
    identifier = await alpha.apply()
    fuse = Fuse(None)
    await alpha.killed(identifier, fuse)
    assert fuse.passed == MOMENTS
    await alpha.finished(identifier)
    await alpha.undone(identifier)
