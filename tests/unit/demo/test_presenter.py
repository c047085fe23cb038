"""What the demonstration prints: everything that matters, and no secret."""

import asyncio
import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from demo.attacks.attempt import Attempt
from demo.presenter import Presenter, reasons, summary
from demo.step import MASK, PROBLEM, Step, transactions_of
from demo.story import registration
from tests.support.story import Told, sandbox_world, world_of

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


async def test_what_is_played_at_the_same_time_is_told_as_if_alone(tmp_path: Path) -> None:
    told = Told()

    async with sandbox_world(tmp_path) as sandbox, world_of(sandbox, told) as world:

        async def look(member: str, first: asyncio.Event, then: asyncio.Event) -> str:
            await world.visitor(member).get(member, "/healthz")
            first.set()
            await then.wait()
            await world.visitor(member).get(f"{member} again", "/healthz")
            return member

        one, two = asyncio.Event(), asyncio.Event()
        assert await world.together(look("alpha", one, two), look("beta", two, one)) == [
            "alpha",
            "beta",
        ]
    assert [step.title for step in told] == ["alpha", "alpha again", "beta", "beta again"]


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


def decision(grade: str) -> dict[str, Any]:
    leaf = {"sentence": f"The grade becomes {grade}.", "code": "grade-converted", "children": []}
    return {
        "status": "standing",
        "items": [{"title": "[x]", "credits": "6.00", "grade": grade}],
        "explanation": {"sentence": "All.", "code": "decision", "children": [leaf]},
    }


def test_an_explanation_is_a_tree_and_later_only_what_differs() -> None:
    screen = Screen()
    screen.presenter(step(response=decision("2.30")))
    first = screen.text
    assert "  standing: [x], 6.00 credits, grade 2.30\n  All. decision\n" in first
    assert "    The grade becomes 2.30. grade-converted\n" in first
    screen.presenter(step(response=decision("2.50")))
    second = screen.text[len(first) :]
    assert "grade 2.50\n    The grade becomes 2.50. grade-converted\n" in second
    assert "All. decision" not in second


def test_a_refusal_says_its_code_and_who_was_first() -> None:
    screen = Screen()
    use = {"redeemer": "alphaMSP", "at": "2026-11-22T09:00:00Z", "rule": "rule/alphaMSP/1/1"}
    problem = {"type": f"{PROBLEM}already-redeemed", "detail": "0 are left", "facts": {"by": [use]}}
    screen.presenter(step(status=409, response=problem))
    assert "  409 already-redeemed: 0 are left\n" in screen.text
    assert "used by alphaMSP at 2026-11-22T09:00:00Z under rule/alphaMSP/1/1\n" in screen.text


def test_a_notice_says_what_was_and_what_is() -> None:
    item = {"title": None, "home": "alphaMSP~1~1", "credits": "6.00", "grade": None}
    side = {"outcome": "recognised", "items": [item]}
    lines = list(reasons({"notices": [{"before": side, "after": side | {"items": []}}]}))
    assert "before: recognised: alphaMSP~1~1, 6.00 credits, grade passed" in lines[0]
    assert "after: recognised: nothing" in lines[1]


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
