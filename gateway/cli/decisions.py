"""`crosscredit decisions`: look at decisions of recognition, and repeat them."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from gateway.cli.client import Client
from gateway.cli.exit_codes import DECISIONS, Found
from gateway.cli.output import say, show, show_list
from gateway.cli.rules import AsJson, Language, Tongue

app = typer.Typer(
    help="Decisions of recognition: what was decided and why, and whether it replays.",
    epilog=f"Exit codes: {DECISIONS}",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # locals may hold marks
)

DecisionName = Annotated[str, typer.Argument(help="The decision's id as the lists show it.")]
_WORDS = {True: "identical", False: "different", None: "could not check"}


@app.command("list")
def list_(
    *,
    status: Annotated[
        str | None,
        typer.Option(help="awaiting-confirmation, standing, reopened, annulled or withdrawn."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List your university's decisions.

    Example: crosscredit decisions list --status reopened
    """
    client, found = Client.of_session(), list[Any]()
    after: str | None = None
    while True:
        page = client.get("/v1/decisions", status=status, after=after)
        found += page["decisions"]
        after = page["next"]
        if after is None:
            break
    rows = [{**one, "decided on": one["revisions"][-1]["decided_on"]} for one in found]
    columns = ("id", "status", "holds", "decided on", "rule")
    show_list(found if as_json else rows, columns, as_json=as_json, empty="no such decision")


@app.command()
def stale(*, as_json: AsJson = False) -> None:
    """List recognitions of any member that ignore what became of a credit.

    For registrars of the credit's home and of the teaching university, and for supervisors.

    Example: crosscredit decisions stale --json
    """
    client, found, unreadable = Client.of_session(), list[Any](), list[str]()
    after: str | None = None
    while True:
        page = client.get("/v1/redemptions/stale", after=after)
        found += page["stale"]
        unreadable += page["unreadable"]
        after = page["next"]
        if after is None:
            break
    if as_json:
        show({"stale": found, "unreadable": unreadable}, as_json=True)
        return
    rows = [
        {
            **one,
            "changed": ", ".join(change["what"] for change in one["changes"]),
            "decision": _of_which(one),
        }
        for one in found
    ]
    columns = ("credit", "member", "status", "since", "changed", "decision")
    show_list(rows, columns, as_json=False, empty="every decision knows what its credits are worth")
    for credit in unreadable:
        say(f"could not check {credit}: its records are not what they should be")


def _of_which(one: Mapping[str, Any]) -> str:
    if one["among"] == 0:
        return "none recorded"
    if one["among"] == 1:
        return str(one["decisions"][0])
    word = "one of" if one["certain"] else "perhaps one of"
    return f"{word} {one['among']}: {one['decisions'][0]}, …"


@app.command("show")
def show_decision(
    decision: DecisionName, *, language: Language = Tongue.ENGLISH, as_json: AsJson = False
) -> None:
    """Show a decision: what is recognised, and why.

    Example: crosscredit decisions show alphaMSP~9f… --language zh
    """
    found = Client.of_session(language=language.value).get(f"/v1/decisions/{decision}")
    if as_json:
        show(found, as_json=True)
        return
    names = ("id", "version", "status", "holds", "rule", "evaluator", "programme")
    show({name: found[name] for name in names}, as_json=False)
    columns = ("number", "decided_on", "outcome", "trigger", "automatic", "differs")
    show_list(found["revisions"], columns, as_json=False, empty="")
    if found["explanation"] is None:
        say("why is not known at this gateway")
        return
    columns = ("home", "title", "subject", "credits", "grade", "mapping")
    show_list(found["items"], columns, as_json=False, empty="nothing is recognised")
    _explain(found["explanation"], 0)


def _explain(node: Mapping[str, Any], depth: int) -> None:
    say("  " * depth + str(node["sentence"]))
    for child in node["children"]:
        _explain(child, depth + 1)


@app.command()
def replay(decision: DecisionName, *, as_json: AsJson = False) -> None:
    """Repeat every revision of a decision from its facts: the codes must come out identical.

    Example: crosscredit decisions replay alphaMSP~9f…
    """
    found = Client.of_session().get(f"/v1/decisions/{decision}/replay")
    if as_json:
        show(found, as_json=True)
    else:
        rows = [
            {
                "number": one["number"],
                "replay": _WORDS[one["identical"]],
                "differences": ", ".join(one["differences"]),
                "reason": one["reason"] or "",
            }
            for one in found["revisions"]
        ]
        columns = ("number", "replay", "differences", "reason")
        show_list(rows, columns, as_json=False, empty="no revision")
        say(_WORDS[found["identical"]])
    if found["identical"] is False:
        raise typer.Exit(Found.AMISS)
    if found["identical"] is None:
        raise typer.Exit(Found.UNCHECKED)
