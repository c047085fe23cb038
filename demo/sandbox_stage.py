"""The story's world on the sandbox: for where Fabric cannot be had, and for tests.

It is no ledger.
"""

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from argon2 import PasswordHasher

from demo.step import Step
from demo.work import WorkFile
from demo.world import Gateway, StaffAccess, World
from gateway.sandbox import SandboxWorld


@asynccontextmanager
async def sandboxed(
    work: dict[str, WorkFile],
    record: Callable[[Step], None],
    *,
    hasher: PasswordHasher | None = None,
) -> AsyncIterator[World]:
    """Open the world in this process; it is gone at the end.

    `hasher` is a cheaper passphrase hashing for tests; None for the real one.
    """
    async with AsyncExitStack() as stack:
        state = stack.enter_context(tempfile.TemporaryDirectory(prefix="crosscredit-sandbox-"))
        sandbox = await stack.enter_async_context(SandboxWorld(Path(state), hasher=hasher))
        yield await stack.enter_async_context(world_of(sandbox, work, record))


@asynccontextmanager
async def world_of(
    sandbox: SandboxWorld, work: dict[str, WorkFile], record: Callable[[Step], None]
) -> AsyncIterator[World]:
    """The story's view of a sandbox: HTTP and nothing else."""
    async with AsyncExitStack() as stack:
        gateways = {
            name: Gateway(name, f"{name}MSP", await stack.enter_async_context(sandbox.client(name)))
            for name in sandbox.members
        }
        yield World(gateways, staff_of(sandbox), work, record=record)


def staff_of(sandbox: SandboxWorld) -> dict[tuple[str, str], StaffAccess]:
    """How the first people of every member get in, by member and login."""
    return {
        (name, invitation.login): StaffAccess.invited(invitation.login, invitation.code)
        for name, invitations in sandbox.invitations.items()
        for invitation in invitations
    }
