"""Lists of grades in files: CSV as teachers have them, or JSON as the gateway takes it."""

import csv
import json
from pathlib import Path
from typing import Any, Final

from gateway.cli.errors import stop
from gateway.cli.exit_codes import ExitCode

COLUMNS: Final = ("enrolment", "part", "mark", "reason")
_LARGEST: Final = 2 * 1024 * 1024


def grades_in(path: Path) -> dict[str, Any]:
    """What a file asks for; ends the command where it is no list of grades."""
    text = _text(path)
    return {"grades": _rows(path, text)} if path.suffix == ".csv" else _document(path, text)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise stop(ExitCode.USAGE, f"{path}: {error.strerror}") from error
    if len(content) > _LARGEST:
        raise stop(ExitCode.USAGE, f"{path}: larger than {_LARGEST} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise stop(ExitCode.USAGE, f"{path}: no UTF-8") from error


def _rows(path: Path, text: str) -> list[dict[str, str]]:
    reader = csv.reader(text.splitlines(), strict=True)
    found: list[dict[str, str]] = []
    try:
        if tuple(next(reader, ())) != COLUMNS:
            raise stop(ExitCode.USAGE, f"{path}: the first line has to be {','.join(COLUMNS)}")
        for row in reader:
            if len(row) != len(COLUMNS):
                raise stop(ExitCode.USAGE, f"{path}: line {reader.line_num} has {len(row)} columns")
            found.append(dict(zip(COLUMNS, row, strict=True)))
    except csv.Error as error:
        raise stop(ExitCode.USAGE, f"{path}: line {reader.line_num}: {error}") from error
    return found


def _document(path: Path, text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise stop(ExitCode.USAGE, f"{path}: no JSON, and its name does not end in .csv") from error
    if isinstance(document, list):
        return {"grades": document}
    if not isinstance(document, dict):
        raise stop(ExitCode.USAGE, f"{path}: neither a list of grades nor an object with one")
    return document
