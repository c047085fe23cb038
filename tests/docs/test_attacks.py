"""The table of attacks names tests that exist, and leaves out no part and no attacker."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.support.documents import ROOT

DOCUMENT = ROOT / "docs" / "attacks.md"
PARTS = {
    "Rules",
    "The learning agreement",
    "Redeemed once, among all",
    "A correction travels",
}
ATTACKERS = {"home", "host", "teacher", "student", "outsider"}
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


class Attack(NamedTuple):
    """One line of the tables."""

    part: str
    who: str
    tries: str
    answer: str
    test: str


def attacks() -> Iterator[Attack]:
    for section in DOCUMENT.read_text("utf-8").split("\n## ")[1:]:
        part, _, text = section.partition("\n")
        rows = [line for line in text.splitlines() if line.startswith("|")][2:]
        for row in rows:
            yield Attack(part, *(cell.strip() for cell in row.strip("|").split("|")))


def functions_of(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_every_named_test_exists() -> None:
    named = _TEST.findall(DOCUMENT.read_text("utf-8"))
    missing = [
        f"{path}::{name}"
        for path, name in sorted(set(named))
        if not (ROOT / path).is_file() or name not in functions_of(path)
    ]
    assert missing == []


def test_every_line_names_one_test_and_its_answer() -> None:
    for attack in attacks():
        assert _TEST.fullmatch(attack.test), attack
        assert attack.tries, attack
        assert attack.answer, attack
        assert re.match(r"\w+", attack.who)[0] in ATTACKERS, attack  # type: ignore[index]


@pytest.mark.parametrize("part", sorted(PARTS))
@pytest.mark.parametrize("attacker", sorted(ATTACKERS))
def test_every_attacker_tries_every_part(part: str, attacker: str) -> None:
    found = [one for one in attacks() if one.part == part and one.who.startswith(attacker)]
    assert found
    if attacker in {"home", "host"}:
        assert any(one.who.endswith("with everything") for one in found)


def test_the_parts_are_those_of_the_tables() -> None:
    assert {attack.part for attack in attacks()} == PARTS
