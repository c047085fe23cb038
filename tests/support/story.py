"""The worlds that stories are played in by tests: files, members, people who are always there."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from argon2 import PasswordHasher

from demo.step import Step
from demo.world import Gateway, StaffAccess, WorkFile, World
from gateway.sandbox import SandboxWorld

EXAMPLES = Path(__file__).parents[2] / "examples" / "work"
FILES = {
    "homework-essay": ("essay.pdf", "application/pdf"),
    "homework-program": ("program.zip", "application/zip"),
    "examination": ("examination-page.png", "image/png"),
}
PASSPHRASE = "a passphrase of the sandbox"


class Told(list[Step]):
    """Every step that was recorded."""

    def __call__(self, step: Step) -> None:
        """Record one."""
        self.append(step)


def work_files() -> dict[str, WorkFile]:
    """The real files of `examples/work`."""
    return {
        part: WorkFile(
            part, name, media_type, (EXAMPLES / name).read_bytes(), f"examples/work/{name}"
        )
        for part, (name, media_type) in FILES.items()
    }


def cheap_hasher() -> PasswordHasher:
    """Not the parameters of production: a test logs in a dozen people."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@asynccontextmanager
async def world_of(sandbox: SandboxWorld, record: Callable[[Step], None]) -> AsyncIterator[World]:
    """The story's view of a sandbox: HTTP and nothing else."""
    async with AsyncExitStack() as stack:
        gateways = {
            name: Gateway(name, f"{name}MSP", await stack.enter_async_context(sandbox.client(name)))
            for name in sandbox.members
        }
        staff = {
            (name, invitation.login): StaffAccess(invitation.login, PASSPHRASE, invitation.code)
            for name, invitations in sandbox.invitations.items()
            for invitation in invitations
        }
        yield World(gateways, staff, work_files(), record=record, patience_seconds=30)
