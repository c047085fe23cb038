"""What the demonstration prints: everything that matters, and no secret."""

import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from demo.attacks.attempt import Attempt
from demo.presenter import Presenter, summary
from demo.step import MASK, Step, transactions_of
from demo.story import registration
from tests.support.story import sandbox_world, world_of

ENTRY = {
    "function": "AddGrade",
    "transaction_id": "0123456789abcdef",
    "block": 7,
    "endorsed_by": ["betaMSP", "alphaMSP"],
    "code": "VALID",
}


@dataclass
class Screen:
    """A wide terminal that is no terminal."""

    file: io.StringIO = field(default_factory=io.StringIO)

    def __post_init__(self) -> None:
        self.presenter = Presenter(Console(file=self.file, width=200))

    @property
    def text(self) -> str:
        return self.file.getvalue()


@dataclass
class Overheard:
    """Every secret that went over the wire, either way."""

    secrets: set[str] = field(default_factory=set)

    async def request(self, request: httpx.Request) -> None:
        body = await request.aread()
        if "json" in request.headers.get("content-type", ""):
            self._keep(json.loads(body), "passphrase", "code")
        if "authorization" in request.headers:
            self.secrets.add(request.headers["authorization"].removeprefix("Bearer "))

    async def response(self, response: httpx.Response) -> None:
        if "json" in response.headers.get("content-type", ""):
            self._keep(json.loads(await response.aread()), "token", "activation_code")

    def _keep(self, document: Any, *names: str) -> None:
        if isinstance(document, dict):
            self.secrets |= {document[name] for name in names if document.get(name)}


def step(**changes: Any) -> Step:
    fields: dict[str, Any] = {
        "phase": "learning",
        "title": "hands in",
        "actor": "Mei Lin",
        "member": "alpha",
        "method": "POST",
        "url": "https://localhost:1/v1/x",
        "headers": {"Authorization": "Bearer $TOKEN_ALPHA"},
        "body": None,
        "file": None,
        "status": 200,
        "response": {},
    }
    return Step(**fields | changes)


async def test_no_passphrase_code_or_token_is_printed(tmp_path: Path) -> None:
    screen, overheard = Screen(), Overheard()
    async with (
        sandbox_world(tmp_path) as sandbox,
        world_of(sandbox, screen.presenter) as world,
    ):
        for gateway in world.gateways.values():
            gateway.client.event_hooks = {
                "request": [overheard.request],
                "response": [overheard.response],
            }
        # Nobody gets a passphrase, a code or a token after registration.
        await registration.play(world)
    # Three registrars and four people, each with a code, a passphrase and a token.
    assert len(overheard.secrets) == 7 * 3
    assert [secret for secret in overheard.secrets if secret in screen.text] == []
    assert screen.text.count(MASK) >= len(overheard.secrets)
    assert "Bearer $TOKEN_ALPHA_REGISTRAR_1" in screen.text


def test_a_chapter_is_headed_once_and_transactions_name_their_endorsers() -> None:
    screen = Screen()
    document = {"id": "1", "transactions": [ENTRY]}
    for _ in range(2):
        screen.presenter(step(response=document, transactions=transactions_of(document)))
    assert screen.text.count("learning ──") == 1
    line = "  VALID AddGrade in block 7, transaction 0123456789ab…, endorsed by alpha, beta\n"
    assert screen.text.count(line) == 2
    screen.presenter.closing_table()
    assert screen.text.count("alpha, beta") == 4


def test_what_people_wrote_is_no_markup() -> None:
    screen = Screen()
    screen.presenter(step(title="[bold]x[/red]", response={"title": "[/blue]"}))
    screen.presenter.attempt(Attempt("[/a]", "[/b]", "[/c]", "[/d]", "[/e]"))
    for text in ("[bold]x[/red]", "[/blue]", "[/a]", "[/b]", "[/c]", "[/d]", "[/e]"):
        assert text in screen.text


def test_an_answer_in_a_line() -> None:
    assert summary({"a": "x" * 60, "b": [1], "transactions": [ENTRY]}) == f"a {'x' * 47}…, b [1]"
    assert summary({str(number): number for number in range(9)}).count(",") == 4
    assert summary(None) == "None"
