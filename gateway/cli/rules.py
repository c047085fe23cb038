"""`crosscredit rules`: look at a rule before it is proposed, agree on it, apply it."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import typer

from gateway.cli.client import Client
from gateway.cli.errors import stop
from gateway.cli.exit_codes import RULES, ExitCode, Found
from gateway.cli.output import say, show, show_list

app = typer.Typer(
    help="Recognition rules: lint and apply them here, propose them, vote on them.",
    epilog=f"Exit codes: {RULES}",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # locals may hold marks
)


class Tongue(StrEnum):
    """The language of sentences."""

    ENGLISH = "en"
    CHINESE = "zh"


RuleFile = Annotated[Path, typer.Argument(help="The rule document (docs/spec/rules.md).")]
RuleName = Annotated[str, typer.Argument(help="A version's id as the lists show it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Language = Annotated[Tongue, typer.Option("--language", help="The language of sentences.")]
BallotVersion = Annotated[
    int, typer.Option("--version", help="The version of the ballot that you saw.")
]


@app.command()
def lint(
    file: RuleFile,
    *,
    against: Annotated[
        Path | None, typer.Option(help="Another version in a file: also say what is changed.")
    ] = None,
    facts: Annotated[
        Path | None, typer.Option(help="Facts in a file: also look at the courses in them.")
    ] = None,
    online: Annotated[
        bool, typer.Option("--online", help="Have the gateway look at courses and frameworks too.")
    ] = False,
    series: Annotated[
        str | None,
        typer.Option(help="The rule that this is a next version of, at the gateway: see list."),
    ] = None,
    language: Language = Tongue.ENGLISH,
    as_json: AsJson = False,
) -> None:
    """Say what is unreachable, missing or contradictory in a rule.

    Works without a gateway. With --series the gateway also says what the rule changes against the
    version in force, and which past decisions of your university it would have made differently.

    Example: crosscredit rules lint rule.json --against rule-in-force.json
    """
    from gateway.cli import rule_files as files  # noqa: PLC0415 - brings the domain with it

    if online or series is not None:
        if against is not None or facts is not None:
            raise stop(ExitCode.USAGE, "--against and --facts are for linting without a gateway")
        report = _lint_online(file, series, language)
    else:
        report = files.linted(
            files.rule_in(file),
            None if against is None else files.rule_in(against),
            None if facts is None else files.facts_in(facts),
            language.value,
        )
    _show_report(report, as_json=as_json)
    if report["counts"]["error"]:
        raise typer.Exit(Found.AMISS)


def _lint_online(file: Path, series: str | None, language: Tongue) -> Mapping[str, Any]:
    client = Client.of_session(language=language.value)
    query = "?" + urlencode({"series": series}) if series else ""
    return client.post(f"/v1/rules:lint{query}", _document(file))


def _document(file: Path) -> dict[str, Any]:
    """The document as it was read here: what is faulty does not travel."""
    from gateway.cli import rule_files as files  # noqa: PLC0415 - brings the domain with it

    document: dict[str, Any] = files.rule_in(file).model_dump(mode="json")
    return document


def _show_report(report: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        show(report, as_json=True)
        return
    columns = ("path", "code", "sentence")
    show_list(report["findings"], columns, as_json=False, empty="nothing was found")
    if report["changes"]:
        changes = [{**change, "path": " / ".join(change["path"])} for change in report["changes"]]
        show_list(changes, ("kind", "path", "before", "after"), as_json=False, empty="")
    past = report.get("past")
    if past and past["considered"]:
        say(f"{past['different']} of {past['considered']} past decisions would have been different")
        columns = ("decision", "outcome_before", "outcome_after")
        show_list(past["decisions"], columns, as_json=False, empty="")
    counts = report["counts"]
    say(f"errors: {counts['error']}, warnings: {counts['warning']}, notices: {counts['notice']}")


@app.command()
def evaluate(
    file: RuleFile,
    facts: Annotated[Path, typer.Option(help="The facts (docs/spec/rules.md).")],
    *,
    on: Annotated[
        str | None, typer.Option(help="The day of the decision, 2026-11-22; today unless said.")
    ] = None,
    evaluator: Annotated[
        int | None, typer.Option(help="By which evaluator; the latest unless said.")
    ] = None,
    language: Language = Tongue.ENGLISH,
    as_json: AsJson = False,
) -> None:
    """Apply a rule in a file to facts in a file, here and without a gateway.

    Example: crosscredit rules evaluate rule.json --facts facts.json --on 2026-11-22
    """
    from gateway.cli import rule_files as files  # noqa: PLC0415 - brings the domain with it

    rule, given = files.rule_in(file), files.facts_in(facts)
    verdict = files.decided(rule, given, files.day(on), evaluator)
    if as_json:
        show(verdict.document(), as_json=True)
        return
    say(f"outcome: {verdict.outcome.value}")
    items = verdict.document()["items"]
    columns = ("mapping", "home", "subject", "credits", "grade")
    rows: Any = items
    show_list(rows, columns, as_json=False, empty="nothing is recognised")
    for course in verdict.missing:
        say(f"missing: {course}")
    for depth, sentence in files.explained(verdict, language.value):
        say("  " * depth + sentence)


@app.command("list")
def list_(
    *,
    member: Annotated[str | None, typer.Option(help="Whose, for example betaMSP.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the rules that a member proposed, the own one unless another is named.

    Example: crosscredit rules list --member betaMSP
    """
    client, found = Client.of_session(), list[Any]()
    after: str | None = None
    while True:
        page = client.get("/v1/rules", member=member, after=after)
        found += page["rules"]
        after = page["next"]
        if after is None:
            break
    rows = [
        {**rule, "adopted": ", ".join(str(one["id"]) for one in rule["adopted"])} for rule in found
    ]
    columns = ("id", "latest", "adopted")
    show_list(found if as_json else rows, columns, as_json=as_json, empty="no rule was proposed")


