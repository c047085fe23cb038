"""Parts of a rule that nothing ever reaches."""

from collections import defaultdict
from collections.abc import Iterator

from chaincode.domain.keys import split_key
from chaincode.domain.recognition.amounts import format_hundredths
from chaincode.domain.recognition.demands import (
    ClassHoursDemand,
    CourseDemand,
    CreditGap,
    CreditRatio,
    ExaminationDemand,
    HomeShare,
    MinimumGrade,
    MinimumScore,
    ProcessDemand,
    ShareCap,
)
from chaincode.domain.recognition.frameworks import keeps
from chaincode.domain.recognition.lint_codes import LintCode, LintFinding, finding
from chaincode.domain.recognition.lint_courses import KnownCourses
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.recognition.rule_parts import Mapping, RuleKind

_WHOLE = 10_000
_KINDS = (
    "minimum-grade",
    "credit-gap",
    "category",
    "class-hours",
    "credit-ratio",
    "validity",
    "examination",
    "quality",
    "process",
)


def lint_reach(rule: RuleContent, courses: KnownCourses) -> Iterator[LintFinding]:
    """Conversions, mappings, demands, deciders and confirmations without effect."""
    used = {mapping.conversion for mapping in rule.mappings}
    for name in sorted(rule.conversions.keys() - used):
        yield finding(LintCode.CONVERSION_UNUSED, "conversions", name, conversion=name)
    yield from _mappings(rule, courses)
    yield from _demands(rule)
    yield from _deciders(rule)
    yield from _confirmation(rule)
    if (
        rule.partial_redemption
        and rule.mappings
        and not any(item.credits for mapping in rule.mappings for item in mapping.host)
    ):
        yield finding(LintCode.PARTS_UNUSED, "partial_redemption")


def _mappings(rule: RuleContent, courses: KnownCourses) -> Iterator[LintFinding]:
    """Of two that want the same courses for the same, the choice takes the smaller id."""
    alike: dict[object, list[tuple[int, Mapping]]] = defaultdict(list)
    for place, mapping in enumerate(rule.mappings):
        alike[_purpose(rule, mapping)].append((place, mapping))
    for group in alike.values():
        group.sort(key=lambda entry: entry[1].id)
        for behind, (place, mapping) in enumerate(group):
            before = (
                other for _, other in group[:behind] if _permits(rule, courses, other, mapping)
            )
            stronger = next(before, None)
            if stronger is not None:
                yield finding(
                    LintCode.MAPPING_NEVER_CHOSEN,
                    "mappings",
                    place,
                    mapping=mapping.id,
                    by=stronger.id,
                )


def _purpose(rule: RuleContent, mapping: Mapping) -> object:
    """Two mappings with one purpose use up, bring and grade the same."""
    score = mapping.score.subject if mapping.score else None
    conversion = rule.conversions[mapping.conversion].model_dump_json()
    combine = mapping.combine.model_dump_json() if mapping.combine else None
    host = frozenset((item.course, item.credits, item.category) for item in mapping.host)
    home = frozenset((item.course, item.category) for item in mapping.home)
    credits_ = sum(item.credits for item in mapping.home)
    return score, conversion, combine, host, home, credits_


def _permits(rule: RuleContent, courses: KnownCourses, weaker: Mapping, stronger: Mapping) -> bool:
    """Whether `weaker` is possible wherever `stronger` is."""
    digests = {item.course: item.digest for item in stronger.host}
    if any(item.digest not in (None, digests[item.course]) for item in weaker.host):
        return False
    for kind in _KINDS:
        less, more = weaker.demand(rule, kind), stronger.demand(rule, kind)
        if not _no_stricter(less, more):
            return False
        if (
            isinstance(less, MinimumGrade)
            and less != more
            and not _on_scales(less, weaker, courses)
        ):
            return False
    return True


def _on_scales(demand: MinimumGrade, mapping: Mapping, courses: KnownCourses) -> bool:
    """Whether every host course has the scale that is meant; where not, nobody can say."""
    known = [courses.get(item.course) for item in mapping.host]
    return all(
        one is not None and one.scale is not None and demand.meant_on(one.scale) for one in known
    )


