"""One case: a rule, the facts and the day, arranged for looking things up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from chaincode.domain.keys import CourseKey
from chaincode.domain.recognition.codes import Code, Finding
from chaincode.domain.recognition.converting import convert
from chaincode.domain.recognition.counted import Counted
from chaincode.domain.recognition.demands import Category, CourseDemand
from chaincode.domain.recognition.facts import CreditFacts, Facts, Source
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.recognition.rule_parts import HostCourse, Mapping, RuleKind
from chaincode.domain.recognition.verdict import Node, Quoted


@dataclass(frozen=True)
class Case:
    """What is decided on."""

    rule: RuleContent
    facts: Facts
    on: date

    @cached_property
    def credits(self) -> dict[CourseKey, CreditFacts]:
        """The student's credits by course."""
        return {credit.course: credit for credit in self.facts.credits}

    @cached_property
    def counted(self) -> dict[str, Counted]:
        """What was counted before, by what is counted: filled as caps ask for it."""
        return {}

    @cached_property
    def _converted(self) -> dict[tuple[str, int], int | None]:
        return {}

    def converted(self, name: str, mark: int) -> int | None:
        """A host grade by one of the rule's conversions: looked up once, however many ask."""
        if (name, mark) not in self._converted:
            self._converted[name, mark] = convert(self.rule.conversions[name], mark)
        return self._converted[name, mark]

    @cached_property
    def admission(self) -> bool:
        """Whether scores, not credits, come out."""
        return self.rule.kind is RuleKind.ADMISSION

    @cached_property
    def categories(self) -> dict[CourseKey, Category | None] | None:
        """The programme's courses; None where it lists none."""
        programme = self.facts.programme
        if programme is None or programme.courses is None:
            return None
        return {course.course: course.category for course in programme.courses}

    def mappings(self) -> list[Mapping]:
        """Those that a course of the student's plays a part in, by their ids.

        Where home courses are wanted, only those that replace nothing else; of several deciders'
        mappings, only the decider's.
        """
        wanted = None if self.facts.wanted is None else set(self.facts.wanted)
        held, own = self.credits, f"course/{self.facts.decider}/"
        concerned = {
            mapping.id: mapping
            for mapping in self.rule.mappings
            for item in mapping.host
            if item.course in held
        }
        found = [
            mapping
            for mapping in concerned.values()
            if (wanted is None or all(item.course in wanted for item in mapping.home))
            and all(item.course.startswith(own) for item in mapping.home)
        ]
        return sorted(found, key=lambda mapping: mapping.id)

    @cached_property
    def _demands(self) -> dict[str, CourseDemand]:
        return {one.kind: one for one in self.rule.demands if isinstance(one, CourseDemand)}

    def demand(self, mapping: Mapping, kind: str) -> CourseDemand | None:
        """The demand of a kind that holds for a mapping: its own before the rule's."""
        own = [one for one in mapping.demands if one.kind == kind] if mapping.demands else ()
        return own[0] if own else self._demands.get(kind)

    def amount(self, item: HostCourse) -> int | None:
        """How many hundredths of a credit a mapping uses; None where the award is not known."""
        credit = self.credits.get(item.course)
        if item.credits is not None:
            return item.credits
        return credit.credits if credit else None


def worst(nodes: Iterable[Node]) -> Finding:
    """What nodes say together: failed before unknown, unknown before confirm."""
    found = Finding.FULFILLED
    for node in nodes:
        if node.finding is Finding.FAILED:
            return Finding.FAILED
        if node.finding is Finding.UNKNOWN:
            found = Finding.UNKNOWN
        elif node.finding is Finding.CONFIRM and found is Finding.FULFILLED:
            found = Finding.CONFIRM
    return found


def judged(
    code: Code,
    holds: bool | None,  # noqa: FBT001 - a predicate's answer, or none
    *,
    about: str | None = None,
    demanded: Quoted | None = None,
    found: Quoted | None = None,
    where: Sequence[Source] = (),
) -> Node:
    """A node about a demand; without an answer it is unknown, and nothing was found."""
    finding = {True: Finding.FULFILLED, False: Finding.FAILED, None: Finding.UNKNOWN}[holds]
    return Node(
        code=code,
        finding=finding,
        about=about,
        demanded=demanded,
        found=None if holds is None else found,
        where=tuple(where),
    )


def every(answers: Sequence[bool | None]) -> bool | None:
    """Whether all hold: one that does not settles it, else one that is unknown leaves it open."""
    if False in answers:
        return False
    return None if None in answers else True


def some(answers: Sequence[bool | None]) -> bool | None:
    """Whether one holds: one settles it, else one that is unknown leaves it open."""
    if True in answers:
        return True
    return None if None in answers else False
