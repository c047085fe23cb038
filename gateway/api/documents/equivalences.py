"""Which courses count for a course of this member's, as REST shows it."""

from collections.abc import Mapping
from typing import Self

from chaincode.domain.qualification.days import Day
from chaincode.domain.recognition.demand_words import demand_sentences
from chaincode.domain.recognition.demands import Category
from chaincode.domain.recognition.rule_parts import HomeCourse, HostCourse
from chaincode.domain.recognition.sentences import Language
from chaincode.domain.values import Value
from gateway.api.documents.decimals import Amount
from gateway.api.documents.identifiers import CourseId, RuleId, identifier_of
from gateway.services.recognition.equivalences import Equivalence, EquivalenceList


class HostCourseView(Value):
    """A course that counts, as a whole or in part."""

    course: CourseId
    title: str | None
    part: Amount | None
    """How many of its credits count; all of them where there is no number."""

    @classmethod
    def of(cls, item: HostCourse, titles: Mapping[str, str]) -> Self:
        """Show a host course."""
        return cls(
            course=identifier_of(item.course),
            title=titles.get(item.course),
            part=item.credits,
        )


class HomeCourseView(Value):
    """A course that is replaced."""

    course: CourseId
    title: str | None
    credits: Amount
    category: Category | None

    @classmethod
    def of(cls, item: HomeCourse, titles: Mapping[str, str]) -> Self:
        """Show a home course."""
        return cls(
            course=identifier_of(item.course),
            title=titles.get(item.course),
            credits=item.credits,
            category=item.category,
        )


class DemandView(Value):
    """A demand, and what it asks for in words."""

    kind: str
    sentences: tuple[str, ...]


class EquivalenceView(Value):
    """Host courses that together count for home courses, by a rule in force today."""

    rule: RuleId
    title: str
    last: Day | None
    """The last day on which this version is in force."""
    mapping: str
    host: tuple[HostCourseView, ...]
    home: tuple[HomeCourseView, ...]
    conversion: str
    """By which kind of conversion the grade is found."""
    combined: str | None
    """How one grade comes of several."""
    demands: tuple[DemandView, ...]

    @classmethod
    def of(cls, found: Equivalence, titles: Mapping[str, str], language: Language) -> Self:
        """Show a mapping."""
        content, mapping = found.rule.content, found.mapping
        return cls(
            rule=identifier_of(found.rule.key),
            title=content.title,
            last=content.valid.last,
            mapping=mapping.id,
            host=tuple(HostCourseView.of(item, titles) for item in mapping.host),
            home=tuple(HomeCourseView.of(item, titles) for item in mapping.home),
            conversion=content.conversions[mapping.conversion].kind,
            combined=mapping.combine.grade if mapping.combine else None,
            demands=tuple(
                DemandView(kind=demand.kind, sentences=demand_sentences(demand, language))
                for demand in found.demands
            ),
        )


class EquivalenceListView(Value):
    """What counts for a course; at most 200 are shown, `found` counts all."""

    course: CourseId
    title: str | None
    found: int
    equivalences: tuple[EquivalenceView, ...]

    @classmethod
    def of(cls, found: EquivalenceList, language: Language) -> Self:
        """Show the list."""
        return cls(
            course=identifier_of(found.course),
            title=found.titles.get(found.course),
            found=found.found,
            equivalences=tuple(
                EquivalenceView.of(one, found.titles, language) for one in found.equivalences
            ),
        )
