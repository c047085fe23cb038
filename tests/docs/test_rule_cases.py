"""Five rules as somebody would write them from the specification, with cases."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from chaincode.domain.recognition.codes import Code
from chaincode.domain.recognition.evaluate import EVALUATORS, evaluate
from chaincode.domain.recognition.facts import (
    CountedFacts,
    CreditFacts,
    ExaminationFacts,
    Facts,
    ProcessFacts,
    ProgrammeFacts,
    read_facts,
)
from chaincode.domain.recognition.lint import lint
from chaincode.domain.recognition.lint_codes import SEVERITIES
from chaincode.domain.recognition.lint_courses import KnownCourse
from chaincode.domain.recognition.rule import read_rule
from chaincode.domain.recognition.verdict import Node, Verdict
from tests.docs.write_rule_schema import SCHEMA
from tests.support.documents import ROOT

FOLDERS = sorted(path.parent for path in (ROOT / "examples/rules/cases").glob("*/rule.json"))
BESIDES = {"rule", "expected"}


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


CASES = [
    pytest.param(folder, name, expected, id=f"{folder.name}/{name}")
    for folder in FOLDERS
    for name, expected in read(folder / "expected.json").items()
]


def leaves(node: Node) -> Iterator[Node]:
    """What was demanded, without the nodes that sum up others."""
    if node.code not in {Code.DECISION, Code.MAPPING}:
        yield node
    for child in node.children:
        yield from leaves(child)


def items(verdict: Verdict) -> list[dict[str, Any]]:
    shown = [item.model_dump(mode="json") for item in verdict.items]
    names = ("home", "subject", "credits", "grade")
    return [{name: item[name] for name in names if name in item} for item in shown]


def by_name(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(found, key=lambda item: str(item.get("home") or item.get("subject")))


@pytest.mark.parametrize("evaluator", EVALUATORS)
@pytest.mark.parametrize(("folder", "name", "expected"), CASES)
def test_a_case(folder: Path, name: str, expected: dict[str, Any], evaluator: int) -> None:
    rule = read_rule((folder / "rule.json").read_bytes())
    facts = read_facts((folder / f"{name}.json").read_bytes())
    verdict = evaluate(rule, facts, date.fromisoformat(expected["on"]), evaluator=evaluator)
    assert verdict.outcome == expected["outcome"]
    assert by_name(items(verdict)) == by_name(expected["items"])
    found = {(node.code.value, node.finding.value) for node in leaves(verdict.explanation)}
    for finding in ("failed", "unknown", "confirm"):
        named = set(expected.get(finding, ()))
        said = {code for code, what in found if what == finding}
        assert named <= said
        if finding == verdict_of(expected["outcome"]):
            assert named, f"{name} names no reason"


def verdict_of(outcome: str) -> str:
    """By which finding an outcome other than recognition is explained."""
    return {"refused": "failed", "could-not-check": "unknown", "needs-person": "confirm"}.get(
        outcome, ""
    )


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_file_is_a_case_and_the_rule_fits_the_schema(folder: Path) -> None:
    expected = read(folder / "expected.json")
    assert {path.stem for path in folder.glob("*.json")} - BESIDES == expected.keys()
    validator = jsonschema_rs.validator_for(read(SCHEMA))
    assert list(validator.iter_errors(read(folder / "rule.json"))) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_linter_has_nothing_to_say(folder: Path) -> None:
    assert lint(read_rule((folder / "rule.json").read_bytes())) == ()


def test_the_linter_looks_at_the_courses_of_facts() -> None:
    """Cases in which a course itself brings too little are those that it warns of."""
    folder = ROOT / "examples/rules/cases/city-alliance"
    rule = read_rule((folder / "rule.json").read_bytes())
    warned = set()
    for name in read(folder / "expected.json"):
        facts = read_facts((folder / f"{name}.json").read_bytes())
        courses = {one.course: KnownCourse.of_facts(one) for one in facts.credits}
        warned |= {name for found in lint(rule, courses) if found.code == "credits-impossible"}
    assert warned == {"53-hours-fall-short", "91-hours-are-too-many"}


def test_the_page_on_linting_has_every_code_with_its_severity() -> None:
    text = (ROOT / "docs/spec/linting.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (\w+) \|", text, re.MULTILINE))
    assert rows == {code.value: severity.value for code, severity in SEVERITIES.items()}


def test_the_specification_names_every_folder_and_every_field_of_facts() -> None:
    text = (ROOT / "docs/spec/rules.md").read_text("utf-8")
    for folder in FOLDERS:
        assert f"examples/rules/cases/{folder.name}/rule.json" in text
    section = text.split("## Facts")[1].split("## Rules to learn from")[0]
    for model in (Facts, CreditFacts, ProgrammeFacts, CountedFacts, ExaminationFacts, ProcessFacts):
        for name in model.model_fields.keys() - {"sources"}:
            assert f"`{name}`" in section, name
