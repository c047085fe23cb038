"""How the demonstration looks in a terminal: each call, what came back, who endorsed."""

import json
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from demo.step import Step, Transaction

_LONG = 32
_SHORT = 12
_SHOWN_FIELDS = 6


class Presenter:
    """Prints steps as they happen and remembers the transactions for the closing table."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._phase = ""
        self._life: list[tuple[Step, Transaction]] = []
        self._quiet = False

    def quiet(self) -> None:
        """Show no more calls: what follows is told in another way."""
        self._quiet = True

    def __call__(self, step: Step) -> None:
        """Show one call of the story."""
        if self._quiet:
            return
        if step.phase != self._phase:
            self._phase = step.phase
            self._console.print()
            self._console.rule(f"[bold]{step.phase}", align="left")
        self._console.print(
            f"\n[bold cyan]{escape(step.title)}[/]  [dim]{step.actor}, {step.member}"
        )
        self._console.print(f"  [dim]{escape(step.curl())}", soft_wrap=True, highlight=False)
        self._console.print(f"  [green]{step.status}[/] {escape(summary(step.response))}")
        for transaction in step.transactions:
            self._life.append((step, transaction))
            self._console.print(
                f"  {transaction.function}  block {transaction.block}  "
                f"transaction {transaction.transaction_id[:_SHORT]}…  "
                f"endorsed by {', '.join(transaction.endorsed_by)}  [green]{transaction.code}"
            )

    def closing_table(self) -> None:
        """Show the credit's life, transaction by transaction."""
        table = Table(title="The life of one credit", title_justify="left")
        for column in ("phase", "function", "signed at", "endorsed by", "block", "transaction"):
            table.add_column(column, no_wrap=column in {"function", "transaction"})
        for step, transaction in self._life:
            table.add_row(
                step.phase,
                transaction.function,
                step.member,
                ", ".join(transaction.endorsed_by),
                str(transaction.block),
                f"{transaction.transaction_id[:_SHORT]}…",
            )
        self._console.print()
        self._console.print(table)


def summary(response: Any) -> str:
    """A line of an answer: its first fields, long values cut."""
    if not isinstance(response, dict):
        return str(response)
    shown = {name: value for name, value in response.items() if name != "transactions"}
    return ", ".join(
        f"{name} {_short(value)}" for name, value in list(shown.items())[:_SHOWN_FIELDS]
    )


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"
