"""Gateways on the sandbox for tests: worlds, people who are signed up, and logins."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
from argon2 import PasswordHasher

from chaincode.domain.constitution import MemberKind
from gateway.sandbox import SandboxWorld
from gateway.services.execution import Limits
from gateway.services.operations import Pace
from gateway.services.outbox import DeliveryPace
from tests.support.databases import fresh_database

PASSPHRASE: Final = "correct horse battery staple"
CHEAP: Final = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
ONE: Final = {"alpha": MemberKind.UNIVERSITY}
QUICK: Final = Pace(first_pause=0.001, longest_pause=0.01)


def make_world(folder: Path, **options: Any) -> SandboxWorld:
    """A world with cheap passphrases and short pauses; one university unless told."""
    given = {
        "members": ONE,
        "hasher": CHEAP,
        "pace": QUICK,
        "delivery_pace": DeliveryPace(first_pause=0.001, longest_pause=0.01, idle=5.0),
        "limits": Limits(outcome_seconds=2.0),
    }
    world = SandboxWorld(folder, **(given | options))
    for name in world.members:
        fresh_database(folder / name / "gateway.sqlite")
    return world


@dataclass
class Caller:
    """Somebody with an access token at one gateway."""

    http: httpx.AsyncClient
    token: str

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.http.get(path, headers=self._headers(options), **options)

    async def post(self, path: str, json: Any, **options: Any) -> httpx.Response:
        return await self.http.post(path, json=json, headers=self._headers(options), **options)

    def _headers(self, options: dict[str, Any]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})


async def activate(http: httpx.AsyncClient, login: str, code: str) -> None:
    answer = await http.post(
        "/v1/accounts:activate", json={"login": login, "code": code, "passphrase": PASSPHRASE}
    )
    assert answer.status_code == 200, answer.text


async def log_in(http: httpx.AsyncClient, login: str) -> Caller:
    answer = await http.post("/v1/tokens", json={"login": login, "passphrase": PASSPHRASE})
    assert answer.status_code == 201, answer.text
    return Caller(http, answer.json()["token"])


async def registrar(
    world: SandboxWorld, http: httpx.AsyncClient, member: str = "alpha", number: int = 1
) -> Caller:
    login = f"registrar-{number}"
    codes = {item.login: item.code for item in world.invitations[member]}
    await activate(http, login, codes[login])
    return await log_in(http, login)


async def apply(http: httpx.AsyncClient, login: str, role: str = "student") -> str:
    answer = await http.post(
        "/v1/applications", json={"role": role, "login": login, "name": login.title()}
    )
    assert answer.status_code == 201, answer.text
    identifier: str = answer.json()["id"]
    return identifier


async def sign_up(who: Caller, login: str, role: str = "student") -> Caller:
    """Apply, approve, activate, log in."""
    application = await apply(who.http, login, role)
    answer = await who.post(
        f"/v1/applications/{application}:approve",
        {"identity_verified": True, "qualification_verified": role == "teacher"},
    )
    assert answer.status_code == 200, answer.text
    await activate(who.http, login, answer.json()["activation_code"])
    return await log_in(who.http, login)


@dataclass
class Alpha:
    """One university, its HTTP client, and a registrar who is logged in."""

    world: SandboxWorld
    http: httpx.AsyncClient
    registrar: Caller


@asynccontextmanager
async def gateway_of_alpha(folder: Path, **options: Any) -> AsyncIterator[Alpha]:
    """One university's gateway and its first registrar."""
    async with make_world(folder, **options) as world, world.client("alpha") as http:
        yield Alpha(world, http, await registrar(world, http))
