"""Rules and facts for tests, as documents: what is not said is made up, and harmless."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from chaincode.domain.recognition.evaluate import LATEST, evaluate
from chaincode.domain.recognition.facts import Facts, read_facts
from chaincode.domain.recognition.rule import RuleContent, read_rule
from chaincode.domain.recognition.verdict import Node, Verdict

DAY = date(2026, 11, 22)
HOME, HOST, THIRD = "alphaMSP", "betaMSP", "gammaMSP"
PASS_ONLY = {"kind": "pass-only"}
TERM = f"term/{HOME}/{'7' * 32}"
PROGRAMME = f"programme/{HOME}/{'8' * 32}/1"
PERCENT_SCALE = {"lowest": 0, "highest": 10_000, "pass_mark": 6_000, "better": "higher"}
GERMAN_SCALE = {"lowest": 100, "highest": 500, "pass_mark": 400, "better": "lower", "step": 10}
OUTCOMES = {
    "fulfilled": "recognised",
    "failed": "refused",
    "unknown": "could-not-check",
    "confirm": "needs-person",
    "shown": "recognised",
}
"""A decision's outcome by the finding of its one demand."""


def course(number: int, owner: str = HOST) -> str:
    """The key of a course."""
    return f"course/{owner}/{number:032x}/1"


def enrolment(number: int, owner: str = HOST) -> str:
    """The key of an enrolment."""
    return f"enrolment/{owner}/{number:032x}"


def mapping(
    name: str,
    host: Sequence[Any],
    home: Sequence[tuple[str, str]] = (),
    *,
    conversion: str = "pass",
    **fields: Any,
) -> dict[str, Any]:
    """A mapping; a host course is a key, or a document."""
    return {
        "id": name,
        "host": [{"course": item} if isinstance(item, str) else item for item in host],
        "home": [{"course": key, "credits": amount} for key, amount in home],
        "conversion": conversion,
    } | fields


def rule_document(*mappings: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """An alliance's rule."""
    return {
        "format": "crosscredit/rule/v1",
        "title": "A rule",
        "kind": "recognition",
        "scope": {"kind": "alliance", "alliance": "coast"},
        "deciders": [HOME],
        "valid": {"first": "2026-01-01", "last": "2028-12-31", "time_zone": "Asia/Shanghai"},
        "mappings": list(mappings),
        "conversions": {"pass": PASS_ONLY},
    } | fields


def rule(*mappings: dict[str, Any], **fields: Any) -> RuleContent:
    """The rule itself."""
    return read_rule(json.dumps(rule_document(*mappings, **fields)).encode())


def credit(number: int, owner: str = HOST, **fields: Any) -> dict[str, Any]:
    """A credit of 6.00, passed with 85 of 100, with all that a rule could ask for."""
    return {
        "enrolment": enrolment(number, owner),
        "sources": [{"key": f"credit/{owner}/{number:032x}", "version": 3}],
        "course": course(number, owner),
        "course_digest": "c" * 64,
        "credits": 600,
        "class_hours": 108,
        "field": "0613",
        "course_kind": "online",
        "category": "compulsory",
        "scale": PERCENT_SCALE,
        "mark": 8_500,
        "awarded_on": "2026-07-01",
        "term": TERM,
        "standing": "awarded",
        "redeemed": [],
        "certified_by": [],
        "examination": None,
        "process": None,
    } | fields


def facts_document(*held: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """Facts of a student to whom nothing was recognised before."""
    return {"decider": HOME, "credits": list(held), "counted": []} | fields


def facts(*held: Mapping[str, Any], **fields: Any) -> Facts:
    """The facts themselves."""
    return read_facts(json.dumps(facts_document(*held, **fields)).encode())


def decide(
    content: RuleContent, given: Facts, on: date = DAY, *, evaluator: int = LATEST
) -> Verdict:
    """Decide on a day on which rules of tests are in force."""
    return evaluate(content, given, on, evaluator=evaluator)


def nodes(verdict: Verdict, code: str | None = None) -> list[Node]:
    """All nodes of an explanation, from above; or those of one code."""
    found: list[Node] = []
    waiting = [verdict.explanation]
    while waiting:
        node = waiting.pop(0)
        found.append(node)
        waiting = [*node.children, *waiting]
    return [node for node in found if code is None or node.code == code]


def findings(verdict: Verdict, code: str) -> list[str]:
    """What became of the demands of one code."""
    return [node.finding.value for node in nodes(verdict, code)]
