"""Which courses of other members count for a course of this one, by the rules in force today."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from chaincode.domain.course import Course
from chaincode.domain.errors import NotParty
from chaincode.domain.keys import split_key
from chaincode.domain.recognition.demands import CourseDemand, TotalDemand
from chaincode.domain.recognition.frameworks import framework_violations
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.recognition.rule_parts import InForce, Mapping
from chaincode.domain.rules.rule_version import RuleVersion
from gateway.services.recognition.rulebook import Rulebook, contents
from gateway.services.records import Records

_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Equivalence:
    """One mapping of a rule in force that replaces the course."""

    rule: RuleVersion
    mapping: Mapping
    demands: tuple[CourseDemand | TotalDemand, ...]
    """All that hold for it, its own before the rule's."""


@dataclass(frozen=True, slots=True)
class EquivalenceList:
    """What counts for a course; `found` counts also what the list leaves out."""

    course: str
    """Ledger key."""
    found: int
    equivalences: tuple[Equivalence, ...]
    titles: dict[str, str]
    """Of the courses, by ledger key."""


class Equivalences:
    """Searches all rules in force that name this member as decider."""

    def __init__(self, records: Records, rulebook: Rulebook, msp_id: str) -> None:
        self._records = records
        self._rulebook = rulebook
        self._msp_id = msp_id

    async def of(self, course: str) -> EquivalenceList:
        """What counts for a course version of this member's.

        Raises:
            NotParty: another member's course.
            LedgerRefused: there is no such course.
            LedgerUnavailable: the peer cannot be reached.
        """
        if split_key(course).owner != self._msp_id:
            raise NotParty("only this member's own courses are replaced here", field="course")
        home = await self._records.load(Course, course)
        found = [
            equivalence
            for rule in await self._rulebook.all_in_force()
            if self._msp_id in rule.content.deciders
            for equivalence in _of_rule(rule, course)
        ]
        rules = {one.rule.key: one.rule for one in found}
        holding = {key for key, rule in rules.items() if await self._keeps_frameworks(rule)}
        kept = [one for one in found if one.rule.key in holding]
        shown = tuple(kept[:_SHOWN])
        titles = await self._titles(shown)
        return EquivalenceList(course, len(kept), shown, titles | {course: home.content.title})

    async def _keeps_frameworks(self, rule: RuleVersion) -> bool:
        """A rule that breaks a framework in force decides nothing, although it stays listed."""
        zone = rule.content.valid.time_zone
        today = self._rulebook.today(zone)
        period = InForce(first=today, last=today, time_zone=zone)
        frameworks = await self._rulebook.frameworks(period)
        return not framework_violations(rule.content, contents(frameworks))

    async def _titles(self, equivalences: Iterable[Equivalence]) -> dict[str, str]:
        mappings = [one.mapping for one in equivalences]
        named = {item.course for mapping in mappings for item in mapping.host}
        named |= {item.course for mapping in mappings for item in mapping.home}
        found = await self._records.find_all(Course, sorted(named))
        return {course.key: course.content.title for course in found if course is not None}


def _of_rule(rule: RuleVersion, course: str) -> Iterator[Equivalence]:
    content = rule.content
    for mapping in content.mappings:
        if any(home.course == course for home in mapping.home):
            yield Equivalence(rule, mapping, tuple(_demands(content, mapping)))


def _demands(content: RuleContent, mapping: Mapping) -> Iterator[CourseDemand | TotalDemand]:
    own = {demand.kind for demand in mapping.demands}
    yield from mapping.demands
    for demand in content.demands:
        if not (isinstance(demand, CourseDemand) and demand.kind in own):
            yield demand
