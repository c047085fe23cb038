"""The process: what it refuses to start with, whom it serves, how it ends."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import structlog

from chaincode.service.__main__ import main
from tests.support.chaincode_service import VARIABLES, environment, write_tls
from tests.support.shim.peer import FakePeer
from tests.support.shim.stage import Certificates, invent_certificates

EX_CONFIG = 78
SECONDS = 60


@pytest.fixture(scope="module")
def certificates() -> Certificates:
    return invent_certificates()


@pytest.fixture
def configured(
    tmp_path: Path, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A whole configuration in this process's environment."""
    write_tls(tmp_path, certificates)
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    yield tmp_path
    structlog.reset_defaults()


def not_started(capsys: pytest.CaptureFixture[str]) -> str:
    """Start, see the exit code, and give the one line that says why."""
    assert main() == EX_CONFIG
    (line,) = capsys.readouterr().err.splitlines()
    return line


@pytest.mark.parametrize("name", VARIABLES)
@pytest.mark.usefixtures("configured")
def test_a_missing_setting_is_named(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(name)
    assert not_started(capsys) == f"{name} is not set: the chaincode does not start without it"


@pytest.mark.parametrize("file", ["tls.pem", "tls.key", "roots.pem"])
def test_a_tls_file_that_is_not_there(
    configured: Path, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (configured / file).unlink()
    assert str(configured / file) in not_started(capsys)


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("tls.pem", "no server certificate in PEM"),
        ("tls.key", "no unencrypted private key"),
        ("roots.pem", "no client roots in PEM"),
    ],
)
def test_a_tls_file_with_something_else(
    configured: Path, file: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (configured / file).write_text("something else")
    assert reason in not_started(capsys)


def test_a_key_of_another_certificate(
    configured: Path, certificates: Certificates, capsys: pytest.CaptureFixture[str]
) -> None:
    (configured / "tls.key").write_bytes(certificates.client.key_pem)
    said = not_started(capsys)
    assert "does not belong" in said
    assert "PRIVATE" not in said


async def test_a_taken_port(tmp_path: Path, certificates: Certificates) -> None:
    taken = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    async with taken:
        port = taken.sockets[0].getsockname()[1]
        async with started(tmp_path, certificates, f"127.0.0.1:{port}") as process:
            _, said = await process.communicate()
    assert process.returncode == EX_CONFIG
    assert b"Traceback" not in said
    assert f"cannot listen on 127.0.0.1:{port}".encode() in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_its_peer_until_it_is_told_to_end(
    tmp_path: Path, certificates: Certificates, number: signal.Signals
) -> None:
    async with started(tmp_path, certificates) as process:
        assert process.stderr is not None
        listening = json.loads(await process.stderr.readline())
        assert listening["event"] == "chaincode-listening"
        peer = FakePeer(certificates.channel(listening["port"]), certificates.identity)
        await peer.connect()
        assert peer.chaincode_id == "credit:0123"
        refusal = await peer.call(b"NoSuchFunction", b"{}")
        assert (refusal.status, json.loads(refusal.message)["code"]) == (500, "unknown-operation")
        process.send_signal(number)
        _, said = await process.communicate()
        await peer.disconnect()
    assert process.returncode == 0
    assert b"Traceback" not in said


@asynccontextmanager
async def started(
    folder: Path, certificates: Certificates, address: str = "127.0.0.1:0"
) -> AsyncIterator[asyncio.subprocess.Process]:
    write_tls(folder, certificates)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "chaincode.service",
        env=os.environ | environment(folder) | {"CHAINCODE_SERVER_ADDRESS": address},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(SECONDS):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
