"""`crosscredit transfers`: look at students who take their credits along to another home."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from gateway.cli.client import Client
from gateway.cli.exit_codes import ADMIN
from gateway.cli.output import show, show_list

app = typer.Typer(
    help="Transfers of home: which credits move where, how far they are, and what is lacking.",
    epilog=f"Exit codes: {ADMIN}",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # locals may hold names
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
TransferName = Annotated[str, typer.Argument(help="The transfer's id as the lists show it.")]


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List the transfers from and to your university.

    Example: crosscredit transfers list
    """
    found = Client.of_session().get("/v1/transfers")["transfers"]
    columns = ("id", "source", "target", "created_at")
    show_list(found, columns, as_json=as_json, empty="no transfer")


@app.command("show")
def show_transfer(transfer: TransferName, *, as_json: AsJson = False) -> None:
    """Show a transfer: each credit as it stands, and what the old home still owes.

    Example: crosscredit transfers show 9f…
    """
    found = Client.of_session().get(f"/v1/transfers/{transfer}")
    if as_json:
        show(found, as_json=True)
        return
    names = ("id", "source", "target", "created_at", "name_at_source", "name_at_target")
    show({name: found[name] for name in names}, as_json=False)
    rows = [{**one, "lacking": _lacking(one)} for one in found["credits"]]
    columns = ("credit", "status", "version", "home", "lacking")
    show_list(rows, columns, as_json=False, empty="no credit")


def _lacking(credit: Mapping[str, Any]) -> str:
    """What is not at the new home, as far as this gateway knows; later what the ledger says."""
    handover = credit["handover"]
    pieces = handover["lacking"] if handover else credit["faults"]
    return ", ".join(_piece(one) for one in pieces) or ("nothing" if handover else "")


def _piece(fault: Mapping[str, Any]) -> str:
    number = f" {fault['number']}" if fault["number"] is not None else ""
    return f"{fault['piece']}{number} {fault['fault']}"
