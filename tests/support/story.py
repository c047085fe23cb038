"""The worlds that stories are played in by tests: files, members, people who are always there."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from demo import sandbox_stage
from demo.step import Step
from demo.work import work_files
from demo.world import World
from gateway.sandbox import SandboxWorld
from tests.support.databases import fresh_database
from tests.support.documents import ROOT

EXAMPLES = ROOT / "examples" / "work"
PATIENCE_SECONDS = 30


class Told(list[Step]):
    """Every step that was recorded."""

    def __call__(self, step: Step) -> None:
        """Record one."""
        self.append(step)


def evidence_shown(told: Iterable[Step]) -> Any:
    """What the reviewer saw of the credit, before a grade was corrected."""
    return next(step.response for step in told if step.title == "looks at the evidence")


def cheap_hasher() -> PasswordHasher:
    """Not the parameters of production: a test logs in a dozen people."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def sandbox_world(folder: Path, **options: Any) -> SandboxWorld:
    """Four members with cheap passphrases, on databases that have their tables already."""
    world = SandboxWorld(folder, **({"hasher": cheap_hasher()} | options))
    for name in world.members:
        fresh_database(folder / name / "gateway.sqlite")
    return world


@asynccontextmanager
async def world_of(sandbox: SandboxWorld, record: Callable[[Step], None]) -> AsyncIterator[World]:
    """The story's view of a sandbox, with less patience."""
    async with sandbox_stage.world_of(sandbox, work_files(EXAMPLES), record) as world:
        world.patience_seconds = PATIENCE_SECONDS
        yield world
