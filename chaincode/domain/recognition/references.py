"""What holds between the parts of a rule: each fault is found with the path to it."""

from collections.abc import Iterable

from chaincode.domain.faults import fault
from chaincode.domain.keys import split_key
from chaincode.domain.recognition.demands import CourseDemand, TotalDemand, identity
from chaincode.domain.recognition.rule_parts import Mapping, RuleParts

_OF_CREDITS = frozenset(
    {"credit-gap", "category", "class-hours", "credit-ratio", "share-cap", "home-share"}
)


def require_consistent(rule: RuleParts) -> None:
    """Hold a rule's parts to each other.

    Raises:
        PydanticCustomError: with the path to the first part that does not fit.
    """
    _require_parties(rule)
    _require_joint(rule)
    _require_demands(rule, rule.demands, "demands")
    require_once((mapping.id for mapping in rule.mappings), "mappings", then=("id",))
    for place, mapping in enumerate(rule.mappings):
        _require_courses(rule, mapping, place)
        _require_grade(rule, mapping, place)
        _require_demands(rule, mapping.demands, "mappings", place, "demands")
        _require_one_measure(rule, mapping, place)


def require_once(items: Iterable[str], *path: str | int, then: tuple[str, ...] = ()) -> None:
    """Hold a list to name nothing twice; `then` leads from an item to its name."""
    seen: set[str] = set()
    for place, item in enumerate(items):
        if item in seen:
            raise fault(*path, place, *then, message="this stands twice")
        seen.add(item)


def _require_parties(rule: RuleParts) -> None:
    require_once(rule.deciders, "deciders")
    framework = rule.scope.kind == "framework"
    if framework != (not rule.deciders):
        raise fault("deciders", message="every rule but a framework names who decides by it")
    if framework and rule.mappings:
        raise fault("mappings", message="a framework decides nothing itself")
    if rule.forbids_joint_programmes and not framework:
        raise fault("forbids_joint_programmes", message="a framework alone forbids them")
    if not framework and not rule.mappings:
        raise fault("mappings", message="a rule needs a mapping")
    if rule.scope.kind == "internal" and len(rule.deciders) != 1:
        raise fault("deciders", message="an internal rule has one decider")
    if rule.scope.kind == "bilateral":
        require_once(rule.scope.members, "scope", "members")
        for place, decider in enumerate(rule.deciders):
            if decider not in rule.scope.members:
                raise fault("deciders", place, message="this is neither of the two members")


def _require_joint(rule: RuleParts) -> None:
    """No university alone makes a credit count twice; that all concerned vote, the ballot sees."""
    require_once(rule.joint_programmes, "joint_programmes")
    if len({programme.split("/")[1] for programme in rule.joint_programmes}) == 1:
        raise fault("joint_programmes", message="a joint degree is of at least two universities")


def _require_courses(rule: RuleParts, mapping: Mapping, place: int) -> None:
    path = ("mappings", place)
    hosts = [item.course for item in mapping.host]
    homes = [item.course for item in mapping.home]
    require_once(hosts, *path, "host", then=("course",))
    versionless = (course.rpartition("/")[0] for course in homes)
    require_once(versionless, *path, "home", then=("course",))
    admission = rule.kind.value == "admission"
    if admission != (mapping.score is not None):
        raise fault(*path, "score", message="an admission, and nothing else, makes a score")
    if admission == bool(homes):
        raise fault(*path, "home", message="a recognition, and nothing else, names home courses")
    for item, host in enumerate(mapping.host):
        where = (*path, "host", item)
        if host.credits is not None and not rule.partial_redemption:
            raise fault(*where, "credits", message="partial_redemption does not permit parts")
        if host.course in homes:
            raise fault(*where, "course", message="a course does not count for itself")
        owner = split_key(host.course).owner
        if rule.scope.kind == "bilateral" and owner not in rule.scope.members:
            raise fault(*where, "course", message="its university is neither of the two members")
        if rule.scope.kind == "internal" and owner not in rule.deciders:
            raise fault(*where, "course", message="an internal rule is about the decider's courses")
    owners = [split_key(course).owner for course in homes]
    for item, owner in enumerate(owners):
        if owner not in rule.deciders or owner != owners[0]:
            raise fault(
                *path, "home", item, "course", message="home courses are those of one decider"
            )


def _require_grade(rule: RuleParts, mapping: Mapping, place: int) -> None:
    path = ("mappings", place)
    conversion = rule.conversions.get(mapping.conversion)
    if conversion is None:
        raise fault(*path, "conversion", message="conversions hold none of this name")
    graded = conversion.kind != "pass-only"
    if mapping.score is not None and not graded:
        raise fault(*path, "conversion", message="a score needs a grade")
    if mapping.score is not None and mapping.combine and mapping.combine.grade == "pass-only":
        raise fault(*path, "combine", "grade", message="a score needs a grade")
    if (mapping.combine is not None) != (graded and len(mapping.host) > 1):
        raise fault(
            *path, "combine", message="several graded host courses, and nothing else, are combined"
        )


def _require_demands(
    rule: RuleParts, demands: Iterable[CourseDemand | TotalDemand], *path: str | int
) -> None:
    listed = tuple(demands)
    require_once(map(identity, listed), *path)
    subjects = {mapping.score.subject for mapping in rule.mappings if mapping.score}
    admission = rule.kind.value == "admission"
    for place, demand in enumerate(listed):
        if admission and demand.kind in _OF_CREDITS:
            raise fault(*path, place, "kind", message="an admission recognises no credits")
        if demand.kind != "minimum-score":
            continue
        if not admission:
            raise fault(*path, place, "kind", message="a recognition makes no score")
        if rule.mappings and demand.subject is not None and demand.subject not in subjects:
            raise fault(*path, place, "subject", message="no mapping makes a score in it")


def _require_one_measure(rule: RuleParts, mapping: Mapping, place: int) -> None:
    measures = [
        kind for kind in ("class-hours", "credit-ratio") if mapping.demand(rule, kind) is not None
    ]
    if len(measures) > 1:
        raise fault(
            "mappings", place, "demands", message="credits are counted by hours or by a ratio"
        )
