"""Everything that can answer in a gateway's place, or not answer: one sentence and an exit code."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.loopback import Loopback, answering, closed_port
from tests.support.shell import Shell

TOKEN = "t0p-secret-token"
PASSPHRASE = "t0p-secret passphrase"
CODE = "T0P-SECRET-CODE"
HTML = b"<html><body>Bad Gateway</body></html>"


def problem(status: int, **members: Any) -> Any:
    document = {
        "type": "urn:crosscredit:problem:invalid-argument",
        "title": "A value is not acceptable",
        "status": status,
        "detail": "it is too long",
        "instance": "urn:crosscredit:request:01",
    }
    content = json.dumps(document | members).encode()
    return answering(status, content, "application/problem+json")


def logged_in(state: Path, url: str, roots: Path | None) -> Shell:
    """The shell of somebody who has logged in before."""
    shell = Shell(state, url, roots or Path("/nowhere"))
    shell.session.parent.mkdir(parents=True, mode=0o700)
    content = {
        "gateway": url,
        "certificate_authority": str(roots) if roots else None,
        "login": "registrar-1",
        "token": TOKEN,
    }
    shell.session.touch(0o600)
    shell.session.write_text(json.dumps(content))
    return shell


async def said(shell: Shell, code: int) -> str:
    """What every kind of call says: a read, a write, and the two that carry secrets."""
    read = await shell.run("courses", code=code)
    write = await shell.run("check", "betaMSP~00", code=code)
    assert write.stderr == read.stderr
    login = await shell.log_in("registrar-1", PASSPHRASE, code=code)
    activated = await shell.activate("registrar-1", f"{CODE}\n{PASSPHRASE}\n", code=code)
    for secret in (TOKEN, PASSPHRASE, CODE):
        for result in (read, write, login, activated):
            assert secret not in result.output
    return read.stderr


@pytest.mark.parametrize(
    ("app", "code", "sentence"),
    [
        (answering(200, HTML, "text/html"), 4, "answered 200 with text/html, not as a gateway"),
        (answering(502, HTML, "text/html"), 4, "answered 502 with text/html, not as a gateway"),
        (answering(503, b"", "text/plain"), 4, "answered 503 with text/plain, not as a gateway"),
        (answering(200, b"[1]"), 4, "answered 200 with application/json, not as a gateway"),
        (answering(200, b"\xff{"), 4, "not as a gateway"),
        (answering(302, b"{}", location="https://localhost:1/"), 4, "answered 302"),
        (answering(404, b"{}"), 1, "refused with 404"),
        (problem(422, field="/title"), 1, "it is too long (field /title)"),
        (problem(422, detail=["\x1b[2J", 1]), 1, "x1b[2J"),
        (problem(422, detail="\x1b[2Jgone\nand more"), 1, "�[2Jgone�and more"),
        (problem(422, detail="[bold]as it is[/red]"), 1, "[bold]as it is[/red]"),
        (problem(500, detail="inside"), 1, "inside (urn:crosscredit:request:01)"),
        (problem(503, detail="the peer is away"), 1, "the peer is away (urn:crosscredit:"),
        (problem(429, detail="wait a minute"), 1, "wait a minute"),
        (problem(401, detail="the token has expired"), 5, "the token has expired: crosscredit adm"),
        (answering(202, b'{"id": "4e"}'), 3, "not final yet: crosscredit admin operation 4e"),
        (answering(202, b"{}"), 4, "answered without id"),
    ],
)
async def test_answers(state: Path, loopback: Loopback, app: Any, code: int, sentence: str) -> None:
    async with loopback.served(app) as url:
        assert sentence in await said(logged_in(state, url, loopback.roots), code)


async def test_an_answer_without_what_was_asked_for(state: Path, loopback: Loopback) -> None:
    async with loopback.served(answering(200, b"{}")) as url:
        shell = logged_in(state, url, loopback.roots)
        assert "answered without courses" in (await shell.run("courses", code=4)).stderr
        assert "answered without token" in (await shell.log_in("a", PASSPHRASE, code=4)).stderr


async def test_a_gateway_that_is_down(state: Path, loopback: Loopback) -> None:
    url = f"https://localhost:{closed_port()}"
    assert f"{url} does not answer" in await said(logged_in(state, url, loopback.roots), 4)


async def test_something_that_hangs_up(state: Path, loopback: Loopback) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        url = f"https://localhost:{server.sockets[0].getsockname()[1]}"
        found = await logged_in(state, url, loopback.roots).run("courses", code=4)
    assert f"{url} does not answer" in found.stderr


async def test_a_certificate_of_other_roots(
    state: Path, loopback: Loopback, tmp_path: Path
) -> None:
    other = Loopback(tmp_path)
    async with loopback.served(answering(200, b"{}")) as url:
        sentence = await said(logged_in(state, url, other.roots), 4)
    assert f"the certificate of {url} is not to be trusted" in sentence
    assert "--cacert" in sentence


async def test_a_certificate_that_only_the_system_could_trust(
    state: Path, loopback: Loopback
) -> None:
    async with loopback.served(answering(200, b"{}")) as url:
        found = await logged_in(state, url, None).run("courses", code=4)
    assert "not to be trusted" in found.stderr


async def test_roots_that_are_none(state: Path, tmp_path: Path) -> None:
    roots = tmp_path / "roots.pem"
    roots.write_text("no certificates")
    assert f"{roots} holds no certificates" in await said(
        logged_in(state, "https://localhost:1", roots), 4
    )
    roots.unlink()
    shell = Shell(state, "https://localhost:1", roots)
    assert f"{roots} holds no certificates" in (await shell.run("courses", code=4)).stderr


@pytest.mark.parametrize(
    "url", ["http://localhost:1", "localhost:17000", "ftp://a", "https://", ""]
)
async def test_an_address_to_which_no_secret_may_go(
    state: Path, loopback: Loopback, url: str
) -> None:
    assert "is no https:// address" in await said(logged_in(state, url, loopback.roots), 2)


@pytest.mark.parametrize("url", ["https://localhost:x", "https://[::1"])
async def test_an_address_that_is_none(state: Path, loopback: Loopback, url: str) -> None:
    assert (
        "is no address"
        in (await logged_in(state, url, loopback.roots).run("courses", code=2)).stderr
    )
