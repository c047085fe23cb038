"""Where Fabric cannot be had: the sandbox and why, or a failure where somebody relies on it."""

import asyncio
import os
import shutil
import signal
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from demo.attacks.attempt import AttackSucceeded
from demo.story.learning import WorkDiffers
from demo.world import StoryBroken
from gateway.cli import demo
from gateway.cli.demo import Stage
from network.binaries import Binaries
from network.errors import BinariesError, PortTakenError
from network.progress import Progress
from tests.support.documents import ROOT
from tests.support.story import cheap_hasher

RUNNER = CliRunner()
EXAMPLES = ROOT / "examples" / "work"
REASON = "Fabric's programs are not here: no Go to build them with"
NO_CI = {"CI": None, "CROSSCREDIT_FABRIC": None, "CROSSCREDIT_FABRIC_BIN": None}


@pytest.fixture
def _no_fabric(monkeypatch: pytest.MonkeyPatch) -> None:
    async def find(_progress: Progress, _folder: Path | None = None) -> Binaries:
        await asyncio.sleep(0)
        raise BinariesError(REASON)

    monkeypatch.setattr(demo, "find", find)


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passphrases that cost nothing: the demonstration itself takes the real ones."""
    sandbox = demo.sandboxed.__wrapped__.__globals__  # type: ignore[attr-defined]
    world = sandbox["SandboxWorld"]
    monkeypatch.setitem(sandbox, "SandboxWorld", lambda s: world(s, hasher=cheap_hasher()))


def play(*options: str, examples: Path = EXAMPLES, **environment: str) -> Result:
    command = ["--examples", str(examples), *options]
    return RUNNER.invoke(demo.app, command, env=NO_CI | environment)


def failing_with(error: Exception, monkeypatch: pytest.MonkeyPatch) -> Result:
    async def fails(_stage: Stage) -> None:
        await asyncio.sleep(0)
        raise error

    monkeypatch.setattr(Stage, "play", fails)
    return play()


@pytest.mark.usefixtures("_no_fabric", "_quick")
def test_without_fabric_it_says_why_and_plays_on_the_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = play(COLUMNS="200")
    assert result.exit_code == 0, result.output
    first, second, *_ = result.stdout.splitlines()
    assert first == f"Fabric cannot be had: {REASON}"
    assert second == "This is the sandbox: one process, no ledger, nothing is proven."
    assert result.stdout.splitlines()[-1] == second
    assert "The life of one credit" in result.stdout
    assert "refused: not-permitted" in result.stdout
    assert "All as it must be" not in result.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("_no_fabric")
@pytest.mark.parametrize("said", [{"CI": "true"}, {"CROSSCREDIT_FABRIC": "required"}])
def test_where_fabric_is_required_the_sandbox_does_not_stand_in(said: dict[str, str]) -> None:
    result = play(**said)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == f"{REASON}\n"


def test_a_named_folder_without_fabric_is_a_failure(tmp_path: Path) -> None:
    result = play("--fabric-bin", str(tmp_path))
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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_takes_the_sandbox_down_too(
    number: signal.Signals,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    request.getfixturevalue("_no_fabric")
    request.getfixturevalue("_quick")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    begun: list[Path] = []

    def folders() -> list[Path]:
        return list(tmp_path.iterdir())

    async def interrupted(_world: object) -> None:
        begun.extend(await asyncio.to_thread(folders))
        os.kill(os.getpid(), number)
        await asyncio.sleep(60)

    monkeypatch.setattr(demo, "play", interrupted)
    result = play()
    assert result.exit_code == 130
    assert "everything that was started is stopped" in result.stderr
    assert len(begun) == 1
    assert list(tmp_path.iterdir()) == []
