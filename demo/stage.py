"""From a running consortium to the world of the story: HTTPS to every gateway, and its staff."""

import json
import secrets
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx

from demo.step import Step
from demo.world import Gateway, StaffAccess, WorkFile, World
from network.layout import MemberLayout
from network.up import Running

CODES_FILE = "activation-codes.json"
_FILES = {
    "homework-essay": ("essay.pdf", "application/pdf"),
    "homework-program": ("program.zip", "application/zip"),
    "examination": ("examination-page.png", "image/png"),
}


def work_files(folder: Path) -> dict[str, WorkFile]:
    """The files that the story hands in, by part.

    Raises:
        OSError: one is missing.
    """
    return {
        part: WorkFile(part, name, media_type, (folder / name).read_bytes(), f"{folder}/{name}")
        for part, (name, media_type) in _FILES.items()
    }


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
            (member.member.name, access.login): access
            for member in running.layout.members
            for access in _staff(member)
        }
        yield World(gateways, staff, work, record=record)


def _client(member: MemberLayout) -> httpx.AsyncClient:
    context = ssl.create_default_context(cafile=str(member.tls_root))
    return httpx.AsyncClient(base_url=member.gateway.url, verify=context, trust_env=False)


def _staff(member: MemberLayout) -> list[StaffAccess]:
    codes = json.loads(member.gateway_config.with_name(CODES_FILE).read_text("utf-8"))
    return [
        StaffAccess(login, secrets.token_urlsafe(18), entry["code"])
        for login, entry in codes.items()
    ]
