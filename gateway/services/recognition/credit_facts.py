"""From the ledger's records to the facts of a decision: pure, so that a replay can be explained."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from chaincode.domain.certification import Certification, CertificationStatus
from chaincode.domain.course import Course, CourseContent
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.grading import Mode
from chaincode.domain.holding import Holding, bearing_keys
from chaincode.domain.holding import Standing as HoldingStanding
from chaincode.domain.keys import Kind, sibling, word_key
from chaincode.domain.places import Place
from chaincode.domain.qualification.days import day_of
from chaincode.domain.recognition.facts import (
    CreditFacts,
    ExaminationFacts,
    ProcessFacts,
    RedeemedFacts,
    SatFacts,
    Source,
    Standing,
)
from chaincode.domain.recognition.process_limits import ProcessLimits
from chaincode.domain.record import Record
from chaincode.domain.redemption import RedemptionEntry

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
    own: RedemptionEntry | None = None,
) -> CreditFacts:
    """Arrange what is known of one credit.

    Args:
        holding: the credit with all that bears on it.
        course: the course version that it was earned in.
        certifications: every member's word on the quality of that version.
        mark: the final mark in hundredths, None where this member does not know it.
        time_zone: where the day of the award is taken.
        own: the permission that this very decision is about.
    """
    certified = [one for one in certifications if one.status is CertificationStatus.IN_FORCE]
    award = holding.credit.award
    return CreditFacts(
        enrolment=holding.enrolment.key,
        sources=sources_of(holding, course, certified),
        course=course.key,
        credits=award.credits if award else None,
        mark=mark,
        awarded_on=day_of(award.at, time_zone) if award else None,
        standing=_STANDING[holding.standing],
        redeemed=tuple(_not_to_be_had(holding, own)),
        **_said_by_course(holding.enrolment, course, certified),
    )


def _said_by_course(
    enrolment: Enrolment, course: Course, certified: Sequence[Certification]
) -> dict[str, Any]:
    """What the course version says: nothing where it is not the one that the student enrolled in.

    Its university alone can rewrite the record, and the digest in it as well.
    """
    content = course.content
    if not course.digest == enrolment.course_digest == content.digest():
        return {}
    return {
        "course_digest": course.digest,
        "class_hours": content.class_hours,
        "field": content.field,
        "course_kind": content.taught,
        "category": content.category,
        "scale": content.scale,
        "certified_by": tuple(sorted(one.certifier for one in certified)),
        "examination": examination(content),
        "process": process(content),
    }


def _not_to_be_had(holding: Holding, own: RedemptionEntry | None) -> Iterator[RedeemedFacts]:
    """What others have redeemed, and what the holder did not permit this decision to use."""
    others = [entry for entry in holding.redemptions if entry.counts and entry != own]
    for entry in others:
        yield RedeemedFacts(programme=entry.programme, amount=entry.amount)
    if own is None or holding.credit.award is None:
        return
    taken = sum(entry.amount for entry in others if not _of_one_degree(entry, own))
    kept = holding.credit.award.credits - taken - own.amount
    if kept > 0:
        yield RedeemedFacts(programme=own.programme, amount=kept)


def _of_one_degree(one: RedemptionEntry, other: RedemptionEntry) -> bool:
    """Whether both are programmes of one joint degree: there a credit counts for each."""
    programmes = {sibling(entry.programme, Kind.PROGRAMME) for entry in (one, other)}
    return one.joint is not None and one.joint == other.joint and len(programmes) > 1


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


def examination(content: CourseContent) -> ExaminationFacts:
    """What the course version says of its examination: parts on paper, or with a place.

    Papers are examined by the teaching member on its own premises unless a place is named, and
    reviewed by a second person, without which no credit is awarded.
    """
    offline = [part for part in content.parts if part.mode is Mode.OFFLINE]
    held = [part.place for part in content.parts if part in offline or part.place is not None]
    sat = tuple(map(_sat, held)) or (SatFacts(at_member=None, province=None, city=None),)
    alike = len(set(sat)) == 1
    first = sat[0] if alike else SatFacts(at_member=None, province=None, city=None)
    return ExaminationFacts(
        **dict(first),
        proctored=any(part.proctored for part in content.parts),
        second_review=bool(offline),
        parts=None if alike else sat,
    )


def _sat(place: Place | None) -> SatFacts:
    if place is None:
        return SatFacts(at_member=True, province=None, city=None)
    return SatFacts(
        at_member=place.member is not None,
        province=None if place.province is None else place.province.lower(),
        city=place.city,
    )


def process(content: CourseContent) -> ProcessFacts | None:
    """What the course version says that everybody who passes has shown at least."""
    floor = next((part.process for part in content.parts if part.process is not None), None)
    if floor is None:
        return None
    return ProcessFacts(
        watched_share=floor.watched_share,
        flags=None if floor.limits is None else (),
        thresholds=(floor.limits or ProcessLimits()).thresholds,
    )


def watched_keys(enrolment: str, course: str, members: Iterable[str]) -> tuple[str, ...]:
    """Every key whose change can change a decision on this credit, present or absent.

    The redemption is not among them: decisions move it on themselves.
    """
    bearing = [key for key in bearing_keys(enrolment) if not key.startswith(f"{Kind.REDEMPTION}/")]
    return (*bearing, course, *certification_keys(course, members))


def certification_keys(course: str, members: Iterable[str]) -> tuple[str, ...]:
    """Where each member's word on the quality of a course version stands."""
    return tuple(word_key(Kind.CERTIFICATION, course, member) for member in members)
