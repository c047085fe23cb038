"""Tables for people, JSON for programs."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

# A pipe has no width: lines are cut nowhere then.
console = Console(width=None if sys.stdout.isatty() else 160)
_SHORT = 16


def say(sentence: str) -> None:
    """Print a sentence as it is."""
    console.print(printable(sentence), markup=False, highlight=False, soft_wrap=True)


def show(document: Mapping[str, Any], *, as_json: bool) -> None:
    """Print one document."""
    if as_json:
        _print_json(document)
        return
    table = Table(show_header=False, box=None)
    for name, value in document.items():
        table.add_row(_cell(name), Text("\n".join(_lines(value))))
    console.print(table)


def _lines(value: Any) -> list[str]:
    """A field as people read it: each part of a list of documents on a line of its own."""
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return [_words(item) for item in value]
    return [_words(value)]


def _words(value: Any) -> str:
    if isinstance(value, dict):
        known = ((name, item) for name, item in value.items() if item is not None)
        return ", ".join(f"{printable(name)} {_words(item)}" for name, item in known)
    if isinstance(value, list):
        return ", ".join(map(_words, value))
    return _plain(value)


def show_list(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool, empty: str
) -> None:
    """Print a list of documents, or say that there is nothing."""
    if as_json:
        _print_json(list(rows))
        return
    if not rows:
        say(empty)
        return
    cells = [[_cell(row.get(column, "")) for column in columns] for row in rows]
    table = Table(box=SIMPLE_HEAD)
    for column, below in zip(columns, zip(*cells, strict=True), strict=True):
        # An id that is cut cannot be typed into the next command, and a word reads badly in parts:
        # in a narrow terminal the long columns make room.
        short = all(len(cell) <= _SHORT for cell in below)
        table.add_column(column, no_wrap=column == "id" or short, overflow="fold")
    for line in cells:
        table.add_row(*line)
    console.print(table)


def printable(text: str) -> str:
    """Leave out what would command a terminal: names and reasons are written by anybody."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _cell(value: Any) -> Text:
    # Text, not str: a name in square brackets is no markup.
    return Text(_plain(value))


def _plain(value: Any) -> str:
    if value is None:
        return "-"
    return printable(value if isinstance(value, str) else json.dumps(value))


def _print_json(document: Any) -> None:
    # Without highlighting there is no colour in what a program reads; JSON escapes the rest.
    console.print(
        json.dumps(document, indent=2), markup=False, highlight=False, soft_wrap=True, emoji=False
    )
