"""`crosscredit bulk`: grades, acceptances and rulings of many students, listed before they are."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.bulk_files import grades_in
from gateway.cli.client import Client
from gateway.cli.errors import stop
from gateway.cli.exit_codes import BULK, ExitCode, Found
from gateway.cli.output import say, show, show_list

app = typer.Typer(
    help="Grades, acceptances and rulings of many students: listed first, then as listed.",
    epilog=f"Exit codes: {BULK}",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # locals may hold marks
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
PlanName = Annotated[str, typer.Argument(help="The plan's id as the lists show it.")]
Course = Annotated[str | None, typer.Option(help="A course version's id.")]
Teacher = Annotated[str | None, typer.Option(help="A teacher's account.")]
First = Annotated[str | None, typer.Option(help="From then on, 2026-11-22T00:00:00Z.")]
Last = Annotated[str | None, typer.Option(help="Until then, 2026-11-22T00:00:00Z.")]
_COLUMNS = {
    "grades": ("enrolment", "effect", "part", "before", "after", "why", "used by", "state"),
    "corrections": ("enrolment", "effect", "before", "after", "passes", "why", "used by", "state"),
    "rulings": ("enrolment", "effect", "ruling", "why", "used by", "state"),
}


@app.command()
def grades(
    *,
    file: Annotated[
        Path | None,
        typer.Option(help="A CSV file: enrolment,part,mark,reason; or JSON."),
    ] = None,
    part: Annotated[str | None, typer.Option(help="Compute every grade of this part anew.")] = None,
    factor: Annotated[str | None, typer.Option(help="Old mark times this, 1.0500.")] = None,
    offset: Annotated[str | None, typer.Option(help="Plus this, -2.00.")] = None,
    clamp: Annotated[
        bool, typer.Option("--clamp", help="What leaves the scale comes to its end.")
    ] = False,
    reason: Annotated[
        str | None, typer.Option(help="clerical-error, re-examination, appeal, …")
    ] = None,
    course: Course = None,
    first: First = None,
    last: Last = None,
    as_json: AsJson = False,
) -> None:
    """Plan grades of your own students, from a list or by a rule; writes nothing.

    Example: crosscredit bulk grades --file corrected.csv
    """
    rule = {"part": part, "factor": factor, "offset": offset, "reason": reason}
    if file is not None:
        if clamp or any((*rule.values(), course, first, last)):
            raise stop(ExitCode.USAGE, "a file says everything: leave the other options out")
        _plan("grades", grades_in(file), as_json=as_json)
        return
    if part is None or reason is None:
        raise stop(ExitCode.USAGE, "name a list, --file, or what is computed: --part and --reason")
    body = {"rule": _given(rule) | {"clamp": clamp}}
    _plan("grades", body | _selected(course, None, first, last), as_json=as_json)


@app.command()
def corrections(
    *,
    credit: Annotated[
        list[str] | None, typer.Option(help="A credit's id; may be given more than once.")
    ] = None,
    course: Course = None,
    teacher: Teacher = None,
    first: First = None,
    last: Last = None,
    as_json: AsJson = False,
) -> None:
    """Plan which corrected grades your university accepts (a registrar); writes nothing.

    Example: crosscredit bulk corrections --course betaMSP~9f…~1
    """
    body = {"credits": credit} if credit else {}
    _plan("corrections", body | _selected(course, teacher, first, last), as_json=as_json)


@app.command()
def rulings(
    ruling: Annotated[str, typer.Option(help="suspend, lift or revoke.")],
    reason: Annotated[str, typer.Option(help="Of the closed list, such as investigation.")],
    *,
    gives_back: Annotated[
        bool, typer.Option("--gives-back", help="A revocation frees what was redeemed.")
    ] = False,
    course: Course = None,
    teacher: Teacher = None,
    first: First = None,
    last: Last = None,
    as_json: AsJson = False,
) -> None:
    """Plan a ruling on many credits (a supervisor); writes nothing.

    Example: crosscredit bulk rulings --ruling suspend --reason investigation --course betaMSP~9f…~1
    """
    body = {"ruling": ruling, "reason": reason, "gives_back": gives_back}
    _plan("rulings", body | _selected(course, teacher, first, last), as_json=as_json)


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List the plans that you made.

    Example: crosscredit bulk list
    """
    found = Client.of_session().get("/v1/bulk-plans")["plans"]
    columns = ("id", "kind", "status", "created_at", "expires_at", "finished_at")
    show_list(found, columns, as_json=as_json, empty="you made no plan")


