"""Asking for secrets: at a terminal without showing them, else a line of standard input."""

import getpass
import sys

from gateway.cli.errors import stop
from gateway.cli.exit_codes import ExitCode


def ask_secret(what: str, *, twice: bool = False) -> str:
    """Give a secret; never from the command line or the environment, where others may read it.

    Args:
        what: how the prompt calls it.
        twice: whether a person types it again, for fear of a slip; a program makes none.

    Raises:
        typer.Exit: there is none, or the two differ.
    """
    if not sys.stdin.isatty():
        secret = sys.stdin.readline().rstrip("\r\n")
    else:
        secret = _typed(f"{what}: ")
        if twice and secret and _typed(f"{what} again: ") != secret:
            raise stop(ExitCode.USAGE, f"{what}: the two are not the same")
    if not secret:
        raise stop(ExitCode.USAGE, f"{what}: nothing was given; it is read from standard input")
    return secret


def _typed(prompt: str) -> str:
    try:
        return getpass.getpass(prompt)
    except EOFError:
        return ""
