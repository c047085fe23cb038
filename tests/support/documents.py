"""The fenced blocks of the project's own documents."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_SKIPPED = {".venv", ".crosscredit", "node_modules"}
_FENCE = re.compile(r"^```(?P<language>[a-z]*)[^\n]*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: where it stands, in which language, and its text."""

    document: Path
    line: int
    language: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.document.relative_to(ROOT)}:{self.line}"


def documents() -> list[Path]:
    found = (path for path in ROOT.rglob("*.md") if not _SKIPPED & set(path.parts))
    return sorted(path for path in found if ".pytest_cache" not in path.parts)


def blocks(*languages: str) -> Iterator[Block]:
    for document in documents():
        text = document.read_text(encoding="utf-8")
        for match in _FENCE.finditer(text):
            if match["language"] in languages:
                line = text.count("\n", 0, match.start()) + 1
                yield Block(document, line, match["language"], match["text"])


def matches(shown: str, printed: str) -> str | None:
    """None if every shown line was printed, in order; else the first line that was not.

    In a shown line `…` stands for anything; a line of `…` alone skips any number of lines.
    """
    lines = iter(printed.splitlines())
    for line in shown.splitlines():
        if line.strip() in {"", "…"}:
            continue
        pattern = re.compile(".*".join(re.escape(part.strip()) for part in line.split("…")))
        if not any(pattern.search(candidate) for candidate in lines):
            return line
    return None