@app.command("show")
def show_plan(plan: PlanName, *, as_json: AsJson = False) -> None:
    """Show a plan: what it would do, and what became of it.

    Example: crosscredit bulk show 9f…
    """
    client = Client.of_session()
    _show(client, client.get(f"/v1/bulk-plans/{plan}"), as_json=as_json)


@app.command()
def execute(
    plan: PlanName,
    digest: Annotated[str, typer.Option(help="Of what you saw: see show.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Do what a plan lists, and follow it to its end; once, however often you ask.

    Interrupted, the gateway goes on: ask again, or look with show.

    Example: crosscredit bulk execute 9f… --digest 5e…
    """
    client, path = Client.of_session(), f"/v1/bulk-plans/{plan}"
    found = client.begin(f"{path}:execute", {"digest": digest})
    told = None
    while found["status"] == "running":
        told = _progress(found, told, as_json=as_json)
        found = client.follow(path)
    refused = found["progress"]["refused"]
    if as_json:
        _show(client, found, as_json=True)
    else:
        say(f"done: {found['progress']['committed']}, refused: {refused}")
        if refused:
            say(f"why: crosscredit bulk show {plan}; then plan again for the rest")
    if refused:
        raise typer.Exit(Found.AMISS)


@app.command()
def discard(plan: PlanName) -> None:
    """Forget a plan that was not carried out.

    Example: crosscredit bulk discard 9f…
    """
    Client.of_session().delete(f"/v1/bulk-plans/{plan}")
    say("forgotten")


def _plan(kind: str, body: Mapping[str, Any], *, as_json: bool) -> None:
    client = Client.of_session()
    _show(client, client.post(f"/v1/{kind}:plan", body), as_json=as_json)


def _show(client: Client, plan: Mapping[str, Any], *, as_json: bool) -> None:
    items = _items(client, plan["id"])
    if as_json:
        show({**plan, "items": items}, as_json=True)
        return
    rows = [
        {
            **item,
            "why": item["hindrance"] or (item["problem"] or {}).get("detail", ""),
            "used by": ", ".join(item["used_by"]),
        }
        for item in items
    ]
    show_list(rows, _COLUMNS[plan["kind"]], as_json=False, empty="nothing is selected")
    counts, progress = plan["counts"], plan["progress"]
    show(
        {
            "plan": plan["id"],
            "digest": plan["digest"],
            "status": plan["status"],
            "change": counts["change"],
            "unchanged": counts["unchanged"],
            "impossible": counts["impossible"],
            "of credits that are awarded": counts["awarded"],
            "of credits that are counted": counts["used"],
            "done": progress["committed"],
            "refused": progress["refused"],
        },
        as_json=False,
    )


def _items(client: Client, plan: str) -> list[Any]:
    found: list[Any] = []
    after: int | None = 0
    while after is not None:
        page = client.get(f"/v1/bulk-plans/{plan}/items", after=str(after))
        found += page["items"]
        after = page["next"]
    return found


def _progress(plan: Mapping[str, Any], told: int | None, *, as_json: bool) -> int:
    progress, whole = plan["progress"], plan["counts"]["change"]
    done: int = progress["committed"] + progress["refused"]
    if done != told and not as_json:
        say(f"{done} of {whole}")
    return done


def _selected(
    course: str | None, teacher: str | None, first: str | None, last: str | None
) -> dict[str, str]:
    return _given({"course": course, "teacher": teacher, "first": first, "last": last})


def _given(values: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}
