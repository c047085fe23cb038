"""Which past cases a rule would have decided differently."""

from collections.abc import Iterator
from datetime import date

from chaincode.domain.decision import DecisionOutcome
from chaincode.domain.qualification.days import Day
from chaincode.domain.recognition.codes import Code, Finding
from chaincode.domain.recognition.evaluate import evaluate
from chaincode.domain.recognition.facts import Facts
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.recognition.verdict import Node, Recognised, Verdict
from chaincode.domain.values import Value


class PastCase(Value):
    """What was decided, on what, and when."""

    facts: Facts
    on: Day
    verdict: Verdict


class Said(Value):
    """One line of an explanation, without its numbers."""

    code: Code
    about: str | None
    finding: Finding


class CaseDifference(Value):
    """How a rule would have decided a past case otherwise."""

    outcome_before: DecisionOutcome
    outcome_after: DecisionOutcome
    items_before: tuple[Recognised, ...]
    """What was recognised and would not have been, or not in this way."""
    items_after: tuple[Recognised, ...]
    """What would have been recognised and was not, or not in this way."""
    said_before: tuple[Said, ...]
    """What the explanation said and would not have said."""
    said_after: tuple[Said, ...]


def decided_differently(rule: RuleContent, case: PastCase) -> CaseDifference | None:
    """The difference in outcome or in what is recognised; None where there is none.

    The rule is taken as if it had been in force on the day of the decision, by the evaluator that
    decided. A mapping's id is a name, and no difference.
    """
    now = evaluate(_on(rule, case.on), case.facts, case.on, evaluator=case.verdict.evaluator)
    before, after = _items(case.verdict), _items(now)
    if case.verdict.outcome is now.outcome and before.keys() == after.keys():
        return None
    said, says = set(_said(case.verdict.explanation)), set(_said(now.explanation))
    return CaseDifference(
        outcome_before=case.verdict.outcome,
        outcome_after=now.outcome,
        items_before=tuple(before[key] for key in sorted(before.keys() - after.keys())),
        items_after=tuple(after[key] for key in sorted(after.keys() - before.keys())),
        said_before=tuple(sorted(said - says, key=_order)),
        said_after=tuple(sorted(says - said, key=_order)),
    )


def _on(rule: RuleContent, day: date) -> RuleContent:
    valid = rule.valid.model_copy(update={"first": day, "last": None})
    return rule.model_copy(update={"valid": valid})


def _items(verdict: Verdict) -> dict[str, Recognised]:
    return {
        item.model_copy(update={"mapping": ""}).model_dump_json(): item for item in verdict.items
    }


def _said(node: Node) -> Iterator[Said]:
    if node.code is not Code.RULE_IN_FORCE:
        yield Said(code=node.code, about=node.about, finding=node.finding)
    for child in node.children:
        yield from _said(child)


def _order(said: Said) -> tuple[str, str, str]:
    return said.code.value, said.about or "", said.finding.value
