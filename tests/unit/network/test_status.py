"""What `network status` says of processes that run and are not well."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from network import status as module
from network.cli import app
from network.comparison import Ask
from network.config import load
from network.errors import HeightUnknownError
from network.layout import Layout
from network.processes.note import ProcessNote
from network.targets import Target

RUNNER = CliRunner()
STANDING_STILL = ("gamma", "gateway")
BEHIND, SILENT = ("beta", "orderer"), ("ministry", "peer")


def height(place: tuple[str, str]) -> Ask:
    async def ask() -> int:
        if place == SILENT:
            raise HeightUnknownError("does not serve the channel credits: no such channel")
        return 40 if place == BEHIND else 45

    return ask


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A consortium whose every process is this test's own, and answers but for one."""
    note = ProcessNote.of("any", os.getpid())
    assert note is not None
    layout = Layout.of(load(), tmp_path)
    for member in layout.members:
        for component in ("ca", "orderer", "peer", "chaincode-credit", "gateway"):
            note.write(member.pid_file(component))

    async def answers(target: Target) -> bool:
        return (target.member.member.name, target.component) != STANDING_STILL

    def askers(layout: Layout, _channel: str) -> dict[tuple[str, str], Ask]:
        places = [(m.member.name, c) for m in layout.members for c in ("orderer", "peer")]
        return {place: height(place) for place in places}

    monkeypatch.setattr(Target, "answers", answers)
    monkeypatch.setattr(module, "askers", askers)
    monkeypatch.setattr(module, "_CATCH_UP_SECONDS", 0.0)
    return tmp_path


def test_programs_read_heights_and_problems(state: Path) -> None:
    result = RUNNER.invoke(app, ["status", "--json", "--state", str(state)])
    assert result.exit_code == 7
    found = {(p["member"], p["component"]): p for p in json.loads(result.stdout)}
    unwell = {place for place, process in found.items() if not process["healthy"]}
    assert unwell == {STANDING_STILL, BEHIND, SILENT}
    assert {place for place, process in found.items() if process["problem"]} == unwell
    assert found[BEHIND]["blocks"] == {"credits": 40}
    assert found[BEHIND]["problem"].startswith("credits: behind by 5 blocks (40 of 45)")
    assert "locked up" in found[BEHIND]["problem"]
    assert found[SILENT]["blocks"] == {"credits": None}
    assert "no such channel" in found[SILENT]["problem"]
    assert found[STANDING_STILL]["problem"].startswith("does not answer")
    assert found["alpha", "peer"]["blocks"] == {"credits": 45}
    assert found["alpha", "ca"]["blocks"] == {}


def test_people_read_what_to_do(state: Path) -> None:
    result = RUNNER.invoke(app, ["status", "--state", str(state)])
    assert result.exit_code == 7
    lines = result.stdout.splitlines()
    [behind] = [line for line in lines if line.startswith("beta/orderer ")]
    assert "behind by 5 blocks" in behind
    assert "crosscredit network up" in behind
    assert [line.split()[0] for line in lines if "To start" in line or "restart" in line] == [
        "beta/orderer",
        "gamma/gateway",
        "ministry/peer",
    ]


def test_what_does_not_run_shares_a_line(state: Path) -> None:
    layout = Layout.of(load(), state)
    for component in ("ca", "gateway"):
        layout.member("alpha").pid_file(component).unlink()
    result = RUNNER.invoke(app, ["status", "--state", str(state)])
    [line] = [line for line in result.stdout.splitlines() if line.startswith("Not running")]
    assert line.startswith("Not running: alpha/ca, alpha/gateway. To start: crosscredit network up")


def test_a_full_disk_is_told_once(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "is_full", lambda folder: folder == state)
    result = RUNNER.invoke(app, ["status", "--state", str(state)])
    assert result.exit_code == 7
    assert result.stdout.count("The disk is full: nothing more is stored. Make room") == 1
    found = json.loads(RUNNER.invoke(app, ["status", "--json", "--state", str(state)]).stdout)
    assert not any(process["healthy"] for process in found)
    behind = [one["problem"] for one in found if (one["member"], one["component"]) == BEHIND]
    assert behind[0].startswith("credits: behind by 5 blocks")


def test_of_nothing_it_says_how_to_start(tmp_path: Path) -> None:
    result = RUNNER.invoke(app, ["status", "--state", str(tmp_path)])
    assert result.stdout.splitlines()[-1].startswith("Nothing runs. To start: crosscredit")
