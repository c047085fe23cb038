"""What `crosscredit` says of itself, and what it costs to ask."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from crosscredit.commands import LOADERS, app
from crosscredit.demo import EXIT_CODES
from gateway.cli.exit_codes import ADMIN, BULK, DECISIONS, RULES, ExitCode, Found
from network import errors
from tests.support.documents import ROOT
from tests.support.help import WIDE, help_of

AS_FROM_A_TERMINAL = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
"""
"""For a program that gets a signal: a shell starts what runs beside it with some ignored."""
HEAVY = ("grpc", "sqlalchemy", "fastapi", "httpx", "pydantic", "cryptography")


def documented() -> str:
    return (ROOT / "docs/operations.md").read_text("utf-8")


def test_the_exit_codes_are_told_as_they_are() -> None:
    assert "names its exit codes: crosscredit network --help" in help_of(app)
    assert "Exit codes: 0 done; " in help_of(LOADERS["network"]())
    for name in ("admin", "transfers", "progress"):
        assert f"Exit codes: {ADMIN}" in help_of(LOADERS[name]())
    assert f"Exit codes: {EXIT_CODES}" in help_of(LOADERS["demo"]())
    told = {text: _told(text) for text in (ADMIN, RULES, DECISIONS, BULK)}
    assert told[ADMIN] == set(ExitCode)
    assert told[RULES] == {*ExitCode, Found.AMISS}
    assert told[DECISIONS] == {*ExitCode, *Found}
    assert told[BULK] == {*ExitCode, Found.AMISS}
    for name, text in (("rules", RULES), ("decisions", DECISIONS), ("bulk", BULK)):
        assert f"Exit codes: {text}" in help_of(LOADERS[name]())
        assert text in documented()
    raised = {kind.exit_code for kind in errors.NetworkError.__subclasses__()}
    assert {int(part.split()[0]) for part in EXIT_CODES.split("; ")} == raised | {0, 1, 130}
    assert ADMIN in documented()


def _told(text: str) -> set[int]:
    return {int(part.split()[0]) for part in text.removesuffix(".").split("; ")}


@pytest.mark.parametrize("command", sorted(LOADERS))
def test_the_summary_is_the_commands_own(command: str) -> None:
    summaries = get_command(app).commands  # type: ignore[attr-defined]
    summary = summaries[command].help
    assert summary
    assert summary in help_of(LOADERS[command]())


def run(program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        env=os.environ | WIDE,
        check=False,
        timeout=60,
    )


def test_help_needs_none_of_what_takes_long_to_load() -> None:
    program = f"""
import sys
from crosscredit.main import run
try:
    run()
finally:
    print([name for name in {HEAVY} if name in sys.modules])
"""
    result = run(program, "--help")
    assert result.returncode == 0
    assert result.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("arguments", [(), ("nonsense",), ("admin",), ("admin", "nonsense")])
def test_a_wrong_command_line(arguments: tuple[str, ...]) -> None:
    result = run("from crosscredit.main import run; run()", *arguments)
    assert result.returncode == 2
    assert "Usage: " in result.stdout + result.stderr


def test_the_real_command_is_run(tmp_path: Path) -> None:
    program = "from crosscredit.main import run; run()"
    result = run(program, "network", "down", "--state", str(tmp_path / "none"))
    assert (result.returncode, result.stdout) == (0, "")
    assert "Nothing runs" in result.stderr


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_while_modules_are_loaded(name: str) -> None:
    program = f"""{AS_FROM_A_TERMINAL}
import os, time
from crosscredit.signals import end_at_once
end_at_once()
try:
    os.kill(os.getpid(), signal.{name})
    time.sleep(60)
except BaseException:
    print("caught by a module")
"""
    result = run(program)
    assert (result.returncode, result.stdout, result.stderr) == (ExitCode.INTERRUPTED, "", "")


def test_ctrl_c_while_a_command_runs() -> None:
    program = f"""{AS_FROM_A_TERMINAL}
import os, time
import crosscredit.commands
from crosscredit.main import run
from crosscredit.signals import end_as_usual
def app():
    end_as_usual()
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(60)
    finally:
        print("the terminal has its echo back")
crosscredit.commands.app = app
run()
"""
    result = run(program)
    assert (result.returncode, result.stderr) == (ExitCode.INTERRUPTED, "")
    assert result.stdout == "the terminal has its echo back\n"


def test_what_nohup_said_is_kept() -> None:
    program = """
import os, signal
signal.signal(signal.SIGHUP, signal.SIG_IGN)
from crosscredit.signals import end_as_usual, end_at_once
for handle in (end_at_once, end_as_usual):
    handle()
    os.kill(os.getpid(), signal.SIGHUP)
print(signal.getsignal(signal.SIGHUP) == signal.SIG_IGN)
"""
    assert run(program).stdout == "True\n"
