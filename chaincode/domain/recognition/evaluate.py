"""Deciding: a pure function of a rule, facts and a day."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from chaincode.domain.decision import DecisionOutcome
from chaincode.domain.errors import InvalidArgument, TooIntricate
from chaincode.domain.recognition.candidates import Candidate, judge
from chaincode.domain.recognition.case import Case, judged, worst
from chaincode.domain.recognition.choice import Choice
from chaincode.domain.recognition.codes import Code, Finding
from chaincode.domain.recognition.conclusions import (
    check_scores,
    check_wanted,
    confirmations,
    recognised,
)
from chaincode.domain.recognition.facts import Facts
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.recognition.selection import select
from chaincode.domain.recognition.verdict import Node, Verdict

Evaluator = Callable[[Case], Verdict]
_OUTCOMES = {
    Finding.FULFILLED: DecisionOutcome.RECOGNISED,
    Finding.CONFIRM: DecisionOutcome.NEEDS_PERSON,
    Finding.UNKNOWN: DecisionOutcome.COULD_NOT_CHECK,
    Finding.FAILED: DecisionOutcome.REFUSED,
}


LATEST = 3
MAX_EXPLAINED = 40_000
"""Parts of an explanation, each line and each place on the ledger that it names: some 6 MB.

Mappings, demands and credits multiply; writing more down would hold up a gateway for seconds.
"""


def evaluate(rule: RuleContent, facts: Facts, on: date, *, evaluator: int = LATEST) -> Verdict:
    """Decide by a rule on the facts, on a day in the rule's time zone.

    `evaluator` is one of `EVALUATORS`. They differ in how much they explain, and in which of
    equally many credits they choose.

    Raises:
        InvalidArgument: there is no such evaluator.
        TooIntricate: explaining it would take more than `MAX_EXPLAINED` parts.
    """
    chosen = EVALUATORS.get(evaluator)
    if chosen is None:
        raise InvalidArgument(
            "there is no such evaluator",
            field="evaluator",
            facts={"known": tuple(sorted(EVALUATORS))},
        )
    verdict = chosen(Case(rule, facts, on))
    if _parts(verdict.explanation) > MAX_EXPLAINED:
        raise TooIntricate(
            "so many mappings, demands and credits come together here that the explanation would "
            "be too long: ask with fewer credits"
        )
    return verdict


def _parts(node: Node) -> int:
    return 2 + len(node.where) + sum(map(_parts, node.children))


def evaluate_briefly(case: Case) -> Verdict:
    """Evaluator 1: explains a mapping up to the first demand that fails."""
    return _decide(case, evaluator=1, stop=True, graded_first=False)


def evaluate_fully(case: Case) -> Verdict:
    """Evaluator 2: explains every demand of every mapping."""
    return _decide(case, evaluator=2, stop=False, graded_first=False)


def evaluate_graded_first(case: Case) -> Verdict:
    """Evaluator 3: as 2, and a grade goes before passed only, whichever end of a scale is good."""
    return _decide(case, evaluator=3, stop=False, graded_first=True)


EVALUATORS: Mapping[int, Evaluator] = MappingProxyType(
    {1: evaluate_briefly, 2: evaluate_fully, 3: evaluate_graded_first}
)
"""They stay for good: a decision is replayed by the one that made it."""


def _decide(case: Case, *, evaluator: int, stop: bool, graded_first: bool) -> Verdict:
    gates = _gates(case)
    if worst(gates) is Finding.FAILED:
        return _verdict(case, evaluator, Finding.FAILED, gates, ())
    candidates = [judge(case, mapping, stop=stop) for mapping in case.mappings()]
    choice = select(case, candidates, graded_first=graded_first)
    chosen = [candidate for candidate in candidates if candidate.id in choice.chosen]
    explained = [_explain(candidate, choice, chosen) for candidate in candidates]
    if not candidates:
        explained = [Node(code=Code.NO_MAPPING, finding=Finding.FAILED)]
    scores = list(check_scores(case, candidates, chosen))
    persons = list(confirmations(case, candidates, chosen, choice)) if chosen else []
    finding = _conclude(candidates, chosen, scores, persons)
    nodes = [*gates, *explained, *scores, *persons, *check_wanted(case, candidates, chosen)]
    return _verdict(case, evaluator, finding, nodes, chosen)


def _gates(case: Case) -> list[Node]:
    valid = case.rule.valid
    last = {"last": valid.last.isoformat()} if valid.last else {}
    return [
        judged(
            Code.RULE_IN_FORCE,
            case.rule.in_force_on(case.on),
            demanded={"first": valid.first.isoformat(), **last},
            found={"on": case.on.isoformat()},
        ),
        judged(
            Code.DECIDER,
            case.facts.decider in case.rule.deciders,
            demanded={"deciders": tuple(sorted(case.rule.deciders))},
            found={"decider": case.facts.decider},
        ),
    ]


def _explain(candidate: Candidate, choice: Choice, chosen: Sequence[Candidate]) -> Node:
    """The mapping's node: fulfilled demands do not help where others are the better choice."""
    nodes, finding = list(candidate.nodes), candidate.finding
    if candidate.id in choice.chosen:
        nodes.append(Node(code=Code.CHOSEN, finding=Finding.FULFILLED))
    elif candidate.possible:
        finding = Finding.FAILED
        instead = tuple(other.id for other in chosen)
        nodes.append(Node(code=Code.NOT_CHOSEN, finding=finding, found={"instead": instead}))
    return Node(code=Code.MAPPING, finding=finding, about=candidate.id, children=tuple(nodes))


def _conclude(
    candidates: Sequence[Candidate],
    chosen: Sequence[Candidate],
    scores: Sequence[Node],
    persons: Sequence[Node],
) -> Finding:
    """One recognised mapping is enough; in an admission all scores must be reached besides."""
    if not chosen:
        unknown = any(candidate.finding is Finding.UNKNOWN for candidate in candidates)
        return Finding.UNKNOWN if unknown else Finding.FAILED
    reached = worst(scores)
    if reached is not Finding.FULFILLED:
        return reached
    asked = any(candidate.finding is Finding.CONFIRM for candidate in chosen)
    return Finding.CONFIRM if asked else worst(persons)


def _verdict(
    case: Case,
    evaluator: int,
    finding: Finding,
    nodes: Sequence[Node],
    chosen: Sequence[Candidate],
) -> Verdict:
    holds = finding in (Finding.FULFILLED, Finding.CONFIRM)
    items = recognised(case, chosen) if holds else ()
    replaced = {item.home for item in items}
    return Verdict(
        evaluator=evaluator,
        outcome=_OUTCOMES[finding],
        items=items,
        missing=tuple(sorted(set(case.facts.wanted or ()) - replaced)),
        explanation=Node(code=Code.DECISION, finding=finding, children=tuple(nodes)),
    )
