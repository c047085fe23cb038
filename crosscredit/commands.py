"""The tree of commands; each is loaded when it is run, so that help is there at once."""

from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from crosscredit.signals import end_as_usual


def _demo() -> typer.Typer:
    from crosscredit import demo  # noqa: PLC0415 - brings the whole network with it

    return demo.app


def _network() -> typer.Typer:
    from crosscredit.consortium import HOOKS  # noqa: PLC0415 - brings a whole gateway with it
    from network.cli import build  # noqa: PLC0415 - brings gRPC with it

    return build(HOOKS)


def _admin() -> typer.Typer:
    from gateway.cli import admin  # noqa: PLC0415 - brings an HTTP client with it

    end_as_usual()
    return admin.app


def _rules() -> typer.Typer:
    from gateway.cli import rules  # noqa: PLC0415 - brings an HTTP client with it

    end_as_usual()
    return rules.app


def _decisions() -> typer.Typer:
    from gateway.cli import decisions  # noqa: PLC0415 - brings an HTTP client with it

    end_as_usual()
    return decisions.app


def _bulk() -> typer.Typer:
    from gateway.cli import bulk  # noqa: PLC0415 - brings an HTTP client with it

    end_as_usual()
    return bulk.app


def _transfers() -> typer.Typer:
    from gateway.cli import transfers  # noqa: PLC0415 - brings an HTTP client with it

    end_as_usual()
    return transfers.app


def _progress() -> typer.Typer:
    from gateway.cli import progress  # noqa: PLC0415 - brings an HTTP client with it

    end_as_usual()
    return progress.app


LOADERS: dict[str, Callable[[], typer.Typer]] = {
    "demo": _demo,
    "network": _network,
    "admin": _admin,
    "rules": _rules,
    "decisions": _decisions,
    "bulk": _bulk,
    "transfers": _transfers,
    "progress": _progress,
}


class _Loading(TyperGroup):
    """Puts the real command in the place of its summary once it is to be run."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that the arguments name."""
        load = LOADERS.get(args[0])
        if load is not None:
            self.commands[args[0]] = get_command(load())
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=_Loading,
    help="Credits that universities check down to the homework and the examination.",
    epilog="Each of them names its exit codes: crosscredit network --help.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # locals may hold secrets
)


@app.command("demo")
def demo() -> None:
    """Play the life of one credit on a real consortium, and everything that must fail."""


@app.command("network")
def network() -> None:
    """Start the consortium of consortium.toml as plain processes, look at it, stop it."""


@app.command("admin")
def admin() -> None:
    """A registrar's work: people, courses, credits, verifications."""


@app.command("rules")
def rules() -> None:
    """Recognition rules: lint and apply them here, propose them, vote on them."""


@app.command("decisions")
def decisions() -> None:
    """Decisions of recognition: what was decided and why, and whether it replays."""


@app.command("bulk")
def bulk() -> None:
    """Grades, acceptances and rulings of many students: listed first, then as listed."""


@app.command("transfers")
def transfers() -> None:
    """Transfers of home: which credits move where, how far they are, and what is lacking."""


@app.command("progress")
def progress() -> None:
    """Progress towards a degree: what counts, what is missing, and why some does not count."""
