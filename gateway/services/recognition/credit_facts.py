"""From the ledger's records to the facts of a decision: pure, so that a replay can be explained."""

from collections.abc import Iterable

from chaincode.domain.certification import Certification, CertificationStatus
from chaincode.domain.course import Course
from chaincode.domain.grading import Mode
from chaincode.domain.holding import BEARING, Holding
from chaincode.domain.holding import Standing as HoldingStanding
from chaincode.domain.keys import split_key
from chaincode.domain.qualification.days import day_of
from chaincode.domain.recognition.demands import CourseKind
from chaincode.domain.recognition.facts import (
    CreditFacts,
    ExaminationFacts,
    RedeemedFacts,
    Source,
    Standing,
)
from chaincode.domain.record import Record

_STANDING = {
    HoldingStanding.OPEN: Standing.NOT_AWARDED,
    HoldingStanding.APPLIED: Standing.NOT_AWARDED,
    HoldingStanding.FAILED: Standing.REVOKED,
    HoldingStanding.AWARDED: Standing.AWARDED,
    HoldingStanding.SUSPENDED: Standing.SUSPENDED,
    HoldingStanding.REVOKED: Standing.REVOKED,
}
"""A credit that failed in a correction is worth as much as one that was revoked."""


def credit_facts(
    holding: Holding,
    course: Course,
    certifications: Iterable[Certification],
    *,
    mark: int | None,
    time_zone: str,
    own: tuple[int, ...] = (),
) -> CreditFacts:
    """Arrange what is known of one credit.

    Args:
        holding: the credit with all that bears on it.
        course: the course version that it was earned in.
        certifications: every member's word on the quality of that version.
        mark: the final mark in hundredths, None where this member does not know it.
        time_zone: where the day of the award is taken.
        own: numbers of the redemptions that this very decision is about.
    """
    certified = [one for one in certifications if one.status is CertificationStatus.IN_FORCE]
    award = holding.credit.award
    return CreditFacts(
        enrolment=holding.enrolment.key,
        sources=sources_of(holding, course, certified),
        course=course.key,
        course_digest=course.digest,
        credits=award.credits if award else None,
        class_hours=course.content.class_hours,
        field=course.content.field,
        course_kind=course_kind(course),
        scale=course.content.scale,
        mark=mark,
        awarded_on=day_of(award.at, time_zone) if award else None,
        standing=_STANDING[holding.standing],
        redeemed=tuple(
            RedeemedFacts(programme=entry.programme, amount=entry.amount)
            for entry in holding.redemptions
            if entry.counts and entry.number not in own
        ),
        certified_by=tuple(sorted(one.certifier for one in certified)),
        examination=examination(course),
    )


def sources_of(
    holding: Holding, course: Course, certified: Iterable[Certification]
) -> tuple[Source, ...]:
    """Every record that the facts were read from, in key order.

    The redemption is left out: this decision itself moves it on.
    """
    bearing: list[Record | None] = [
        holding.enrolment,
        holding.credit,
        holding.grade,
        holding.ruling,
        holding.transfer,
    ]
    records = [record for record in (*bearing, course, *certified) if record is not None]
    found = {record.key: record.version for record in records}
    return tuple(Source(key=key, version=found[key]) for key in sorted(found))


def course_kind(course: Course) -> CourseKind:
    """How a course is taught and examined, by its parts."""
    modes = {part.mode for part in course.content.parts}
    if Mode.OFFLINE not in modes:
        return CourseKind.ONLINE
    return CourseKind.ON_SITE if modes == {Mode.OFFLINE} else CourseKind.BLENDED


def examination(course: Course) -> ExaminationFacts:
    """What the course version itself says of its examination; where it was sat it does not say.

    Papers are examined by the teaching member on its own premises and reviewed by a second
    person, without which no credit is awarded.
    """
    offline = [part for part in course.content.parts if part.mode is Mode.OFFLINE]
    return ExaminationFacts(
        at_member=True if offline else None,
        province=None,
        city=None,
        proctored=any(part.proctored for part in course.content.parts),
        second_review=bool(offline),
    )


def watched_keys(holding: Holding, course: Course, members: Iterable[str]) -> tuple[str, ...]:
    """Every key whose change can change a decision on this credit, present or absent."""
    parts = split_key(course.key)
    words = [
        f"certification/{parts.owner}/{parts.identifier}/{parts.number}/{member}"
        for member in members
    ]
    identifier = holding.enrolment.key.partition("/")[2]
    bearing = [f"{kind.value}/{identifier}" for kind in BEARING]
    return (*bearing, course.key, *words)
