"""Secrets are asked for at a terminal and read from a pipe, and never shown."""

import io
import sys
from collections.abc import Callable

import pytest
import typer

from gateway.cli.terminal import ask_secret


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def typing(*lines: str) -> Callable[[str], str]:
    """Somebody at the terminal; where nothing is left, the end of the input."""
    left = list(lines)

    def getpass(_prompt: str) -> str:
        if not left:
            raise EOFError
        return left.pop(0)

    return getpass


def test_a_pipe_gives_one_line_for_each_secret_and_nothing_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("c0de \r\npass phrase\nmore\n"))
    assert ask_secret("One-time code") == "c0de "
    assert ask_secret("New passphrase", twice=True) == "pass phrase"
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("given", ["", "\n"])
def test_a_pipe_that_gives_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], given: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(given))
    with pytest.raises(typer.Exit) as ended:
        ask_secret("Passphrase")
    assert ended.value.exit_code == 2
    assert capsys.readouterr().err.startswith("Passphrase: nothing was given")


def test_a_new_passphrase_is_typed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", typing("one", "two", "two"))
    assert ask_secret("Passphrase") == "one"
    assert ask_secret("New passphrase", twice=True) == "two"


@pytest.mark.parametrize("lines", [(), ("",), ("t0p", "s3cret"), ("t0p",)])
def test_slips_are_told_without_the_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lines: tuple[str, ...]
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", typing(*lines))
    with pytest.raises(typer.Exit) as ended:
        ask_secret("New passphrase", twice=True)
    assert ended.value.exit_code == 2
    said = capsys.readouterr()
    assert len(said.err.splitlines()) == 1
    assert "t0p" not in said.out + said.err
