"""How the demonstration looks in a terminal: each call, what came back, who endorsed."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from demo.attacks.attempt import Attempt
from demo.step import PROBLEM, Step, Transaction

_LONG = 48
_REFUSED = 400
_INDENT = "  "
_SHORT = 12
_SHOWN_FIELDS = 5
_LEFT_OUT = frozenset({"transactions", "created_at", "finished_at"})


class Presenter:
    """Prints steps as they happen and remembers the transactions for the closing table."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._phase = ""
        self._life: list[tuple[Step, Transaction]] = []
        self._quiet = False
        self._explained: set[str] = set()

    def __call__(self, step: Step) -> None:
        """Show one call of the story."""
        if self._quiet:
            return
        if step.phase != self._phase:
            self._phase = step.phase
            self.heading(step.phase)
        self._print(
            f"\n[bold cyan]{escape(step.title)}[/] [dim]({escape(step.actor)}, {step.member})"
        )
        self._print(f"  [dim]{escape(step.curl())}")
        colour = "green" if step.status < _REFUSED else "red"
        self._print(f"  [{colour}]{step.status}[/] {escape(summary(step.response))}")
        for line in reasons(step.response):
            self._print(f"  {line}")
        self._explain(step.response)
        for transaction in step.transactions:
            self._life.append((step, transaction))
            self._print(
                f"  [green]{transaction.code}[/] {transaction.function} in block "
                f"{transaction.block}, transaction {transaction.transaction_id[:_SHORT]}…, "
                f"endorsed by {_members(transaction)}"
            )

    def _explain(self, response: Any) -> None:
        """Show a decision's explanation, the second time only what it says otherwise."""
        if isinstance(response, dict) and isinstance(response.get("explanation"), dict):
            for line in _tree(response["explanation"]):
                if line not in self._explained:
                    self._explained.add(line)
                    self._print(f"  {line}")

    def heading(self, title: str) -> None:
        """Begin a chapter."""
        self._console.print()
        self._console.rule(f"[bold]{title}", align="left")

    def attacks(self) -> None:
        """From here on only attempts are shown, not the calls that they are made of."""
        self._quiet = True
        self.heading("what must fail, and does")

    def attempt(self, attempt: Attempt) -> None:
        """Show one refused attack."""
        self._print(f"\n[bold cyan]{escape(attempt.who)}[/] {escape(attempt.tried)}")
        self._print(f"  [red]refused: {escape(attempt.code)}[/] {escape(attempt.why)}")
        self._print(f"  [dim]by {escape(attempt.refused_by)}")

    def closing_table(self) -> None:
        """Show the credit's life, transaction by transaction."""
        table = Table(
            title="The life of one credit",
            title_justify="left",
            box=SIMPLE_HEAD,
            padding=(0, 1, 0, 0),
        )
        for column in ("phase", "function", "at", "endorsed by", "block"):
            table.add_column(column, no_wrap=True)
        shown = ""
        for step, transaction in self._life:
            table.add_row(
                step.phase if step.phase != shown else "",
                transaction.function,
                step.member,
                _members(transaction),
                str(transaction.block),
            )
            shown = step.phase
        self._console.print()
        self._console.print(table)

    def _print(self, text: str) -> None:
        self._console.print(text, soft_wrap=True, highlight=False)


def _members(transaction: Transaction) -> str:
    return ", ".join(sorted(msp_id.removesuffix("MSP") for msp_id in transaction.endorsed_by))


def summary(response: Any) -> str:
    """A line of an answer: what matters of an operation, the first fields of anything else."""
    if not isinstance(response, dict):
        return str(response)
    if str(response.get("type", "")).startswith(PROBLEM):
        return f"{response['type'].removeprefix(PROBLEM)}: {response['detail']}"
    shown = {name: value for name, value in response.items() if name not in _LEFT_OUT}
    fields = list(shown.items())[:_SHOWN_FIELDS]
    return ", ".join(f"{name} {_short(value)}" for name, value in fields)


def reasons(response: Any) -> Iterator[str]:
    """What a decision recognises, who used a credit, what a notice says: lines of markup."""
    if not isinstance(response, dict):
        return
    if "explanation" in response:
        yield f"[bold]{escape(_recognised(response['status'], response['items']))}[/]"
    for notice in response.get("notices") or ():
        for name in ("before", "after"):
            side = notice[name]
            yield f"[bold]{name}: {escape(_recognised(side['outcome'], side['items']))}[/]"
    facts = response.get("facts")
    for use in (facts.get("by") or ()) if isinstance(facts, dict) else ():
        yield escape(f"used by {use['redeemer']} at {use['at']} under {use['rule']}")


def _recognised(status: str, items: Sequence[dict[str, Any]] | None) -> str:
    counted = [
        f"{item['title'] or item['home'] or item['subject']}, {item['credits']} credits, "
        f"grade {item['grade'] or 'passed'}"
        for item in items or ()
    ]
    return f"{status}: {'; '.join(counted) or 'nothing'}"


def _tree(node: dict[str, Any], depth: int = 0) -> Iterator[str]:
    yield f"{_INDENT * depth}{escape(node['sentence'])} [dim]{escape(node['code'])}[/]"
    for child in node["children"]:
        yield from _tree(child, depth + 1)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"
