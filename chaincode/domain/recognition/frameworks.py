"""Does a rule keep what the authority's framework rules demand of all rules?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from chaincode.domain.keys import CourseKey
from chaincode.domain.recognition.demands import (
    Category,
    CategoryDemand,
    ClassHoursDemand,
    CourseDemand,
    CreditGap,
    CreditRatio,
    ExaminationDemand,
    HomeShare,
    InCity,
    InProvince,
    MinimumGrade,
    MinimumScore,
    ProcessDemand,
    QualityDemand,
    ShareCap,
    TotalDemand,
    ValidityDemand,
    identity,
)
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.recognition.rule_parts import Confirmation, HomeCourse, HostCourse
from chaincode.domain.values import Digest, Value


class Violation(Value):
    """One place where a rule demands less than a framework."""

    path: str
    """Where in the rule, for example mappings.3.demands."""
    demand: str
    """The kind of demand that is missing or too weak."""
    framework: Digest
    """The digest of the framework rule."""


class StatedCategory(Value):
    """What a rule says that a course is, in place of its record."""

    path: str
    """Where in the rule, for example mappings.3.host.0.category."""
    course: CourseKey
    category: Category


def stated_categories(
    content: RuleContent, *, about: CourseKey | None = None
) -> Iterator[StatedCategory]:
    """What a rule says of its courses; with `about`, in the mappings of one host course alone.

    A rule is agreed by those who profit from it, so under a framework with a category demand no
    word of it goes before the record of a course.
    """
    for place, mapping in enumerate(content.mappings):
        if about is not None and all(item.course != about for item in mapping.host):
            continue
        sides: Mapping[str, Sequence[HostCourse | HomeCourse]]
        sides = {"host": mapping.host, "home": mapping.home}
        for side, items in sides.items():
            for number, item in enumerate(items):
                if item.category is not None:
                    path = f"mappings.{place}.{side}.{number}.category"
                    yield StatedCategory(path=path, course=item.course, category=item.category)


def framework_violations(
    content: RuleContent, frameworks: Iterable[RuleContent]
) -> tuple[Violation, ...]:
    """Where a rule demands less than a framework that is in force at some time of its own.

    A framework's demand is kept by one of its kind that is at least as strict, for every mapping;
    what cannot be compared counts as weaker. Frameworks of the other kind (recognition, admission)
    do not concern a rule, and no framework binds another.
    """
    if content.scope.kind == "framework":
        return ()
    found: list[Violation] = []
    for framework in frameworks:
        if framework.kind is content.kind and framework.valid.meets(content.valid):
            # Once: a large rule has thousands of violations, a large framework a slow digest.
            digest = framework.digest()
            found += [
                Violation(path=path, demand=demand, framework=digest)
                for path, demand in _weaker(content, framework)
            ]
    return tuple(found)


def _weaker(content: RuleContent, framework: RuleContent) -> Iterator[tuple[str, str]]:
    for demand in framework.demands:
        if isinstance(demand, CourseDemand):
            for place, mapping in enumerate(content.mappings):
                if not keeps(mapping.demand(content, demand.kind), demand):
                    yield f"mappings.{place}.demands", demand.kind
        elif not any(
            identity(own) == identity(demand) and _keeps_total(own, demand)
            for own in content.demands
        ):
            yield "demands", demand.kind
    if not _confirms(content.confirmation, framework.confirmation):
        yield "confirmation", "confirmation"
    if content.partial_redemption and not framework.partial_redemption:
        yield "partial_redemption", "partial-redemption"
    if content.joint_programmes and framework.forbids_joint_programmes:
        yield "joint_programmes", "joint-programmes"


def keeps(own: CourseDemand | None, demand: CourseDemand) -> bool:  # noqa: PLR0911 - one answer for each demand
    """Whether `own` is at least as strict as `demand`; what cannot be compared is not."""
    match own, demand:
        case MinimumGrade(), MinimumGrade():
            return own.as_good_as(demand)
        case CreditGap(), CreditGap():
            return own.largest_gap <= demand.largest_gap and (
                own.more_for_less or not demand.more_for_less
            )
        case CategoryDemand(), CategoryDemand():
            return demand.elective_by_compulsory or not own.elective_by_compulsory
        case ClassHoursDemand(), ClassHoursDemand():
            return own.hours_per_credit >= demand.hours_per_credit
        case CreditRatio(), CreditRatio():
            return own.home * demand.host <= demand.home * own.host
        case ValidityDemand(), ValidityDemand():
            return own.years <= demand.years
        case ExaminationDemand(), ExaminationDemand():
            return _examines(own, demand)
        case QualityDemand(), QualityDemand():
            return _certifies(own, demand)
        case ProcessDemand(), ProcessDemand():
            return _watches(own, demand)
        case _:
            return False


def _keeps_total(own: CourseDemand | TotalDemand, demand: TotalDemand) -> bool:
    match own, demand:
        case ShareCap(), ShareCap():
            return own.at_most <= demand.at_most
        case HomeShare(), HomeShare():
            return own.at_least >= demand.at_least
        case MinimumScore(), MinimumScore():
            return own.at_least >= demand.at_least
        case _:
            return False


def _examines(own: ExaminationDemand, demand: ExaminationDemand) -> bool:
    places = {_place(place) for place in demand.places}
    allowed = {_place(place) for place in own.places}
    return (
        (not places or (bool(allowed) and allowed <= places))
        and own.proctored >= demand.proctored
        and own.second_review >= demand.second_review
    )


def _place(place: object) -> str:
    return place.name + place.kind if isinstance(place, InCity | InProvince) else ""


def _certifies(own: QualityDemand, demand: QualityDemand) -> bool:
    trusted = demand.certifiers is None or (
        own.certifiers is not None and set(own.certifiers) <= set(demand.certifiers)
    )
    return trusted and own.certified_by >= demand.certified_by and own.recheck >= demand.recheck


def _watches(own: ProcessDemand, demand: ProcessDemand) -> bool:
    if (own.watched_share or 0) < (demand.watched_share or 0):
        return False
    strength = {
        flag: rank
        for rank, flags in enumerate((own.show, own.confirm, own.bar), 1)
        for flag in flags
    }
    wanted = {
        flag: rank
        for rank, flags in enumerate((demand.show, demand.confirm, demand.bar), 1)
        for flag in flags
    }
    # The same limits: whether another pair of numbers is stricter is nothing to guess.
    ours, theirs = own.limits.thresholds, demand.limits.thresholds
    return all(
        strength.get(flag, 0) >= rank
        and all(
            getattr(ours, name) == getattr(theirs, name)
            for name in type(ours).model_fields
            if name.startswith(flag.value)
        )
        for flag, rank in wanted.items()
    )


def _confirms(own: Confirmation, demand: Confirmation) -> bool:
    if own.always:
        return True
    if demand.always:
        return False
    grade, wanted = own.below_grade, demand.below_grade
    if wanted is not None and (grade is None or not grade.as_good_as(wanted)):
        return False
    return demand.above_credits is None or (
        own.above_credits is not None and own.above_credits <= demand.above_credits
    )