@app.command("show")
def show_rule(rule: RuleName, *, as_json: AsJson = False) -> None:
    """Show a version: what it says, its ballot and votes, and when it is in force.

    Example: crosscredit rules show alphaMSP~9f…~1
    """
    found = Client.of_session().get(f"/v1/rules/{rule}")
    if as_json:
        show(found, as_json=True)
        return
    content, ballot = found["content"], found["ballot"]
    show(
        {
            "id": found["id"],
            "title": content["title"],
            "digest": found["digest"],
            "in force today": found["in_force_today"],
            "in force": ", ".join(_period(one) for one in found["in_force"]) or "never",
            "mappings": len(content["mappings"]),
            "ballot": ballot["status"],
            "ballot version": ballot["version"],
            "answers until": ballot["answer_by"],
            "threshold": f"{ballot['threshold']} of {len(ballot['electorate'])}",
        },
        as_json=False,
    )
    columns = ("member", "approve", "reason", "at")
    show_list(ballot["votes"], columns, as_json=False, empty="no vote yet")
    show(content, as_json=True)


def _period(period: Mapping[str, Any]) -> str:
    return f"{period['first']} to {period['last'] or 'open'}"


@app.command()
def propose(
    file: RuleFile,
    answer_by: Annotated[
        str, typer.Option(help="Until when the others vote, 2026-12-31T12:00:00Z.")
    ],
    *,
    previous: Annotated[
        str | None, typer.Option(help="The own version that this one follows.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Propose a rule, and so vote for it (ProposeRule). Lint it first.

    Example: crosscredit rules propose rule.json --answer-by 2026-12-31T12:00:00Z
    """
    given = {"answer_by": answer_by} | ({"previous": previous} if previous else {})
    path = f"/v1/rules?{urlencode(given)}"
    show(Client.of_session().post(path, _document(file)), as_json=as_json)


@app.command()
def vote(
    rule: RuleName,
    digest: Annotated[str, typer.Option(help="Of the content that you read: see show.")],
    *,
    approve: Annotated[bool, typer.Option("--approve/--refuse", help="Your member's vote.")],
    reason: Annotated[
        str | None,
        typer.Option(help="Why not: content, credits, grades, quality, process, law or other."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Vote for your member, once and for good (VoteOnRule).

    Example: crosscredit rules vote alphaMSP~9f…~1 --digest 5e… --approve
    """
    body = {"rule_digest": digest, "approve": approve, "reason": reason}
    show(Client.of_session().post(f"/v1/rules/{rule}:vote", body), as_json=as_json)


@app.command()
def close(rule: RuleName, ballot: BallotVersion, *, as_json: AsJson = False) -> None:
    """Have the votes counted (CloseBallot).

    Example: crosscredit rules close alphaMSP~9f…~1 --version 1
    """
    body = {"expected_version": ballot}
    show(Client.of_session().post(f"/v1/rules/{rule}:close", body), as_json=as_json)


@app.command()
def withdraw(rule: RuleName, ballot: BallotVersion, *, as_json: AsJson = False) -> None:
    """Take your member's proposal back while its ballot is open (WithdrawRule).

    Example: crosscredit rules withdraw alphaMSP~9f…~1 --version 1
    """
    body = {"expected_version": ballot}
    show(Client.of_session().post(f"/v1/rules/{rule}:withdraw", body), as_json=as_json)
