"""`crosscredit admin`: what a registrar does, over the gateway's REST interface."""

from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli import session
from gateway.cli.client import Client
from gateway.cli.errors import stop
from gateway.cli.exit_codes import ADMIN, ExitCode
from gateway.cli.output import say, show, show_list
from gateway.cli.terminal import ask_secret

app = typer.Typer(
    help="A registrar's work: people, courses, credits, verifications.",
    epilog=f"Exit codes: {ADMIN}",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # locals may hold secrets
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Identifier = Annotated[str, typer.Argument(help="The id as the lists show it.")]
ExpectedVersion = Annotated[
    int, typer.Option("--version", help="The version of the record that you decided on.")
]
Reason = Annotated[str | None, typer.Option(help="Why; a refusal needs it.")]
_Gateway = Annotated[str, typer.Option(help="The gateway, for example https://localhost:17000.")]
_CertificateAuthority = Annotated[
    Path | None,
    typer.Option("--cacert", exists=True, help="The roots of the gateway's TLS certificate."),
]


@app.command()
def activate(
    login: Annotated[str, typer.Option(help="The login that was applied for.")],
    gateway: _Gateway,
    cacert: _CertificateAuthority = None,
) -> None:
    """Activate an account: asks for the one-time code and a new passphrase.

    Where standard input is no terminal, they are its first two lines.

    Example: crosscredit admin activate --login registrar-1 --gateway https://localhost:17000
    """
    client = Client(gateway, str(cacert) if cacert else None)
    code = ask_secret("One-time code")
    passphrase = ask_secret("New passphrase", twice=True)
    client.post("/v1/accounts:activate", {"login": login, "code": code, "passphrase": passphrase})
    say(f"{login} is active; next: crosscredit admin login")


@app.command()
def login(
    login: Annotated[str, typer.Option(help="Your login.")],
    gateway: _Gateway,
    cacert: _CertificateAuthority = None,
) -> None:
    """Log in: asks for the passphrase, keeps an opaque token in a file of mode 0600.

    Where standard input is no terminal, the passphrase is its first line.

    Example: crosscredit admin login --login registrar-1 --gateway https://localhost:17000
    """
    authority = str(cacert.resolve()) if cacert else None
    client = Client(gateway, authority)
    try:
        session.prepare()
        body = {"login": login, "passphrase": ask_secret("Passphrase")}
        answer = client.post("/v1/tokens", body)
        session.save(session.Session(gateway, authority, login, answer["token"]))
    except session.NotLoggedIn as error:
        raise stop(ExitCode.NOT_LOGGED_IN, str(error)) from error
    say(f"logged in at {gateway} as {login} until {answer['expires_at']}")


@app.command()
def logout() -> None:
    """Revoke the token at the gateway and forget it here.

    Example: crosscredit admin logout
    """
    client = Client.of_session()
    try:
        client.delete("/v1/tokens/current")
    except typer.Exit as refusal:
        # A token that the gateway no longer takes is of no use here either.
        if refusal.exit_code == ExitCode.NOT_LOGGED_IN:
            session.forget()
        raise
    session.forget()
    say("logged out")


@app.command("change-passphrase")
def change_passphrase() -> None:
    """Choose another passphrase: asks for the old and the new; every other session of yours ends.

    Where standard input is no terminal, they are its first two lines.

    Example: crosscredit admin change-passphrase
    """
    client = Client.of_session()
    body = {
        "passphrase": ask_secret("Passphrase"),
        "new_passphrase": ask_secret("New passphrase", twice=True),
    }
    client.post("/v1/me:change-passphrase", body)
    say("the passphrase is changed; every other session has ended")


@app.command()
def applications(*, as_json: AsJson = False) -> None:
    """List who asked to be registered.

    Example: crosscredit admin applications --json
    """
    client, found = Client.of_session(), list[Any]()
    page = client.get("/v1/applications")
    found += page["applications"]
    while after := page.get("next"):
        page = client.get("/v1/applications", after=after)
        found += page["applications"]
    show_list(
        found,
        ("id", "role", "login", "name", "status", "person"),
        as_json=as_json,
        empty="nobody is waiting",
    )


@app.command()
def approve(
    application: Identifier,
    *,
    identity_verified: Annotated[
        bool, typer.Option("--identity-verified", help="You saw who this is.")
    ] = False,
    qualification_verified: Annotated[
        bool, typer.Option("--qualification-verified", help="You saw a teacher's qualification.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Register a person whom you have verified; prints the one-time code once.

    Example: crosscredit admin approve 7c… --identity-verified
    """
    body = {
        "identity_verified": identity_verified,
        "qualification_verified": qualification_verified,
    }
    answer = Client.of_session().post(f"/v1/applications/{application}:approve", body)
    show(answer, as_json=as_json)


@app.command("reissue-code")
def reissue_code(
    application: Identifier,
    *,
    identity_verified: Annotated[
        bool, typer.Option("--identity-verified", help="You saw who asks for it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Replace a one-time code that was lost or has expired; prints the new one once.

    Example: crosscredit admin reissue-code 7c… --identity-verified
    """
    body = {"identity_verified": identity_verified}
    path = f"/v1/applications/{application}:reissue-code"
    show(Client.of_session().post(path, body), as_json=as_json)


@app.command()
def refuse(
    application: Identifier,
    reason: Annotated[str, typer.Option(help="Why.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Refuse an application with a reason.

    Example: crosscredit admin refuse 7c… --reason "no document of identity"
    """
    body = {"reason": reason}
    show(Client.of_session().post(f"/v1/applications/{application}:refuse", body), as_json=as_json)


@app.command()
def close(
    person: Annotated[str, typer.Argument(help="The person's id as `applications` shows it.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Shut out a teacher or student who leaves, for good; what they did stands.

    Example: crosscredit admin close 7c…
    """
    show(Client.of_session().post(f"/v1/people/{person}:close", {}), as_json=as_json)


@app.command()
def courses(
    *,
    member: Annotated[str | None, typer.Option(help="Whose, for example betaMSP.")] = None,
    status: Annotated[str | None, typer.Option(help="proposed, approved or refused.")] = None,
    as_json: AsJson = False,
) -> None:
    """List courses.

    Example: crosscredit admin courses --status proposed
    """
    found = Client.of_session().get("/v1/courses", member=member, status=status)["courses"]
    columns = ("id", "version", "status", "title", "credits")
    show_list(found, columns, as_json=as_json, empty="no such course")


@app.command("check-course")
def check_course(
    course: Identifier,
    expected_version: ExpectedVersion,
    *,
    approve: Annotated[bool, typer.Option("--approve/--refuse", help="Your finding.")],
    reason: Reason = None,
    as_json: AsJson = False,
) -> None:
    """Review a proposed course (CheckCourse).

    Example: crosscredit admin check-course betaMSP~9f…~1 --version 1 --approve
    """
    body: dict[str, Any] = {"approve": approve, "expected_version": expected_version}
    if reason is not None:
        body["reason"] = reason
    show(Client.of_session().post(f"/v1/courses/{course}:check", body), as_json=as_json)


@app.command("review-grade")
def review_grade(
    enrolment: Identifier,
    number: Annotated[int, typer.Argument(help="The grade's number.")],
    expected_version: ExpectedVersion,
    *,
    approve: Annotated[bool, typer.Option("--approve/--return", help="Your finding.")],
    as_json: AsJson = False,
) -> None:
    """Review the grade of an offline part, which you did not enter yourself.

    Example: crosscredit admin review-grade betaMSP~9f… 3 --version 4 --approve
    """
    body = {
        "outcome": "approved" if approve else "returned",
        "expected_version": expected_version,
    }
    path = f"/v1/enrolments/{enrolment}/grades/{number}:review"
    show(Client.of_session().post(path, body), as_json=as_json)


@app.command()
def credits(*, as_json: AsJson = False) -> None:  # noqa: A001 - the word of the field
    """List credits that concern this university.

    Example: crosscredit admin credits
    """
    found = Client.of_session().get("/v1/credits")["credits"]
    columns = ("id", "version", "status", "course", "teaching")
    show_list(found, columns, as_json=as_json, empty="no credits yet")


@app.command()
def check(credit: Identifier, *, as_json: AsJson = False) -> None:
    """Open the evidence of a credit and check it against the ledger (CheckStudent).

    Example: crosscredit admin check betaMSP~9f…
    """
    show(Client.of_session().post(f"/v1/credits/{credit}:check", {}), as_json=as_json)


@app.command()
def award(
    credit: Identifier,
    expected_version: ExpectedVersion,
    work_version: Annotated[int, typer.Option(help="As the check has shown.")],
    grade_version: Annotated[int, typer.Option(help="As the check has shown.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Award a credit on the versions that the check has shown (AwardCredit).

    Example: crosscredit admin award betaMSP~9f… --version 2 --work-version 4 --grade-version 5
    """
    body = {
        "expected_version": expected_version,
        "work_version": work_version,
        "grade_version": grade_version,
    }
    show(Client.of_session().post(f"/v1/credits/{credit}:award", body), as_json=as_json)


@app.command()
def operation(operation: Identifier, *, as_json: AsJson = False) -> None:
    """Ask what became of an operation.

    Example: crosscredit admin operation 4e…
    """
    show(Client.of_session().get(f"/v1/operations/{operation}"), as_json=as_json)
