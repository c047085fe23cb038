"""What a command says of itself, in one line and without the terminal's width."""

import typer
from typer.testing import CliRunner

RUNNER = CliRunner()
WIDE = {"COLUMNS": "1000", "TERM": "dumb"}


def help_of(of: typer.Typer, *arguments: str) -> str:
    result = RUNNER.invoke(of, [*arguments, "--help"], env=WIDE)
    assert result.exit_code == 0
    return " ".join(result.stdout.split())
