"""A member's gateway as a process on the real consortium: founded, used, killed, resumed.

It is a second one of alpha's, with a database of its own: the first one is the story's.
"""

import asyncio
import json
import signal
import socket
import ssl
import sys
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import pytest_asyncio
from cryptography import x509

from crosscredit.constitution import content_of
from fabric_client.connection import ClientTls, Connection
from fabric_client.gateway import Gateway
from fabric_client.identity import SigningIdentity
from fabric_client.system import SystemChaincodes
from gateway.config import load
from gateway.custody.master_keys import create_master_key
from gateway.founding import OperatorFiles, found_member, prove_member
from network.layout import MemberLayout
from network.render.gateway import toml
from network.up import Running
from tests.support.gateways import Caller, activate, apply, log_in

pytestmark = [pytest.mark.fabric, pytest.mark.asyncio(loop_scope="session")]
VERIFIED: Final = {"identity_verified": True}


@dataclass
class Alpha:
    """Alpha's gateway: its process may be killed and started anew."""

    member: MemberLayout
    config: Path
    url: str
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None

    @asynccontextmanager
    async def http(self) -> AsyncIterator[httpx.AsyncClient]:
        tls = ssl.create_default_context(cafile=str(self.member.tls_root))
        async with httpx.AsyncClient(
            verify=tls, base_url=self.url, timeout=90, trust_env=False
        ) as client:
            yield client

    async def start(self) -> None:
        log = self.config.with_name("gateway.log")
        with log.open("ab") as stream:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "gateway.main",
                "--config",
                str(self.config),
                stdout=stream,
                stderr=stream,
            )
        async with self.http() as http, asyncio.timeout(120):
            while True:
                with suppress(httpx.TransportError):
                    if (await http.get("/healthz")).status_code == 200:
                        return
                assert self.process.returncode is None, log.read_text()
                await asyncio.sleep(0.05)  # until it listens; the time-out above is the net

    async def end(self, number: signal.Signals) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await self.process.wait()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def alpha(
    consortium: Running, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Alpha]:
    made = second_gateway(consortium.layout.member("alpha"), tmp_path_factory.mktemp("alpha"))
    content = content_of(consortium.consortium)
    operator = OperatorFiles(made.member.operator.certificate, made.member.operator.key)
    codes = made.config.with_name("codes.json")
    for _ in range(2):  # the second run changes nothing
        await found_member(load(made.config), operator, content, codes)
    await prove_member(load(made.config), content)
    made.codes.update(json.loads(codes.read_text()))
    await made.start()
    yield made
    await made.end(signal.SIGKILL)


def second_gateway(member: MemberLayout, folder: Path) -> Alpha:
    """Settings like the first gateway's, with another port and another disk."""
    with closing(socket.socket()) as probe:
        probe.bind((member.host, 0))
        port = probe.getsockname()[1]
    settings = tomllib.loads(member.gateway_config.read_text())
    url = f"https://{member.host}:{port}"
    settings["listen"] |= {"port": port, "url": url}
    settings["storage"] = {
        "database": str(folder / "gateway.sqlite"),
        "work": str(folder / "work"),
        "master_key": str(folder / "master.key"),
    }
    create_master_key(folder / "master.key")
    config = folder / "config.toml"
    config.write_text(toml(settings))
    return Alpha(member, config, url)


async def registrar(alpha: Alpha, http: httpx.AsyncClient) -> Caller:
    if "registrar-1" in alpha.codes:
        await activate(http, "registrar-1", alpha.codes.pop("registrar-1")["code"])
    return await log_in(http, "registrar-1")


async def test_ready_on_fabric(alpha: Alpha) -> None:
    async with alpha.http() as http:
        answer = await http.get("/readyz")
    assert answer.json() == {
        "ready": True,
        "ledger": "fabric",
        "database": "ok",
        "peer": "ok",
        "constitution": "ok",
    }
    assert "crosscredit-ledger" not in answer.headers


async def test_codes_are_the_operators_alone(alpha: Alpha) -> None:
    file = alpha.config.with_name("codes.json")
    assert file.stat().st_mode & 0o077 == 0


