"""What the linter knows of the courses that a rule names, and what it finds there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chaincode.domain.course import Course, CourseStatus
from chaincode.domain.grading import Scale
from chaincode.domain.qualification.days import day_of, years_after
from chaincode.domain.recognition.amounts import format_hundredths
from chaincode.domain.recognition.conversions import ByDistribution
from chaincode.domain.recognition.demands import Category, ValidityDemand
from chaincode.domain.recognition.facts import CreditFacts
from chaincode.domain.recognition.lint_codes import LintCode, LintFinding, finding
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.recognition.rule_parts import HomeCourse, HostCourse
from chaincode.domain.recognition.rule_parts import Mapping as CourseMapping


@dataclass(frozen=True, slots=True)
class KnownCourse:
    """A course as far as it is known; None where it is not. Credits are hundredths."""

    credits: int | None = None
    class_hours: int | None = None
    field: str | None = None
    scale: Scale | None = None
    digest: str | None = None
    category: Category | None = None
    approved: bool | None = None
    opens: datetime | None = None
    closes: datetime | None = None

    @classmethod
    def of(cls, course: Course) -> "KnownCourse":
        """A course of the ledger."""
        content = course.content
        return cls(
            credits=content.credits,
            class_hours=content.class_hours,
            field=content.field,
            scale=content.scale,
            digest=course.digest,
            category=content.category,
            approved=course.status is CourseStatus.APPROVED,
            opens=content.window.opens,
            closes=content.window.closes,
        )

    @classmethod
    def of_facts(cls, credit: CreditFacts) -> "KnownCourse":
        """The course of a credit in facts."""
        return cls(
            credits=credit.credits,
            class_hours=credit.class_hours,
            field=credit.field,
            scale=credit.scale,
            digest=credit.course_digest,
            category=credit.category,
        )


KnownCourses = Mapping[str, KnownCourse | None]
"""By course key: None where none stands under it; a key that is missing was not looked for."""


def lint_courses(rule: RuleContent, courses: KnownCourses) -> Iterator[LintFinding]:
    """Compare a rule with the courses that it names."""
    for place, mapping in enumerate(rule.mappings):
        for number, item in enumerate(mapping.host):
            where = ("mappings", place, "host", number)
            yield from _existing(item.course, courses, *where)
            known = courses.get(item.course)
            if known is not None:
                yield from _host(item, known, *where)
                yield from _category(item, known, *where)
                yield from _field(rule, mapping, known, *where)
                yield from _age(rule, mapping, known, *where)
        for number, home in enumerate(mapping.home):
            where = ("mappings", place, "home", number)
            yield from _existing(home.course, courses, *where)
            known = courses.get(home.course)
            if known is not None:
                yield from _category(home, known, *where)
            if known is not None and known.credits is not None and known.credits != home.credits:
                yield finding(
                    LintCode.HOME_CREDITS_DIFFER,
                    *where,
                    "credits",
                    credits=format_hundredths(home.credits),
                    course_credits=format_hundredths(known.credits),
                )


def _existing(course: str, courses: KnownCourses, *where: str | int) -> Iterator[LintFinding]:
    if course not in courses:
        return
    known = courses[course]
    if known is None:
        yield finding(LintCode.COURSE_UNKNOWN, *where, "course", course=course)
    elif known.approved is False:
        yield finding(LintCode.COURSE_NOT_APPROVED, *where, "course", course=course)


def _host(item: HostCourse, known: KnownCourse, *where: str | int) -> Iterator[LintFinding]:
    if item.digest is not None and known.digest is not None and item.digest != known.digest:
        yield finding(LintCode.COURSE_CHANGED, *where, "digest", digest=known.digest)
    if item.credits is not None and known.credits is not None and item.credits > known.credits:
        yield finding(
            LintCode.PART_EXCEEDS_COURSE,
            *where,
            "credits",
            credits=format_hundredths(item.credits),
            course_credits=format_hundredths(known.credits),
        )


def _category(
    item: HostCourse | HomeCourse, known: KnownCourse, *where: str | int
) -> Iterator[LintFinding]:
    if item.category is not None and known.category not in {None, item.category}:
        yield finding(
            LintCode.CATEGORY_DIFFERS,
            *where,
            "category",
            category=item.category.value,
            course_category=str(known.category),
        )


def _field(
    rule: RuleContent, mapping: CourseMapping, known: KnownCourse, *where: str | int
) -> Iterator[LintFinding]:
    conversion = rule.conversions[mapping.conversion]
    field = conversion.host.field if isinstance(conversion, ByDistribution) else None
    if field is not None and known.field is not None and not known.field.startswith(field):
        yield finding(
            LintCode.FIELD_DIFFERS,
            *where,
            "course",
            field=field,
            course_field=known.field,
            conversion=mapping.conversion,
        )


def _age(
    rule: RuleContent, mapping: CourseMapping, known: KnownCourse, *where: str | int
) -> Iterator[LintFinding]:
    demand = mapping.demand(rule, "validity")
    if not isinstance(demand, ValidityDemand) or known.opens is None or known.closes is None:
        return
    zone = rule.valid.time_zone
    opens, closes = day_of(known.opens, zone), day_of(known.closes, zone)
    if (
        closes.year + demand.years < _LAST_YEAR
        and years_after(closes, demand.years) < rule.valid.first
    ):
        yield finding(
            LintCode.VALIDITY_PAST,
            *where,
            "course",
            years=demand.years,
            closes=closes.isoformat(),
            first=rule.valid.first.isoformat(),
        )
    elif opens.year + demand.years < _LAST_YEAR and years_after(opens, demand.years) < closes:
        yield finding(
            LintCode.VALIDITY_SHORTER_THAN_WINDOW,
            *where,
            "course",
            years=demand.years,
            days=(closes - opens + timedelta(days=1)).days,
        )


_LAST_YEAR = 9_000
"""Of the calendar of dates; periods beyond it end never."""
