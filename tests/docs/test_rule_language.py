"""The rule language as published: schema, examples and specification agree with the code."""

import contextlib
import json
import re
from pathlib import Path
from typing import Any, get_args

import jsonschema_rs
import pytest
from pydantic import TypeAdapter, ValidationError

from chaincode.domain.recognition import amounts
from chaincode.domain.recognition.amounts import Clause
from chaincode.domain.recognition.conversions import Conversion
from chaincode.domain.recognition.demands import CourseDemand, TotalDemand
from chaincode.domain.recognition.frameworks import framework_violations
from chaincode.domain.recognition.rule import RuleContent, read_rule
from chaincode.domain.recognition.rule_parts import Scope
from tests.docs.write_rule_schema import SCHEMA, written
from tests.support.documents import ROOT
from tests.support.recognition import HOME, course, mapping, rule_document

EXAMPLES = sorted((ROOT / "examples" / "rules").glob("*.json"))
SPECIFICATION = (ROOT / "docs" / "spec" / "rules.md").read_text("utf-8")
DEMANDS = [*get_args(CourseDemand), *get_args(TotalDemand)]


def kinds(models: Any) -> set[str]:
    return {get_args(model.model_fields["kind"].annotation)[0] for model in models}


CONVERSIONS = get_args(get_args(Conversion)[0])
SCOPES = get_args(get_args(Scope)[0])


def document(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return read


def test_the_published_schema_is_the_models() -> None:
    assert SCHEMA.read_text("utf-8") == written()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_a_rule_and_fits_the_schema(path: Path) -> None:
    content = read_rule(path.read_bytes())
    validator = jsonschema_rs.validator_for(document(SCHEMA))
    assert list(validator.iter_errors(document(path))) == []
    assert list(validator.iter_errors(content.model_dump(mode="json"))) == []


def test_the_schema_refuses_what_the_models_refuse() -> None:
    validator = jsonschema_rs.validator_for(document(SCHEMA))
    simple = rule_document(mapping("m", [course(1)], [(course(9, HOME), "6.00")]))
    assert validator.is_valid(simple)
    for name, value in (
        ("format", "crosscredit/rule/v2"),
        ("unknown", 1),
        ("mappings", [mapping("m", [course(1)], [(course(9, HOME), "6.00000")])]),
        ("mappings", [mapping("m", [course(1)], [(course(9, HOME), 6)])]),
        ("demands", [{"kind": "minimum-grade"}]),
        ("demands", [{"kind": "magic"}]),
    ):
        assert not validator.is_valid(simple | {name: value}), (name, value)


@pytest.mark.parametrize(
    "name",
    [
        "CreditAmount",
        "CreditLimit",
        "GradeAmount",
        "GradeStep",
        "ScoreAmount",
        "Percent",
        "Factor",
    ],
)
def test_an_amount_has_the_same_bounds_in_the_schema(name: str) -> None:
    adapter = TypeAdapter[int](getattr(amounts, name))
    validator = jsonschema_rs.validator_for(adapter.json_schema())
    wholes = (0, 1, 2, 9, 10, 99, 100, 101, 119, 120, 121, 999, 1000, 1001, 9999, 10_000)
    texts = [f"{whole}.{part}" for whole in wholes for part in ("00", "01", "99")]
    taken = []
    for text in texts:
        with contextlib.suppress(ValidationError):
            adapter.validate_python(text)
            taken.append(text)
    assert taken == [text for text in texts if validator.is_valid(text)]
    assert taken


def test_every_demand_has_an_example_of_its_name() -> None:
    for kind in kinds(DEMANDS):
        example = document(ROOT / "examples" / "rules" / f"{kind}.json")
        assert kind in {demand["kind"] for demand in example["demands"]}


def test_examples_show_every_conversion_and_every_scope() -> None:
    rules = [document(path) for path in EXAMPLES]
    shown = {one["kind"] for rule in rules for one in rule.get("conversions", {}).values()}
    assert shown == kinds(CONVERSIONS)
    assert {rule["scope"]["kind"] for rule in rules} == kinds(SCOPES)


def test_the_framework_of_the_examples_binds_the_others() -> None:
    contents = {path.stem: read_rule(path.read_bytes()) for path in EXAMPLES}
    found = framework_violations(contents["minimum-grade"], [contents["framework"]])
    assert {violation.demand for violation in found} == {"validity", "share-cap", "home-share"}


def test_the_specification_names_every_field_and_kind() -> None:
    assert {
        kind
        for kind in kinds([*DEMANDS, *CONVERSIONS, *SCOPES])
        if f"`{kind}`" not in SPECIFICATION
    } == set()
    fields = {name for model in _models(RuleContent) for name in model.model_fields}
    missing = {name for name in fields if not re.search(rf'[`"]{name}[`"]', SPECIFICATION)}
    assert missing == set()


def test_the_specification_links_every_example() -> None:
    missing = [path.name for path in EXAMPLES if f"examples/rules/{path.name}" not in SPECIFICATION]
    assert missing == []


def _models(model: type[Clause]) -> set[type[Clause]]:
    found, waiting = {model}, [model]
    while waiting:
        for field in waiting.pop().model_fields.values():
            for inner in _inside(field.annotation):
                if inner not in found:
                    found.add(inner)
                    waiting.append(inner)
    return found


def _inside(annotation: Any) -> list[type[Clause]]:
    if isinstance(annotation, type) and issubclass(annotation, Clause):
        return [annotation]
    return [inner for argument in get_args(annotation) for inner in _inside(argument)]
