"""Tables for people, JSON for programs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

console = Console()


def show(document: Any, *, as_json: bool) -> None:
    """Print one document."""
    if as_json:
        console.print_json(json.dumps(document))
        return
    table = Table(show_header=False, box=None)
    for name, value in document.items():
        table.add_row(name, value if isinstance(value, str) else json.dumps(value))
    console.print(table)


def show_list(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool, empty: str
) -> None:
    """Print a list of documents, or say that there is nothing."""
    if as_json:
        console.print_json(json.dumps(list(rows)))
        return
    if not rows:
        console.print(empty)
        return
    table = Table(*columns)
    for row in rows:
        values = (row.get(column, "") for column in columns)
        table.add_row(*(value if isinstance(value, str) else json.dumps(value) for value in values))
    console.print(table)
