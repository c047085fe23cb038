"""Where Fabric cannot be had: the sandbox and why, or a failure where somebody relies on it."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crosscredit import demo
from crosscredit.demo import Stage
from demo.attacks.attempt import AttackSucceeded
from demo.story.learning import WorkDiffers
from demo.world import StoryBroken
from network.binaries import Binaries
from network.errors import BinariesError, PortTakenError
from network.progress import Progress
from tests.support.documents import ROOT

RUNNER = CliRunner()
EXAMPLES = ROOT / "examples" / "work"
REASON = "Fabric's programs are not here: no Go to build them with"
SECONDS = 120
NO_FABRIC = f"""
import asyncio
from functools import partial
from argon2 import PasswordHasher
from crosscredit import demo
from demo import sandbox_stage
from network.errors import BinariesError
async def find(*_):
    raise BinariesError({REASON!r})
demo.find = find
cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
sandbox_stage.sandboxed = partial(sandbox_stage.sandboxed, hasher=cheap)
"""
NO_CI = {"CI": None, "CROSSCREDIT_FABRIC": None, "CROSSCREDIT_FABRIC_BIN": None}


@pytest.fixture
def _no_fabric(monkeypatch: pytest.MonkeyPatch) -> None:
    async def find(_progress: Progress, _folder: Path | None = None) -> Binaries:
        await asyncio.sleep(0)
        raise BinariesError(REASON)

    monkeypatch.setattr(demo, "find", find)


def play(*options: str, examples: Path = EXAMPLES, **environment: str) -> Result:
    command = ["--examples", str(examples), *options]
    return RUNNER.invoke(demo.app, command, env=NO_CI | environment)


def failing_with(error: Exception, monkeypatch: pytest.MonkeyPatch) -> Result:
    async def fails(_stage: Stage) -> None:
        await asyncio.sleep(0)
        raise error

    monkeypatch.setattr(Stage, "play", fails)
    return play()


def run(folder: Path, program: str) -> "subprocess.CompletedProcess[str]":
    """Run the demonstration as a process of its own, which finds no Fabric."""
    given = {name: value for name, value in os.environ.items() if name not in NO_CI}
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", f"{NO_FABRIC}{program}", "--examples", str(EXAMPLES)],
        env=given | {"TMPDIR": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


def test_without_fabric_it_says_why_and_plays_on_the_sandbox(tmp_path: Path) -> None:
    result = run(tmp_path, "demo.app()")
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == f"Fabric cannot be had: {REASON}"
    assert lines[1] == "This is the sandbox: one process, no ledger, nothing is proven."
    assert lines[-1] == lines[1]
    assert "All as it must be" not in result.stdout
    chapters = ["registration", "course", "learning", "credit application", "verification"]
    places = [result.stdout.index(f"\n{chapter} ──") for chapter in chapters]
    assert places == sorted(places)
    refusals, table = result.stdout.split("what must fail, and does")[1].split("The life of one")
    for code in ("not-permitted", "not-party", "consent-missing"):
        assert f"refused: {code}" in refusals
    assert "curl" not in refusals
    assert "RecordVerdict" in table
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("_no_fabric")
@pytest.mark.parametrize("said", [{"CI": "true"}, {"CROSSCREDIT_FABRIC": "required"}])
def test_where_fabric_is_required_the_sandbox_does_not_stand_in(said: dict[str, str]) -> None:
    result = play(**said)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == f"{REASON}\n"


@pytest.mark.parametrize("by", ["option", "variable"])
def test_a_named_folder_without_fabric_is_a_failure(tmp_path: Path, by: str) -> None:
    folder = str(tmp_path)
    by_option = by == "option"
    result = play("--fabric-bin", folder) if by_option else play(CROSSCREDIT_FABRIC_BIN=folder)
    assert (result.exit_code, result.stdout) == (3, "")
    assert str(tmp_path) in result.stderr


@pytest.mark.usefixtures("_no_fabric")
@pytest.mark.parametrize("missing", ["folder", "file"])
def test_work_that_is_missing_is_told_before_anything_starts(tmp_path: Path, missing: str) -> None:
    examples = tmp_path / "work"
    if missing == "file":
        shutil.copytree(EXAMPLES, examples)
        (examples / "program.zip").unlink()
    result = play(examples=examples)
    assert (result.exit_code, result.stdout) == (1, "")
    assert str(examples) in result.stderr
    assert "name the folder: --examples" in result.stderr


def test_an_attack_that_succeeds_is_said_and_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    result = failing_with(AttackSucceeded("beta [sic] wrote a grade"), monkeypatch)
    assert (result.exit_code, result.stdout) == (1, "beta [sic] wrote a grade\n")


def test_other_work_than_was_handed_in_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    assert failing_with(WorkDiffers("other bytes"), monkeypatch).exit_code == 1


def test_a_story_that_breaks_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = StoryBroken.__new__(StoryBroken, "no answer")
    assert failing_with(broken, monkeypatch).exit_code == 1


def test_an_error_of_the_network_has_its_own_code(monkeypatch: pytest.MonkeyPatch) -> None:
    result = failing_with(PortTakenError("port 17000 is taken"), monkeypatch)
    assert (result.exit_code, result.stderr) == (4, "port 17000 is taken\n")


def test_a_signal_takes_the_sandbox_down_too(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        """
import os, signal
signal.signal(signal.SIGHUP, signal.SIG_DFL)
def folders():
    return len(os.listdir(os.environ["TMPDIR"]))
for name in ("SIGINT", "SIGTERM", "SIGHUP"):
    async def play(_world):
        print(name, folders())
        os.kill(os.getpid(), signal.Signals[name])
        await asyncio.sleep(60)
    demo.play = play
    try:
        demo.app()
    except SystemExit as ended:
        print(ended.code, folders())
""",
    )
    ended = [line for line in result.stdout.splitlines() if line[-2:] in {" 0", " 1"}]
    assert ended == ["SIGINT 1", "130 0", "SIGTERM 1", "130 0", "SIGHUP 1", "130 0"]
    assert result.stderr == "Interrupted; everything that was started is stopped.\n" * 3
    assert result.returncode == 0
