import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from network import cli
from network.cli import app, build
from network.errors import PortTakenError
from network.hooks import Hooks
from network.up import Options, Running

RUNNER = CliRunner()


def test_status_of_nothing_lists_every_process_as_not_running(tmp_path: Path) -> None:
    result = RUNNER.invoke(app, ["status", "--json", "--state", str(tmp_path / "none")])
    assert result.exit_code == 7
    processes = json.loads(result.stdout)
    assert len(processes) == 20
    assert {p["component"] for p in processes} == {
        "ca",
        "orderer",
        "peer",
        "chaincode-credit",
        "gateway",
    }
    assert not any(p["healthy"] or p["pid"] for p in processes)


def test_the_table_names_members_and_ports(tmp_path: Path) -> None:
    result = RUNNER.invoke(app, ["status", "--state", str(tmp_path), "--port-offset", "1000"])
    assert result.exit_code == 7
    assert "ministry" in result.stdout
    assert "18320" in result.stdout


def test_down_of_nothing_is_no_error(tmp_path: Path) -> None:
    result = RUNNER.invoke(app, ["down", "--state", str(tmp_path / "none")])
    assert result.exit_code == 0
    assert not (tmp_path / "none").exists()


def test_a_wrong_file_is_told_with_its_field(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("name = 'x'\n")
    result = RUNNER.invoke(app, ["up", "--file", str(tmp_path / "c.toml")])
    assert result.exit_code == 2
    assert "c.toml: members: Field required" in result.stderr


def test_logs_are_printed_from_their_end(tmp_path: Path) -> None:
    log = tmp_path / "members" / "beta" / "logs" / "peer.log"
    log.parent.mkdir(parents=True)
    log.write_text("one\ntwo\nthree\n")
    state = ["--state", str(tmp_path)]
    assert RUNNER.invoke(app, ["logs", "beta", "peer", "-n", "2", *state]).stdout == "two\nthree\n"
    assert RUNNER.invoke(app, ["logs", "beta", "peer", "-n", "0", *state]).stdout.count("\n") == 3
    missing = RUNNER.invoke(app, ["logs", "beta", "gateway", *state])
    assert (missing.exit_code, "there are: peer" in missing.stderr) == (2, True)
    unknown = RUNNER.invoke(app, ["logs", "delta", "peer", *state])
    assert (unknown.exit_code, "delta" in unknown.stderr) == (2, True)


def test_up_hands_the_hooks_to_the_start_and_errors_end_with_their_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Options] = []

    async def up(_consortium: object, _state: Path, _progress: object, options: Options) -> Running:
        seen.append(options)
        raise PortTakenError("port 17000 is taken")

    async def prove(_running: Running) -> None: ...

    monkeypatch.setattr(cli, "up", up)
    hooked = build(Hooks(constitution=lambda c: f"digest of {c.name}", prove=prove))
    result = RUNNER.invoke(hooked, ["up", "--state", str(tmp_path), "--no-gateways"])
    assert result.exit_code == 4
    assert "port 17000 is taken" in result.stderr
    assert (seen[0].constitution, seen[0].prove, seen[0].gateways) == (
        "digest of crosscredit",
        prove,
        False,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_waits_for_the_clearing_up_and_ends_with_130(number: signal.Signals) -> None:
    code = (
        "import asyncio, signal\n"
        "from network.interrupt import run_to_end\n"
        "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"  # whatever nohup said to the tests
        "async def work():\n"
        "    try:\n"
        "        print('ready', flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "    finally:\n"
        "        await asyncio.sleep(0.2)\n"
        "        print('cleared up', flush=True)\n"
        "run_to_end(work())\n"
    )
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    os.kill(process.pid, number)
    os.kill(process.pid, number)
    printed, said = process.communicate(timeout=60)
    assert (printed, process.returncode) == ("cleared up\n", 130)
    assert said == "Interrupted; everything that was started is stopped.\n"
