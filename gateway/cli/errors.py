"""How a command of ours ends when it cannot do what was asked."""

import typer
from rich.console import Console

from gateway.cli.exit_codes import ExitCode
from gateway.cli.output import printable

_console = Console(stderr=True)


def stop(code: ExitCode, sentence: str) -> typer.Exit:
    """Say one sentence on standard error; raise what is returned to end with the code."""
    style = "yellow" if code is ExitCode.NOT_FINAL else "bold red"
    _console.print(printable(sentence), style=style, markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(code)
