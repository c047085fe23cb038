"""What a decision says in public of what its rule sends to a person, and who redeems for it."""

from collections.abc import Iterator

from chaincode.domain.decision import MOST_CLAIMED, Claims, Computed, DecisionOutcome
from chaincode.domain.errors import InvalidArgument, NotPermitted
from chaincode.domain.keys import split_key
from chaincode.domain.recognition.codes import Code, Finding
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.recognition.verdict import Node, Verdict

_RECOGNISING = (DecisionOutcome.RECOGNISED, DecisionOutcome.NEEDS_PERSON)


def claims_of(verdict: Verdict) -> Claims | None:
    """What an honest decider states; None where the rule asks for nothing."""
    if verdict.outcome not in _RECOGNISING:
        return None
    top = verdict.explanation.children
    counted = any(node.code is Code.CONFIRM_ABOVE_CREDITS for node in top)
    low = [
        node.finding is Finding.CONFIRM
        for mapping in _chosen(top)
        for node in mapping.children
        if node.code is Code.CONFIRM_BELOW_GRADE
    ]
    if not counted and not low:
        return None
    return Claims(
        credits=min(verdict.credits, MOST_CLAIMED) if counted else None,
        below_grade=any(low) if low else None,
    )


def _chosen(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        if any(child.code is Code.CHOSEN for child in node.children):
            yield node


def require_claims(computed: Computed, rule: RuleContent) -> None:
    """Hold what is recorded to what the rule says in public.

    Raises:
        InvalidArgument: something that the rule asks for is not stated, or something else is.
        NotPermitted: by its own words a person has to confirm, and it says recognised.
    """
    claims, asked = computed.claims or Claims(), rule.confirmation
    recognises = computed.outcome in _RECOGNISING
    for name, stated, wanted in (
        ("credits", claims.credits, asked.above_credits),
        ("below_grade", claims.below_grade, asked.below_grade),
    ):
        if (stated is not None) is not (recognises and wanted is not None):
            raise InvalidArgument(
                "this is stated where something is recognised and the rule asks for it",
                field=f"computed.claims.{name}",
            )
    if computed.outcome is not DecisionOutcome.RECOGNISED:
        return
    above = claims.credits is not None and claims.credits > (asked.above_credits or 0)
    if above or claims.below_grade:
        raise NotPermitted(
            "under this rule a person confirms so many credits, or so low a grade",
            facts={"above_credits": above, "below_grade": bool(claims.below_grade)},
        )


def person_redeems(rule: RuleContent, course: str, redeemer: str) -> bool:
    """Whether a person decides on whatever a redeemer recognises for a host course by a rule.

    A redemption names no decision, and the host's credits instead of those that are recognised:
    so it is certain only where each mapping of the course alone brings more than `above_credits`.
    """
    if rule.confirmation.always:
        return True
    limit = rule.confirmation.above_credits
    brings = [
        sum(home.credits for home in mapping.home)
        for mapping in rule.mappings
        if any(host.course == course for host in mapping.host)
        and any(split_key(home.course).owner == redeemer for home in mapping.home)
    ]
    return limit is not None and bool(brings) and min(brings) > limit
