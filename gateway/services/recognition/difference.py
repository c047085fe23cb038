"""What a revision changed, and against which revision a new one is held: pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Annotated, Final

from pydantic import Field

from chaincode.domain.commands.base import Arguments
from chaincode.domain.decision import Decision, DecisionOutcome, DecisionTrigger
from chaincode.domain.keys import DecisionKey, Kind
from chaincode.domain.recognition.codes import Code, Finding
from chaincode.domain.recognition.facts import CreditFacts, Facts
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.recognition.verdict import Node, Recognised, Verdict
from chaincode.domain.values import Number, Value
from gateway.services.recognition.changes import asks_again
from gateway.services.recognition.kept import KEPT_BYTES

_NAMELESS: Final = frozenset({Finding.FULFILLED, Finding.SHOWN})
_TRIGGERS: Final = (
    (Kind.RULING, DecisionTrigger.RULING),
    (Kind.CREDIT, DecisionTrigger.CORRECTION),
    (Kind.GRADE, DecisionTrigger.CORRECTION),
    (Kind.CERTIFICATION, DecisionTrigger.CERTIFICATION),
    (Kind.TRANSFER, DecisionTrigger.TRANSFER),
    (Kind.AGREEMENT, DecisionTrigger.AGREEMENT),
)
"""The first that fits says why."""


class Reason(Value):
    """A code that keeps something from being recognised without more ado."""

    code: Code
    finding: Finding


class Side(Value):
    """What a revision said, without its explanation."""

    outcome: DecisionOutcome
    items: tuple[Recognised, ...]
    reasons: tuple[Reason, ...]


class Difference(Arguments):
    """What somebody must see of a revision."""

    size_limit = KEPT_BYTES

    decision: DecisionKey
    number: Number
    """Of the revision."""
    before: Annotated[Side, Field(repr=False)]
    """What the revision before it said."""
    after: Annotated[Side, Field(repr=False)]


def same(one: Verdict, other: Verdict) -> bool:
    """Whether two verdicts recognise the same, whatever their explanations say."""
    return (one.outcome, one.items) == (other.outcome, other.items)


def difference(decision: str, number: int, before: Verdict, after: Verdict) -> Difference:
    """What revision `number` says otherwise than the one before it."""
    return Difference(
        decision=decision, number=number, before=side_of(before), after=side_of(after)
    )


def side_of(verdict: Verdict) -> Side:
    """A verdict in short."""
    found = {(node.code, node.finding) for node in _nodes(verdict.explanation)}
    reasons = (Reason(code=code, finding=finding) for code, finding in sorted(found))
    return Side(
        outcome=verdict.outcome,
        items=verdict.items,
        reasons=tuple(one for one in reasons if one.finding not in _NAMELESS),
    )


def holding_number(decision: Decision) -> int | None:
    """Which revision's findings hold; None while nothing has stood.

    One holds by a registrar's word, or at first by the rule's alone; a later one that says the
    same makes no other hold.
    """
    found = None
    for revision in decision.revisions:
        if revision.confirmation is not None or (found is None and revision.computed.automatic):
            found = revision.number
    return found


def trigger_of(moved: Iterable[str]) -> DecisionTrigger:
    """Why a decision is looked at again, by the ledger keys that moved on."""
    kinds = {key.partition("/")[0] for key in moved}
    return next((why for kind, why in _TRIGGERS if kind.value in kinds), DecisionTrigger.REVIEW)


def with_certificates_then(rule: RuleContent, facts: Facts, before: Facts) -> Facts:
    """The facts as they are now, but with withdrawn certificates where the rule lets them stand.

    A demand of quality with `recheck` asks for certificates as they are now; without it, those
    count that were in force when it was decided.
    """
    if asks_again(rule):
        return facts
    then = {credit.enrolment: credit.certified_by for credit in before.credits}
    credits_ = tuple(_certified(credit, then.get(credit.enrolment, ())) for credit in facts.credits)
    return facts if credits_ == facts.credits else facts.model_copy(update={"credits": credits_})


def _certified(credit: CreditFacts, then: Sequence[str] | None) -> CreditFacts:
    now: Collection[str] = credit.certified_by or ()
    both = tuple(sorted({*now, *(then or ())}))
    return credit if both == tuple(now) else credit.model_copy(update={"certified_by": both})


def cited(verdict: Verdict) -> dict[str, int]:
    """The records that an explanation names, with their versions."""
    return {
        source.key: source.version for node in _nodes(verdict.explanation) for source in node.where
    }


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _nodes(child)
