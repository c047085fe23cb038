"""Demands about one host course: its grade, age, examination, quality and learning process."""

from collections.abc import Iterator
from itertools import chain

from chaincode.domain.grading import Better
from chaincode.domain.qualification.days import years_after
from chaincode.domain.qualification.process import ProcessFlag
from chaincode.domain.recognition.amounts import format_hundredths
from chaincode.domain.recognition.case import Case, every, judged, some
from chaincode.domain.recognition.codes import Code, Finding
from chaincode.domain.recognition.demands import (
    AtMember,
    ExaminationDemand,
    InCity,
    MinimumGrade,
    Place,
    ProcessDemand,
    QualityDemand,
    ValidityDemand,
)
from chaincode.domain.recognition.facts import CreditFacts, ExaminationFacts, SatFacts
from chaincode.domain.recognition.on_scale import OnScale
from chaincode.domain.recognition.rule_parts import Mapping
from chaincode.domain.recognition.verdict import Node

_KINDS = ("minimum-grade", "validity", "examination", "quality", "process")
"""In this order they are judged, whatever the order in the document."""


def check_courses(case: Case, mapping: Mapping) -> Iterator[Node]:
    """Judge each host course that the student has by each demand."""
    for kind in _KINDS:
        demand = case.demand(mapping, kind)
        if demand is None:
            continue
        for item in mapping.host:
            credit = case.credits.get(item.course)
            if credit is None:
                continue
            match demand:
                case MinimumGrade():
                    yield _check_grade(demand, credit)
                case ValidityDemand():
                    yield _check_validity(case, demand, credit)
                case ExaminationDemand():
                    yield from _check_examination(demand, credit)
                case QualityDemand():
                    yield _check_quality(demand, credit)
                case ProcessDemand():
                    yield from _check_process(demand, credit)


def reaches(credit: CreditFacts, demand: OnScale) -> bool | None:
    """Whether a mark is this grade or better; None where mark or scale do not allow to say."""
    scale, mark = credit.scale, credit.mark
    if scale is None or mark is None or not demand.meant_on(scale):
        return None
    return mark >= demand.grade if demand.better is Better.HIGHER else mark <= demand.grade


def _check_grade(demand: MinimumGrade, credit: CreditFacts) -> Node:
    return judged(
        Code.MINIMUM_GRADE,
        reaches(credit, demand),
        about=credit.course,
        demanded={"least": format_hundredths(demand.grade)},
        found={"grade": format_hundredths(credit.mark or 0)},
        where=credit.sources,
    )


def _check_validity(case: Case, demand: ValidityDemand, credit: CreditFacts) -> Node:
    awarded = credit.awarded_on
    last = None if awarded is None else years_after(awarded, demand.years)
    return judged(
        Code.VALIDITY,
        None if last is None or awarded is None else awarded <= case.on <= last,
        about=credit.course,
        demanded={"years": demand.years, "on": case.on.isoformat()},
        found={
            "awarded_on": awarded.isoformat() if awarded else "",
            "last_day": last.isoformat() if last else "",
        },
        where=credit.sources,
    )


def _check_examination(demand: ExaminationDemand, credit: CreditFacts) -> Iterator[Node]:
    facts = credit.examination
    if demand.places:
        sat = _sat(facts)
        answers = [some([_sat_at(place, one) for place in demand.places]) for one in sat]
        yield judged(
            Code.EXAMINATION_PLACE,
            every(answers) if sat else None,
            about=credit.course,
            demanded={"places": tuple(map(_name, demand.places))},
            found={"sat_at": tuple(dict.fromkeys(chain.from_iterable(map(_places, sat))))},
            where=credit.sources,
        )
    for code, asked, answer in (
        (Code.EXAMINATION_PROCTORED, demand.proctored, facts.proctored if facts else None),
        (Code.EXAMINATION_REVIEWED, demand.second_review, facts.second_review if facts else None),
    ):
        if asked:
            yield judged(code, answer, about=credit.course, where=credit.sources)


def _sat(facts: ExaminationFacts | None) -> tuple[SatFacts, ...]:
    """Each sitting by itself: all of them have to be at one of the places."""
    return () if facts is None else facts.parts or (facts,)


def _sat_at(place: Place, facts: SatFacts) -> bool | None:
    if isinstance(place, AtMember):
        return facts.at_member
    name = facts.city if isinstance(place, InCity) else facts.province
    return None if name is None else name == place.name


def _name(place: Place) -> str:
    return place.kind if isinstance(place, AtMember) else f"{place.kind} {place.name}"


def _places(facts: SatFacts) -> tuple[str, ...]:
    named = (("province", facts.province), ("city", facts.city))
    member = ("member",) if facts.at_member else ()
    return (*member, *(f"{kind} {name}" for kind, name in named if name))


def _check_quality(demand: QualityDemand, credit: CreditFacts) -> Node:
    certified = None if credit.certified_by is None else set(credit.certified_by) - {credit.host}
    if certified is not None and demand.certifiers is not None:
        certified &= set(demand.certifiers)
    return judged(
        Code.QUALITY,
        None if certified is None else len(certified) >= demand.certified_by,
        about=credit.course,
        demanded={"certified_by": demand.certified_by},
        found={"certifiers": tuple(sorted(certified or ()))},
        where=credit.sources,
    )


def _check_process(demand: ProcessDemand, credit: CreditFacts) -> Iterator[Node]:
    facts = credit.process
    if demand.watched_share is not None:
        share = facts.watched_share if facts else None
        yield judged(
            Code.WATCHED_SHARE,
            None if share is None else share >= demand.watched_share,
            about=credit.course,
            demanded={"least": format_hundredths(demand.watched_share)},
            found={"share": format_hundredths(share or 0)},
            where=credit.sources,
        )
    measured = facts is not None and facts.thresholds == demand.limits.thresholds
    flags = facts.flags if facts and measured else None
    for effect, named in (("bar", demand.bar), ("confirm", demand.confirm), ("show", demand.show)):
        for flag in sorted(named):
            yield _check_flag(effect, flag, flags, credit)


def _check_flag(
    effect: str, flag: ProcessFlag, flags: tuple[ProcessFlag, ...] | None, credit: CreditFacts
) -> Node:
    raised = None if flags is None else flag in flags
    finding = {
        "bar": {None: Finding.UNKNOWN, True: Finding.FAILED, False: Finding.FULFILLED},
        "confirm": {None: Finding.UNKNOWN, True: Finding.CONFIRM, False: Finding.FULFILLED},
    }.get(effect, {}).get(raised, Finding.SHOWN)
    return Node(
        code=Code.PROCESS_FLAG,
        finding=finding,
        about=credit.course,
        demanded={"flag": flag.value, "effect": effect},
        found=None if raised is None else {"raised": raised},
        where=credit.sources,
    )
