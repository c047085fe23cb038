"""Loading rules with what decides whether they hold: ballots, series, frameworks."""

from collections.abc import Iterable
from datetime import date

from chaincode.contracts.operation import Call
from chaincode.domain.constitution import MemberKind
from chaincode.domain.course import Course
from chaincode.domain.errors import FrameworkBroken, StaleReference
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import Kind, counterpart, framework_key
from chaincode.domain.recognition.demands import Category
from chaincode.domain.recognition.frameworks import (
    StatedCategory,
    framework_violations,
    stated_categories,
)
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.recognition.rule_parts import InForce
from chaincode.domain.rules.ballot import Ballot
from chaincode.domain.rules.framework import FrameworkIndex
from chaincode.domain.rules.rule_version import RuleVersion
from chaincode.domain.rules.series import Series, series_of

_SHOWN = 50
"""So many violations are listed: a rule of 500 mappings can have thousands."""


async def load_ballot(call: Call, rule: RuleVersion) -> Ballot:
    """Load the ballot on a version.

    Raises:
        RecordNotFound: there is none.
        StaleReference: it is about another content.
    """
    ballot = await call.ledger.load(Ballot, counterpart(rule.key, Kind.BALLOT))
    if ballot.rule != rule.key or ballot.rule_digest != rule.digest:
        raise StaleReference("the ballot is about another content", field="rule")
    return ballot


async def load_rule_in_force(
    call: Call, key: str, digest: str, day: date, *, course: str | None = None
) -> RuleVersion:
    """Load the version by which is decided on a day of the rule's time zone.

    With `course`, what it says of that host course and of what it replaces is held to the records
    of these courses too.

    Raises:
        RecordNotFound: there is no such rule.
        StaleReference: its content is not the one that was seen.
        RuleNotInForce: another version is in force on that day, or none.
        FrameworkBroken: it breaks a framework that is in force on that day.
    """
    rule = await call.ledger.load(RuleVersion, key)
    rule.require_digest(digest)
    series = await call.ledger.load(Series, series_of(key))
    entry = series.require_in_force(key, day)
    rule.require_digest(entry.digest)
    today = InForce(first=day, last=day, time_zone=rule.content.valid.time_zone)
    stated = stated_categories(rule.content, about=course) if course else ()
    await require_frameworks_kept(call, rule.content, today, stated)
    return rule


async def require_frameworks_kept(
    call: Call, content: RuleContent, period: InForce, stated: Iterable[StatedCategory]
) -> None:
    """Hold a rule to the frameworks in force at some time of a period, of every authority.

    What the rule states of courses is held to their records where a framework demands categories.
    Each authority's list is read, present or absent: a framework that is adopted at the same time
    conflicts.

    Raises:
        FrameworkBroken: `facts` say where and which.
    """
    frameworks = []
    for member in call.constitution.content.members:
        if member.kind is MemberKind.AUTHORITY:
            index = await call.ledger.find(FrameworkIndex, framework_key(member.msp_id))
            for entry in index.binding(period) if index else ():
                framework = await call.ledger.load(RuleVersion, entry.rule)
                framework.require_digest(entry.digest)
                frameworks.append(framework)
    violations = violations_of(content, frameworks)
    violations += await contradictions_of(call, content, frameworks, stated)
    if violations:
        raise FrameworkBroken(
            "the rule demands less than a framework rule in force",
            facts={"violations": violations[:_SHOWN], "count": len(violations)},
        )


def violations_of(content: RuleContent, frameworks: list[RuleVersion]) -> list[JsonValue]:
    """Where a rule demands less than frameworks do, each named by its key."""
    keys = {framework.digest: framework.key for framework in frameworks}
    found = framework_violations(content, [framework.content for framework in frameworks])
    return [
        {"path": one.path, "demand": one.demand, "framework": keys[one.framework]} for one in found
    ]


async def contradictions_of(
    call: Call,
    content: RuleContent,
    frameworks: Iterable[RuleVersion],
    stated: Iterable[StatedCategory],
) -> list[JsonValue]:
    """Where a rule says that a course is another than its record says, which a framework bars.

    What a record does not say, the rule may.

    Raises:
        RecordCorrupt: what stands under the key of a course is none.
    """
    demanding = [
        one.key
        for one in frameworks
        if one.content.kind is content.kind
        and one.content.valid.meets(content.valid)
        and one.content.course_demand("category") is not None
    ]
    recorded: dict[str, Category | None] = {}
    found: list[JsonValue] = []
    for one in stated if demanding else ():
        if one.course not in recorded:
            course = await call.ledger.find(Course, one.course)
            recorded[one.course] = course.content.category if course else None
        if recorded[one.course] not in {None, one.category}:
            found += [
                {"path": one.path, "demand": "category", "framework": key} for key in demanding
            ]
    return found
