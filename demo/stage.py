"""From a running consortium to the world of the story: HTTPS to every gateway, and its staff."""

import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import httpx

from demo.step import Step
from demo.work import WorkFile
from demo.world import Gateway, StaffAccess, World
from network.layout import MemberLayout
from network.up import Running


@asynccontextmanager
async def staged(
    running: Running, work: dict[str, WorkFile], record: Callable[[Step], None]
) -> AsyncIterator[World]:
    """Open the world; the staff's passphrases are drawn here and live as long as it."""
    async with AsyncExitStack() as stack:
        gateways = {
            member.member.name: Gateway(
                member.member.name,
                member.member.msp_id,
                await stack.enter_async_context(_client(member)),
                str(member.tls_root),
            )
            for member in running.layout.members
        }
        staff = {
            (member.member.name, login): StaffAccess.invited(login, invitation["code"])
            for member in running.layout.members
            for login, invitation in json.loads(member.activation_codes.read_text("utf-8")).items()
        }
        yield World(gateways, staff, work, record=record)


def _client(member: MemberLayout) -> httpx.AsyncClient:
    context = ssl.create_default_context(cafile=str(member.tls_root))
    return httpx.AsyncClient(base_url=member.gateway.url, verify=context, trust_env=False)
