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
_IDS = ("id", "person")
_SHORT = 16
_LEAST = 32
_AROUND = 3


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
    widths = [max(map(len, below)) for below in zip(*cells, strict=True)]
    # An id that is cut cannot be typed into the next command, and a word reads badly in parts.
    whole = [
        column in _IDS or width <= _SHORT for column, width in zip(columns, widths, strict=True)
    ]
    if _narrow(columns, widths, whole):
        _print_one_below_another(columns, cells)
        return
    table = Table(box=SIMPLE_HEAD)
    for column, no_wrap in zip(columns, whole, strict=True):
        table.add_column(column, no_wrap=no_wrap, overflow="fold")
    for line in cells:
        table.add_row(*line)
    console.print(table)


def _narrow(columns: Sequence[str], widths: Sequence[int], whole: Sequence[bool]) -> bool:
    """Whether what stays whole leaves too little of the terminal for the rest."""
    taken = sum(
        max(len(column), width)
        for column, width, stays in zip(columns, widths, whole, strict=True)
        if stays
    )
    rest = console.width - taken - _AROUND * len(columns)
    others = [width for width, stays in zip(widths, whole, strict=True) if not stays]
    return rest < sum(min(width, _LEAST) for width in others)


def _print_one_below_another(columns: Sequence[str], cells: Sequence[Sequence[Text]]) -> None:
    for line in cells:
        table = Table(show_header=False, box=None)
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for column, cell in zip(columns, line, strict=True):
            table.add_row(column, cell)
        console.print(table, "")


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
