"""The story's world on the sandbox: for where Fabric cannot be had. It is no ledger."""

import secrets
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from demo.step import Step
from demo.world import Gateway, StaffAccess, WorkFile, World
from gateway.sandbox import SandboxWorld


@asynccontextmanager
async def sandboxed(
    work: dict[str, WorkFile], record: Callable[[Step], None]
) -> AsyncIterator[World]:
    """Open the world in this process; it is gone at the end."""
    async with AsyncExitStack() as stack:
        state = stack.enter_context(tempfile.TemporaryDirectory(prefix="crosscredit-sandbox-"))
        sandbox = await stack.enter_async_context(SandboxWorld(Path(state)))
        gateways = {
            name: Gateway(name, f"{name}MSP", await stack.enter_async_context(sandbox.client(name)))
            for name in sandbox.members
        }
        staff = {
            (name, invited.login): StaffAccess(
                invited.login, secrets.token_urlsafe(18), invited.code
            )
            for name, invitations in sandbox.invitations.items()
            for invited in invitations
        }
        yield World(gateways, staff, work, record=record)
