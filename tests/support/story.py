"""The worlds that stories are played in by tests: files, members, people who are always there."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from argon2 import PasswordHasher

from demo import sandbox_stage
from demo.step import Step
from demo.work import work_files
from demo.world import World
from gateway.sandbox import SandboxWorld
from tests.support.documents import ROOT

EXAMPLES = ROOT / "examples" / "work"
PATIENCE_SECONDS = 30


class Told(list[Step]):
    """Every step that was recorded."""

    def __call__(self, step: Step) -> None:
        """Record one."""
        self.append(step)


def cheap_hasher() -> PasswordHasher:
    """Not the parameters of production: a test logs in a dozen people."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@asynccontextmanager
async def world_of(sandbox: SandboxWorld, record: Callable[[Step], None]) -> AsyncIterator[World]:
    """The story's view of a sandbox, with less patience."""
    async with sandbox_stage.world_of(sandbox, work_files(EXAMPLES), record) as world:
        world.patience_seconds = PATIENCE_SECONDS
        yield world
