"""Demands that contradict what the rule itself says, or the courses that it names."""

from collections.abc import Iterator

from chaincode.domain.keys import split_key
from chaincode.domain.recognition.amounts import format_hundredths
from chaincode.domain.recognition.demands import (
    Category,
    CategoryDemand,
    ClassHoursDemand,
    CreditGap,
    CreditRatio,
    HomeShare,
    QualityDemand,
    ShareCap,
)
from chaincode.domain.recognition.lint_codes import LintCode, LintFinding, finding
from chaincode.domain.recognition.lint_courses import KnownCourses
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.recognition.rule_parts import HostCourse, Mapping, RuleKind

_WHOLE = 10_000


def lint_demands(rule: RuleContent, courses: KnownCourses) -> Iterator[LintFinding]:
    """Demands that no credit can fulfil."""
    for place, mapping in enumerate(rule.mappings):
        if rule.kind is RuleKind.RECOGNITION:
            yield from _credits(rule, mapping, place, courses)
            yield from _category(rule, mapping, place)
        yield from _quality(rule, mapping, place)
    yield from _shares(rule)


def _credits(
    rule: RuleContent, mapping: Mapping, place: int, courses: KnownCourses
) -> Iterator[LintFinding]:
    """The same arithmetic as a decision's, on what the courses say."""
    measured = [_measure(rule, mapping, item, courses) for item in mapping.host]
    brought = [amount for amount in measured if amount is not None]
    if len(brought) < len(measured):
        return
    total, required = sum(brought), sum(home.credits for home in mapping.home)
    gap = mapping.demand(rule, "credit-gap")
    above = total - required
    largest = gap.largest_gap if isinstance(gap, CreditGap) else None
    more_for_less = gap.more_for_less if isinstance(gap, CreditGap) else True
    fits = (above >= 0 or not more_for_less) and (largest is None or abs(above) <= largest)
    if not fits:
        yield finding(
            LintCode.CREDITS_IMPOSSIBLE,
            *("mappings", place),
            credits=format_hundredths(total),
            required=format_hundredths(required),
            gap="open" if largest is None else format_hundredths(largest),
        )


def _measure(
    rule: RuleContent, mapping: Mapping, item: HostCourse, courses: KnownCourses
) -> int | None:
    known = courses.get(item.course)
    whole = known.credits if known else None
    amount = item.credits if item.credits is not None else whole
    hours, ratio = mapping.demand(rule, "class-hours"), mapping.demand(rule, "credit-ratio")
    if amount is None:
        return None
    if isinstance(hours, ClassHoursDemand):
        if known is None or known.class_hours is None or not whole:
            return None
        return 100 * known.class_hours * amount // (hours.hours_per_credit * whole)
    if isinstance(ratio, CreditRatio):
        return amount * ratio.home // ratio.host
    return amount


def _category(rule: RuleContent, mapping: Mapping, place: int) -> Iterator[LintFinding]:
    demand = mapping.demand(rule, "category")
    if not isinstance(demand, CategoryDemand):
        return
    for number, home in enumerate(mapping.home):
        for item in mapping.host:
            if item.category in (None, home.category) or home.category is None:
                continue
            if home.category is Category.ELECTIVE and demand.elective_by_compulsory:
                continue
            yield finding(
                LintCode.CATEGORY_IMPOSSIBLE,
                *("mappings", place, "home", number, "category"),
                home=home.category.value,
                host=item.category.value,
            )


def _quality(rule: RuleContent, mapping: Mapping, place: int) -> Iterator[LintFinding]:
    demand = mapping.demand(rule, "quality")
    if not isinstance(demand, QualityDemand) or demand.certifiers is None:
        return
    for number, item in enumerate(mapping.host):
        others = set(demand.certifiers) - {split_key(item.course).owner}
        if len(others) < demand.certified_by:
            yield finding(
                LintCode.QUALITY_IMPOSSIBLE,
                *("mappings", place, "host", number),
                certified_by=demand.certified_by,
                certifiers=tuple(sorted(others)),
            )


def _shares(rule: RuleContent) -> Iterator[LintFinding]:
    elsewhere = {
        split_key(item.course).owner for mapping in rule.mappings for item in mapping.host
    } - set(rule.deciders)
    for place, demand in enumerate(rule.demands):
        if isinstance(demand, ShareCap) and demand.at_most == 0:
            yield finding(LintCode.SHARE_CAP_ZERO, "demands", place, of=_subject(demand))
        if isinstance(demand, HomeShare) and demand.at_least >= _WHOLE and elsewhere:
            hosts = tuple(sorted(elsewhere))
            yield finding(LintCode.HOME_SHARE_WHOLE, "demands", place, hosts=hosts)


def _subject(demand: ShareCap) -> str:
    match demand.of.by:
        case "course-kind":
            return demand.of.course_kind.value
        case "host":
            return demand.of.host
        case _:
            return demand.of.by