def _no_stricter(weaker: CourseDemand | None, stronger: CourseDemand | None) -> bool:
    if weaker == stronger:
        return True
    if any(isinstance(one, ClassHoursDemand | CreditRatio) for one in (weaker, stronger)):
        return False  # other numbers of credits: neither is stricter for every credit
    if isinstance(weaker, CreditGap):
        return stronger is not None and keeps(stronger, weaker)
    if isinstance(stronger, CreditGap):
        # Without a gap the host's credits cover those at home.
        return stronger.more_for_less
    if isinstance(weaker, ProcessDemand) and isinstance(stronger, ProcessDemand):
        return weaker.limits == stronger.limits and keeps(stronger, weaker)
    return weaker is None or keeps(stronger, weaker)


def _demands(rule: RuleContent) -> Iterator[LintFinding]:
    for place, demand in enumerate(rule.demands):
        where = ("demands", place)
        if _is_empty(demand):
            yield finding(LintCode.DEMAND_EMPTY, *where, kind=demand.kind)
        elif (stricter := _shadow(rule, demand)) is not None:
            yield finding(LintCode.DEMAND_SHADOWED, *where, kind=demand.kind, by=stricter)
        if (
            isinstance(demand, CourseDemand)
            and rule.mappings
            and all(
                any(own.kind == demand.kind for own in mapping.demands) for mapping in rule.mappings
            )
        ):
            yield finding(LintCode.DEMAND_NEVER_USED, *where, kind=demand.kind)
    for number, mapping in enumerate(rule.mappings):
        for place, own in enumerate(mapping.demands):
            path = ("mappings", number, "demands", place)
            if _is_empty(own):
                yield finding(LintCode.DEMAND_EMPTY, *path, kind=own.kind)
            elif own == rule.course_demand(own.kind):
                yield finding(LintCode.DEMAND_REPEATED, *path, kind=own.kind)


def _is_empty(demand: object) -> bool:
    match demand:
        case ExaminationDemand():
            return not (demand.places or demand.proctored or demand.second_review)
        case ShareCap():
            return demand.at_most >= _WHOLE
        case HomeShare() | MinimumScore():
            return demand.at_least == 0
        case _:
            return False


def _shadow(rule: RuleContent, demand: object) -> str | None:
    """What is at least as strict wherever `demand` is judged, by its path."""
    for place, other in enumerate(rule.demands):
        if other is not demand and _covers(rule, other, demand):
            return f"demands.{place}"
    if isinstance(demand, MinimumScore) and demand.subject is None:
        single = sum(
            other.at_least
            for other in rule.demands
            if isinstance(other, MinimumScore) and other.subject is not None
        )
        if single >= demand.at_least:
            return "demands"
    return None


def _covers(rule: RuleContent, stricter: object, demand: object) -> bool:
    if not isinstance(demand, ShareCap):
        return False
    if isinstance(stricter, HomeShare):
        return (
            demand.of.by != "course-kind"
            and demand.unit.value == "credits"
            and demand.within.value == "degree"
            and not (demand.of.by == "host" and demand.of.host in rule.deciders)
            and demand.at_most >= _WHOLE - stricter.at_least
        )
    return (
        isinstance(stricter, ShareCap)
        and (stricter.unit, stricter.within) == (demand.unit, demand.within)
        and stricter.of.by == "each-host"
        and demand.of.by == "host"
        and demand.of.host not in rule.deciders
        and demand.at_most >= stricter.at_most
    )


def _deciders(rule: RuleContent) -> Iterator[LintFinding]:
    if rule.kind is RuleKind.ADMISSION:
        return
    served = {split_key(home.course).owner for mapping in rule.mappings for home in mapping.home}
    for place, decider in enumerate(rule.deciders):
        if decider not in served:
            yield finding(LintCode.DECIDER_WITHOUT_MAPPING, "deciders", place, decider=decider)


def _confirmation(rule: RuleContent) -> Iterator[LintFinding]:
    given, above = rule.confirmation, rule.confirmation.above_credits
    if given.always:
        for name in ("below_grade", "above_credits"):
            if getattr(given, name) is not None:
                yield finding(
                    LintCode.CONFIRMATION_NEVER, "confirmation", name, because="confirmation.always"
                )
    elif above is not None and rule.mappings:
        most = sum(home.credits for mapping in rule.mappings for home in mapping.home)
        if above >= most:
            yield finding(
                LintCode.CONFIRMATION_NEVER,
                "confirmation",
                "above_credits",
                because=format_hundredths(most),
            )