async def test_an_account_is_certified_by_the_own_authority(alpha: Alpha) -> None:
    async with alpha.http() as http:
        caller = await registrar(alpha, http)
        application = await apply(http, "maria")
        answer = await caller.post(f"/v1/applications/{application}:approve", VERIFIED)
        assert answer.status_code == 200, answer.text
        (transaction,) = answer.json()["transactions"]
        assert transaction["code"] == "VALID"
        assert len(set(transaction["endorsed_by"])) == 3
        assert "alphaMSP" in transaction["endorsed_by"]
        await activate(http, "maria", answer.json()["activation_code"])
        maria = await log_in(http, "maria")
        account = (await maria.get("/v1/me")).json()["account"]
        record = (await maria.get(f"/v1/records/account/{account}")).json()["record"]
    assert record["status"] == "active"
    certificate = await creator(alpha.member, transaction["transaction_id"])
    assert (
        certificate.issuer
        == x509.load_pem_x509_certificate(alpha.member.ca_root.read_bytes()).subject
    )


async def creator(member: MemberLayout, transaction_id: str) -> x509.Certificate:
    """Whose certificate signed a transaction, by the peer's own blocks."""
    tls = member.gateway_client_tls
    identity = SigningIdentity.from_pem(
        member.member.msp_id,
        member.operator.certificate.read_bytes(),
        member.operator.key.read_bytes(),
    )
    async with Connection(
        str(member.peer),
        member.tls_root.read_bytes(),
        client=ClientTls(tls.certificate.read_bytes(), tls.key.read_bytes()),
    ) as connection:
        network = Gateway(connection, identity.identity, identity.signer).get_network("credits")
        found = await SystemChaincodes(network).transaction_by_id(transaction_id)
    assert found.code.name == "VALID"
    return found.envelope.creator.certificate()


@pytest.mark.parametrize("moment", ["at-once", "after-202", "while-under-way"])
async def test_killed_under_way_what_was_accepted_ends_exactly_once(
    alpha: Alpha, moment: str
) -> None:
    async with alpha.http() as http:
        caller = await registrar(alpha, http)
        application = await apply(http, f"student-{moment}")
        path = f"/v1/applications/{application}:approve"
        headers = {"Idempotency-Key": moment}
        wait = {"Prefer": "wait=0"} if moment == "after-202" else {}
        asking = asyncio.create_task(caller.post(path, VERIFIED, headers=headers | wait))
        await _until(moment, asking)
        assert await alpha.end(signal.SIGKILL) == -signal.SIGKILL
        with suppress(httpx.TransportError):
            await asking
    await alpha.start()
    async with alpha.http() as http:
        again = Caller(http, caller.token)
        answer = await again.post(path, VERIFIED, headers=dict(headers))
        assert answer.status_code == 200, answer.text
        operation: dict[str, Any] = answer.json()
        assert operation["status"] == "committed"
        assert len(operation["transactions"]) == 1
        await activate(http, f"student-{moment}", operation["activation_code"])
        account = operation["result"]["account"]
        record = (await again.get(f"/v1/records/account/{account}")).json()["record"]
    assert record["version"] == 2


async def _until(moment: str, asking: "asyncio.Task[httpx.Response]") -> None:
    if moment == "after-202":
        assert (await asking).status_code in {200, 202}
    elif moment == "while-under-way":
        # Somewhere between certification and commit: which place does not matter to the claim.
        await asyncio.wait({asking}, timeout=0.25)
    else:
        await asyncio.wait({asking}, timeout=0.01)


async def test_a_polite_end_leaves_with_success(alpha: Alpha) -> None:
    assert await alpha.end(signal.SIGTERM) == 0
    await alpha.start()


async def test_it_does_not_start_without_its_master_key(alpha: Alpha, tmp_path: Path) -> None:
    text = alpha.config.read_text()
    config = tmp_path / "config.toml"
    text = text.replace("gateway.sqlite", "other.sqlite")  # the first one holds its own
    config.write_text(text.replace("master.key", "nothing.key"))
    assert "master key" in await _refused_start(config)


async def test_one_process_serves_a_database(alpha: Alpha) -> None:
    assert "another gateway" in await _refused_start(alpha.config)
    async with alpha.http() as http:
        assert (await http.get("/readyz")).status_code == 200


async def _refused_start(config: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "gateway.main",
        "--config",
        str(config),
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 2
    return said.decode()
