"""`crosscredit progress`: how far a student is towards a degree."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from gateway.cli.client import Client
from gateway.cli.exit_codes import ADMIN
from gateway.cli.output import say, show, show_list

app = typer.Typer(
    help="Progress towards a degree: what counts, what is missing, and why some does not count.",
    epilog=f"Exit codes: {ADMIN}",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # locals may hold what a student has earned
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
ProgrammeName = Annotated[str, typer.Argument(help="A programme version's id, of any member.")]
Application = Annotated[
    str | None, typer.Option(help="For a registrar: an application of the student.")
]


@app.callback()
def progress() -> None:
    """Hold the commands together: with a single one there would be no group."""


@app.command("show")
def show_progress(
    programme: ProgrammeName, *, application: Application = None, as_json: AsJson = False
) -> None:
    """Show what counts towards a programme now, and with every open credit.

    Example: crosscredit progress show alphaMSP~9f…~1 --application 4e…
    """
    found = Client.of_session().get("/v1/progress", programme=programme, application=application)
    if as_json:
        show(found, as_json=True)
        return
    show({name: found[name] for name in ("programme", "title", "total")}, as_json=False)
    _show("with what is redeemed", found["now"])
    _show("with every open credit too", found["with_open"])
    if found["set_aside"]:
        say("redeemed, and not counted since a credit is suspended, revoked or failed:")
        rows = [{**one, "credits": ", ".join(one["credits"])} for one in found["set_aside"]]
        columns = ("decision", "course", "amount", "credits")
        show_list(rows, columns, as_json=False, empty="")


def _show(title: str, completion: Mapping[str, Any]) -> None:
    word = "fulfilled" if completion["fulfilled"] else "not fulfilled"
    say(f"{title}: {word}, {completion['counted']} credits count")
    columns: tuple[str, ...] = ("kind", "id", "demanded", "found", "missing")
    show_list(completion["requirements"], columns, as_json=False, empty="no requirement")
    if completion["limits"]:
        columns = ("id", "of", "at_most", "presented", "counted")
        show_list(completion["limits"], columns, as_json=False, empty="")
    rows = [
        {
            **one,
            "groups": ", ".join(f"{use['group']} {use['amount']}" for use in one["uses"]),
            "why not": ", ".join(drop["limit"] or drop["reason"] for drop in one["drops"]),
        }
        for one in completion["credits"]
    ]
    columns = ("course", "use", "presented", "counted", "groups", "why not")
    show_list(rows, columns, as_json=False, empty="no credit")
