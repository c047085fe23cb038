"""What somebody thinks of taking, and the credit that it would be."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from chaincode.domain.course import Course
from chaincode.domain.errors import InvalidArgument
from chaincode.domain.keys import Kind, record_key, split_key
from chaincode.domain.qualification.programme import Programme, ProgrammeContent
from chaincode.domain.qualification.shares import Load, ShareUnit
from chaincode.domain.recognition.demands import ShareCap
from chaincode.domain.recognition.facts import (
    CreditFacts,
    HomeCourseFacts,
    ProgrammeFacts,
    Source,
    Standing,
)
from chaincode.domain.recognition.rule import RuleContent
from gateway.services.recognition.credit_facts import examination, process


class Assumption(StrEnum):
    """What an answer takes for granted, because nobody can know it yet."""

    AWARDED = "awarded"
    """The planned courses are passed and awarded as their course versions say."""
    AWARDED_ON_THE_DAY = "awarded-on-the-day"
    """They are awarded on the day that is asked about."""
    NOTHING_COUNTED_BEFORE = "nothing-counted-before"
    """No home course was replaced towards the degree before."""


@dataclass(frozen=True, slots=True)
class PlannedCourse:
    """A course that somebody thinks of taking; what is not said is not known."""

    course: str
    """Ledger key."""
    mark: int | None = field(default=None, repr=False)
    """Hundredths, on the course's own scale."""
    credits: int | None = None
    """Hundredths; the course's own unless said."""


@dataclass(frozen=True, slots=True)
class PlannedTerm:
    """The decider's term that all of it falls in, and everything taken of the programme then."""

    term: str
    """Ledger key."""
    load: Load


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked; keys are ledger keys."""

    courses: tuple[PlannedCourse, ...] = ()
    credits: tuple[str, ...] = ()
    """Enrolments of the person's own."""
    decider: str | None = None
    programme: str | None = None
    term: PlannedTerm | None = None
    wanted: tuple[str, ...] | None = None
    on: date | None = None


def planned_credit(
    asked: PlannedCourse, course: Course, certifiers: Iterable[str], *, on: date, path: str
) -> CreditFacts:
    """A credit as it would be: awarded on the day, nothing of it redeemed.

    Raises:
        InvalidArgument: the mark is none of the course's scale or does not pass, or the course
            has fewer credits; `path` begins the field.
    """
    content = course.content
    if asked.mark is not None:
        content.scale.require_mark(asked.mark, field=f"{path}.mark")
        if not content.scale.passes(asked.mark):
            raise InvalidArgument("with this mark there is no credit", field=f"{path}.mark")
    if asked.credits is not None and asked.credits > content.credits:
        raise InvalidArgument("the course has fewer credits", field=f"{path}.credits")
    return CreditFacts(
        enrolment=_stand_in(course.key),
        sources=(Source(key=course.key, version=course.version),),
        course=course.key,
        course_digest=course.digest,
        credits=asked.credits or content.credits,
        class_hours=content.class_hours,
        field=content.field,
        course_kind=content.taught,
        category=content.category,
        scale=content.scale,
        mark=asked.mark,
        awarded_on=on,
        standing=Standing.AWARDED,
        redeemed=(),
        certified_by=tuple(sorted(certifiers)),
        examination=examination(content),
        process=process(content),
    )


def programme_facts(programme: Programme, rule: RuleContent) -> ProgrammeFacts:
    """What a programme says of a degree: its credits, and where it says so its courses."""
    content = programme.content
    source = Source(key=programme.key, version=programme.version)
    listed = content.courses
    return ProgrammeFacts(
        key=programme.key,
        sources=(source,),
        load=_load(content, rule),
        courses=None
        if listed is None
        else tuple(HomeCourseFacts(course=one.course, category=one.category) for one in listed),
    )


def _load(content: ProgrammeContent, rule: RuleContent) -> Load | None:
    """All of the degree; None where a cap is on a share of its courses, and none says how many."""
    by_courses = any(
        isinstance(demand, ShareCap) and demand.unit is ShareUnit.COURSES for demand in rule.demands
    )
    if by_courses and content.course_count is None:
        return None
    return Load(courses=content.course_count or 0, credits=content.total)


def _stand_in(course: str) -> str:
    """A key for the enrolment that there is none of yet: one for each course."""
    identifier = hashlib.sha256(course.encode()).hexdigest()[:32]
    return record_key(Kind.ENROLMENT, split_key(course).owner, identifier)
