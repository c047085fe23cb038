"""Which uses of credits rest on a decision that ignores a change: pure.

Where it is not known which decision used a credit, decisions are counted.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chaincode.domain.decision import ConfirmationReason, Decision, DecisionStatus
from chaincode.domain.redemption import RedemptionStatus
from gateway.services.recognition.changes import Changed, Used

_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Stale:
    """A recognition, or a refusal, that does not know what its credit is worth now."""

    used: Used
    changes: tuple[Changed, ...]
    """The earliest first."""
    decisions: tuple[str, ...]
    """The decision, or up to twenty of those of which it is one; none where none was recorded."""
    among: int
    """How many of those there are."""
    certain: bool
    """Whether this very one is; otherwise fewer were decided again than had to be."""


def one_of(
    used: Used, others: Sequence[Used], decisions: Sequence[Decision], margin: timedelta
) -> Stale | None:
    """Whether a use rests on a decision that ignores its changes, as far as anybody can tell."""
    changes = set(used.since_permitted())
    if not changes:
        return None
    possible = [one for one in decisions if _may_be_of(one, used, margin)]
    ignoring = {
        one.key: found
        for one in possible
        if not rests(one) and (found := used.unanswered(one.latest, None, margin=margin))
    }
    answered = len(possible) - len(ignoring)
    # Half the margin: so far apart two honest clocks may be, and nobody is accused wrongly.
    since = max(one.at for one in changes) - margin / 2
    if answered >= students_of(others, since):
        return None
    if ignoring:
        changes = {change for found in ignoring.values() for change in found}
    return Stale(
        used=used,
        changes=tuple(sorted(changes, key=lambda one: (one.at, one.key))),
        decisions=tuple(ignoring)[:_SHOWN],
        among=len(ignoring),
        certain=answered == 0,
    )


def _may_be_of(decision: Decision, used: Used, margin: timedelta) -> bool:
    """Whether a use may be this decision's: it was there before, and has not given it free."""
    annulled = decision.status is DecisionStatus.ANNULLED
    if annulled and used.entry.status is RedemptionStatus.REDEEMED:
        return False
    return decision.revisions[0].at <= used.entry.at + margin


def students_of(uses: Iterable[Used], since: datetime) -> int:
    """On how many students' credits anything moved then or later, at least.

    A student has one pseudonym for each teaching university, so those of one are as many people.
    """
    pseudonyms: dict[str, set[str]] = defaultdict(set)
    for one in uses:
        if one.moved >= since:
            teaching = one.holding.enrolment.teaching
            pseudonyms[teaching].add(one.entry.permitted_by)
    return max((len(some) for some in pseudonyms.values()), default=0)


def rests(decision: Decision) -> bool:
    """Whether nothing need be recorded: a person judged otherwise than the rule, or it is full."""
    words = [one.confirmation for one in decision.revisions if one.confirmation is not None]
    judged = bool(words) and words[-1].reason is not ConfirmationReason.AS_COMPUTED
    return judged or decision.full
