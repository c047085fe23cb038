"""The command `crosscredit`."""

import sys

import typer

from gateway.cli import admin, demo
from gateway.cli.consortium import HOOKS
from gateway.cli.exit_codes import ExitCode
from network.cli import build

app = typer.Typer(
    help="Credits that universities check down to the homework and the examination.",
    epilog=f"Exit codes of admin: {', '.join(f'{code.value} {code.name}' for code in ExitCode)}. "
    "network and demo name theirs in their own help.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # locals may hold secrets
)
app.add_typer(build(HOOKS), name="network")
app.add_typer(admin.app, name="admin")
app.command("demo")(demo.demo)


def run() -> None:
    """Run the command; Ctrl-C ends it with 130 and without a traceback."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
