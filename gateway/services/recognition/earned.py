"""From redeemed and open credits to what is presented towards a programme: pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from chaincode.domain.course import Course
from chaincode.domain.decision import Decision
from chaincode.domain.holding import Holding, Standing
from chaincode.domain.keys import split_key
from chaincode.domain.qualification.days import day_of
from chaincode.domain.qualification.findings import EarnedCredit
from chaincode.domain.qualification.programme import ProgrammeContent, Trait, Traits
from chaincode.domain.qualification.term import Term
from chaincode.domain.recognition.demands import CourseKind
from chaincode.domain.recognition.verdict import Recognised, Verdict
from chaincode.domain.redemption import RedemptionStatus
from gateway.services.recognition.applied import Applied
from gateway.services.recognition.study_plan import StatedCredit, StatedPlan

_UTC = "UTC"
_TRAIT_OF = {
    CourseKind.ONLINE: Trait.ONLINE,
    CourseKind.BLENDED: Trait.BLENDED,
    CourseKind.ON_SITE: Trait.ON_SITE,
}


class Use(StrEnum):
    """What a presented credit is worth now."""

    OPEN = "open"
    """Awarded, and not redeemed: it would have to be recognised first."""
    REDEEMED = "redeemed"
    GRANTED = "granted"
    """Redeemed, and the degree is granted."""
    SET_ASIDE = "set-aside"
    """Redeemed, and the credit is suspended, revoked or failed: it does not count."""


@dataclass(frozen=True, slots=True)
class Presented:
    """One credit towards a programme, with where it comes from; keys are ledger keys."""

    earned: EarnedCredit
    use: Use
    decision: str | None
    """None for an open credit."""
    course: str
    """What was replaced at the decider; of an open credit, the course that it was earned in."""
    credits: tuple[str, ...]
    """Enrolments."""
    groups_known: bool
    """Whether it was stated, or the programme says, where it may count; if not, in all groups."""
    term_known: bool
    """Whether it was stated when it counts; if not, limits by term and year let it pass."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What presenting needs beside the credits."""

    programme: ProgrammeContent
    courses: Mapping[str, Course]
    terms: Mapping[str, Term]

    def groups_of(self, home: str) -> tuple[str, ...]:
        """Where the programme counts a course of its own; empty where it does not say."""
        listed = {one.course: one.groups or () for one in self.programme.courses or ()}
        return listed.get(home, ())


def redeemed(
    applied: Applied,
    decision: Decision,
    verdict: Verdict,
    plan: StatedPlan | None,
    around: Surroundings,
) -> list[Presented]:
    """What a decision brings that has redeemed its credits; the ledger says which it has."""
    found = []
    for number, item in enumerate(verdict.items, start=1):
        use = _use(applied, item)
        if item.home is None or not item.credits or use is None:
            continue
        enrolments = tuple(sorted(used.enrolment for used in item.used))
        holdings = [applied.holdings[one] for one in enrolments]
        stated = _stated(plan, enrolments)
        listed = around.groups_of(item.home)
        found.append(
            Presented(
                earned=_earned(
                    key=f"{decision.key}/{number}",
                    amount=item.credits,
                    holdings=holdings,
                    stated=stated,
                    listed=listed,
                    zone=applied.rule.content.valid.time_zone,
                    around=around,
                ),
                use=use,
                decision=decision.key,
                course=item.home,
                credits=enrolments,
                groups_known=bool(listed) or any(one.groups is not None for one in stated),
                term_known=any(one.term is not None for one in stated),
            )
        )
    return found


def open_credit(
    holding: Holding, plan: StatedPlan | None, around: Surroundings
) -> Presented | None:
    """What is left of a credit; None where nothing is, or where it does not stand."""
    if not holding.left:
        return None
    key = holding.enrolment.key
    stated = _stated(plan, (key,))
    return Presented(
        earned=_earned(
            key=key,
            amount=holding.left,
            holdings=[holding],
            stated=stated,
            listed=(),
            zone=_UTC,
            around=around,
        ),
        use=Use.OPEN,
        decision=None,
        course=holding.enrolment.course,
        credits=(key,),
        groups_known=any(one.groups is not None for one in stated),
        term_known=any(one.term is not None for one in stated),
    )


def _use(applied: Applied, item: Recognised) -> Use | None:
    """What became of an item; None unless all credits behind it are redeemed."""
    entries = [applied.entry(used.enrolment) for used in item.used]
    statuses = {entry.status if entry else None for entry in entries}
    if not statuses or not statuses <= {RedemptionStatus.REDEEMED, RedemptionStatus.GRANTED}:
        return None
    if statuses == {RedemptionStatus.GRANTED}:
        return Use.GRANTED
    stands = all(
        applied.holdings[used.enrolment].standing is Standing.AWARDED for used in item.used
    )
    return Use.REDEEMED if stands else Use.SET_ASIDE


def _stated(plan: StatedPlan | None, enrolments: Iterable[str]) -> list[StatedCredit]:
    wanted = set(enrolments)
    return [one for one in plan.credits if one.enrolment in wanted] if plan else []


def _earned(
    *,
    key: str,
    amount: int,
    holdings: Iterable[Holding],
    stated: Iterable[StatedCredit],
    listed: tuple[str, ...],
    zone: str,
    around: Surroundings,
) -> EarnedCredit:
    """Of several credits behind one home course, the last award and the largest part speak."""
    behind = sorted(
        ((award.credits, award.at, one) for one in holdings if (award := one.credit.award)),
        key=lambda part: (-part[0], part[2].enrolment.key),
    )
    words = list(stated)
    named = sorted({group for one in words for group in one.groups or ()})
    terms = [around.terms[one.term] for one in words if one.term and one.term in around.terms]
    term = terms[0] if terms else None
    return EarnedCredit(
        key=key,
        amount=amount,
        groups=tuple(named or listed or (group.id for group in around.programme.groups)),
        awarded_on=day_of(max(at for _, at, _ in behind), zone),
        academic_year=term.content.academic_year if term else None,
        term=term.key if term else None,
        institution=split_key(behind[0][2].enrolment.key).owner,
        traits=_traits([one for *_, one in behind], words, around),
    )


def _traits(
    holdings: Iterable[Holding], stated: Iterable[StatedCredit], around: Surroundings
) -> Traits:
    """How the courses were taught, by their records, and what was stated beside."""
    found = {trait for one in stated for trait in one.traits}
    for holding in holdings:
        found.add(_TRAIT_OF[around.courses[holding.enrolment.course].content.taught])
    return tuple(sorted(found))
