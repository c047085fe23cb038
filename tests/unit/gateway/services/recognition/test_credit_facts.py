"""From records to facts: what is free, who certifies, what is watched."""

from datetime import timedelta
from typing import Any

import pytest

from chaincode.domain.certification import (
    Certification,
    CertificationStatus,
    CertificationWithdrawal,
)
from chaincode.domain.course import Course, CourseContent
from chaincode.domain.credit import Award, Credit, CreditStatus
from chaincode.domain.grading import Mode, Part
from chaincode.domain.holding import Holding
from chaincode.domain.keys import Kind, sibling, word_key
from chaincode.domain.places import Place
from chaincode.domain.recognition.demands import CourseKind
from chaincode.domain.recognition.facts import ProcessFacts, SatFacts, Standing
from chaincode.domain.recognition.process_limits import ProcessFloor, ProcessLimits
from chaincode.domain.redemption import Redemption, RedemptionEntry, RedemptionStatus
from gateway.services.recognition.credit_facts import (
    credit_facts,
    examination,
    process,
    watched_keys,
)
from gateway.services.recognition.gathering import permission_of
from tests.support.records import (
    COURSE,
    ENROLMENT,
    NOW,
    OPERATION,
    PARTS,
    REGISTRAR,
    STUDENT,
    empty_grade,
    make_content,
    make_course,
    make_enrolment,
    open_credit,
)

JOINT = "9" * 64
HELD, PERMITTED, RELEASED = (
    RedemptionStatus.HELD,
    RedemptionStatus.PERMITTED,
    RedemptionStatus.RELEASED,
)


def programme(member: str = "alphaMSP", place: int = 1) -> str:
    return f"programme/{member}/{place:032x}/1"


def entry(number: int, amount: int = 600, **change: Any) -> RedemptionEntry:
    fields: dict[str, Any] = {
        "number": number,
        "redeemer": "alphaMSP",
        "programme": programme(),
        "amount": amount,
        "rule": f"rule/alphaMSP/{'5' * 32}/1",
        "joint": None,
        "permitted_by": STUDENT,
        "permitted_at": NOW,
        "expires_at": NOW + timedelta(days=14),
        "status": PERMITTED,
        "credit_version": 3,
        "decision_commitment": None,
        "by": STUDENT,
        "at": NOW,
    }
    return RedemptionEntry(**fields | change)


def awarded() -> Credit:
    award = Award(
        credits=600,
        result_commitment="8" * 64,
        work_version=2,
        grade_version=4,
        grade_entries=3,
        by=REGISTRAR,
        at=NOW,
    )
    return open_credit().model_copy(update={"status": CreditStatus.AWARDED, "award": award})


def holding(
    *entries: RedemptionEntry, credit: Credit | None = None, course: Course | None = None
) -> Holding:
    key = sibling(ENROLMENT, Kind.REDEMPTION)
    redemption = None
    if entries:
        redemption = Redemption(key=key, version=1, operation=OPERATION, entries=entries)
    return Holding(
        enrolment=make_enrolment(course),
        credit=credit or awarded(),
        grade=empty_grade(),
        redemption=redemption,
        ruling=None,
        transfer=None,
    )


def free(held: Holding, number: int) -> int:
    own = permission_of(held, number)
    facts = credit_facts(held, make_course(), (), mark=8_000, time_zone="UTC", own=own)
    assert facts.redeemed is not None
    return (facts.credits or 0) - sum(one.amount for one in facts.redeemed)


@pytest.mark.parametrize(
    ("entries", "left"),
    [
        ((entry(1),), 600),
        ((entry(1, 200),), 200),
        ((entry(1), entry(2, status=HELD, programme=programme("gammaMSP"))), 0),
        ((entry(1, 400), entry(2, 200, status=HELD, programme=programme("gammaMSP"))), 400),
        ((entry(1, 200), entry(2, 200, status=HELD, programme=programme("gammaMSP"))), 200),
        ((entry(1), entry(2, status=RELEASED, programme=programme("gammaMSP"))), 600),
        ((entry(1), entry(2, programme=programme("gammaMSP"))), 600),
        ((entry(1, 400, status=HELD),), 400),
    ],
    ids=[
        "whole",
        "no more than is permitted",
        "somebody has it all",
        "the rest",
        "less than the rest",
        "given free",
        "permitted reserves nothing",
        "its own is not another's",
    ],
)
def test_what_a_decision_may_use(entries: tuple[RedemptionEntry, ...], left: int) -> None:
    assert free(holding(*entries), 1) == left


def test_a_joint_degree_shares_a_credit_and_no_more_than_is_permitted() -> None:
    other = entry(2, status=HELD, programme=programme("gammaMSP"), joint=JOINT)
    held = holding(entry(1, 300, joint=JOINT), other)
    facts = credit_facts(
        held, make_course(), (), mark=None, time_zone="UTC", own=permission_of(held, 1)
    )
    assert facts.redeemed is not None
    # The evaluator leaves out what other programmes of the joint degree took.
    assert [(one.programme, one.amount) for one in facts.redeemed] == [
        (programme("gammaMSP"), 600),
        (programme(), 300),
    ]


def test_before_the_award_nothing_is_known_of_it() -> None:
    facts = credit_facts(
        holding(credit=open_credit()), make_course(), (), mark=None, time_zone="UTC"
    )
    assert (facts.credits, facts.mark, facts.awarded_on) == (None, None, None)
    assert facts.standing is Standing.NOT_AWARDED


def test_a_failed_credit_is_worth_as_much_as_a_revoked_one() -> None:
    failed = awarded().model_copy(update={"status": CreditStatus.FAILED})
    facts = credit_facts(holding(credit=failed), make_course(), (), mark=None, time_zone="UTC")
    assert facts.standing is Standing.REVOKED


def test_the_day_of_the_award_is_one_of_the_rules_time_zone() -> None:
    late = awarded()
    assert late.award is not None
    award = late.award.model_copy(update={"at": NOW.replace(hour=20)})
    held = holding(credit=late.model_copy(update={"award": award}))
    days = [
        credit_facts(held, make_course(), (), mark=None, time_zone=zone).awarded_on
        for zone in ("UTC", "Asia/Shanghai")
    ]
    assert [day.isoformat() for day in days if day] == ["2026-11-22", "2026-11-23"]


def test_only_certificates_in_force_count() -> None:
    course = make_course()
    words = [
        Certification(
            key=word_key(Kind.CERTIFICATION, course.key, member),
            version=1,
            operation=OPERATION,
            course=course.key,
            course_digest=course.digest,
            certifier=member,
            status=CertificationStatus.IN_FORCE,
            by=REGISTRAR,
            at=NOW,
            withdrawal=None,
        )
        for member in ("gammaMSP", "alphaMSP", "ministryMSP")
    ]
    words[2] = words[2].withdrawn(
        reason=CertificationWithdrawal.OTHER, by=REGISTRAR, at=NOW, operation="0" * 32
    )
    facts = credit_facts(holding(), course, words, mark=None, time_zone="UTC")
    assert facts.certified_by == ("alphaMSP", "gammaMSP")
    read = {source.key for source in facts.sources}
    assert {words[0].key, words[1].key} <= read


def test_the_course_says_how_it_is_taught() -> None:
    kinds = {
        (Mode.ONLINE, Mode.OFFLINE): CourseKind.BLENDED,
        (Mode.OFFLINE, Mode.OFFLINE): CourseKind.ON_SITE,
        (Mode.ONLINE, Mode.ONLINE): CourseKind.ONLINE,
    }
    for modes, kind in kinds.items():
        parts = tuple(
            PARTS[0].model_copy(update={"id": f"part-{place}", "mode": mode, "weight": 5_000})
            for place, mode in enumerate(modes)
        )
        course = make_course(make_content(parts))
        facts = credit_facts(holding(course=course), course, (), mark=None, time_zone="UTC")
        assert facts.course_kind is kind
        assert facts.examination is not None
        assert facts.examination.second_review is (kind is not CourseKind.ONLINE)
        assert (facts.examination.province, facts.examination.city) == (None, None)


def test_a_course_that_was_rewritten_says_nothing() -> None:
    course = make_course()
    other = make_content().model_copy(update={"class_hours": 540, "field": "0911"})
    rewritten = [
        course.model_copy(update={"content": other}),
        course.model_copy(update={"content": other, "digest": other.digest()}),
        course.model_copy(update={"digest": other.digest()}),
    ]
    for one in rewritten:
        facts = credit_facts(holding(course=course), one, (), mark=8_000, time_zone="UTC")
        said = facts.model_dump(exclude_none=True)
        assert said.keys() == {
            "enrolment",
            "sources",
            "course",
            "credits",
            "mark",
            "awarded_on",
            "standing",
            "redeemed",
        }
    true = credit_facts(holding(course=course), course, (), mark=8_000, time_zone="UTC")
    assert (true.course_digest, true.class_hours, true.field) == (course.digest, 54, "0613")


NANJING = Place(country="CN", province="CN-JS", city="nanjing", member="gammaMSP")
HALL = NANJING.model_copy(update={"city": "suzhou", "member": None})


def content_of(*parts: Part) -> CourseContent:
    named = (part.model_copy(update={"id": f"part-{place}"}) for place, part in enumerate(parts))
    return make_content(tuple(named))


def at(place: Place | None) -> Part:
    return PARTS[1].model_copy(update={"place": place})


@pytest.mark.parametrize(
    ("parts", "sat"),
    [
        ((PARTS[0],), (None, None, None)),
        ((at(None),), (True, None, None)),
        ((PARTS[0], at(NANJING)), (True, "cn-js", "nanjing")),
        ((at(NANJING), at(NANJING)), (True, "cn-js", "nanjing")),
        ((at(HALL),), (False, "cn-js", "suzhou")),
        ((at(Place(country="FR")),), (False, None, None)),
    ],
)
def test_the_course_says_where_it_is_examined(
    parts: tuple[Part, ...], sat: tuple[bool | None, str | None, str | None]
) -> None:
    facts = examination(content_of(*parts))
    assert (facts.at_member, facts.province, facts.city) == sat
    assert facts.parts is None
    assert "parts" not in facts.model_dump(mode="json")


def test_parts_at_several_places_are_told_apart() -> None:
    facts = examination(content_of(at(NANJING), at(None), PARTS[0], at(HALL)))
    assert (facts.at_member, facts.province, facts.city) == (None, None, None)
    assert facts.parts == (
        SatFacts(at_member=True, province="cn-js", city="nanjing"),
        SatFacts(at_member=True, province=None, city=None),
        SatFacts(at_member=False, province="cn-js", city="suzhou"),
    )


def test_the_course_says_what_the_learning_process_shows() -> None:
    limits = ProcessLimits(pace_above=None, parallel_over_seconds=5)
    part = PARTS[0].model_copy(update={"mode": Mode.PROCESS})
    assert process(content_of(part)) is None
    watched = part.model_copy(update={"process": ProcessFloor.model_construct(watched_share=6_000)})
    assert process(content_of(PARTS[1], watched)) == ProcessFacts(
        watched_share=6_000, flags=None, thresholds=ProcessLimits().thresholds
    )
    floor = ProcessFloor.model_construct(limits=limits)
    unflagged = process(content_of(part.model_copy(update={"process": floor})))
    assert unflagged is not None
    assert (unflagged.flags, unflagged.thresholds) == ((), limits.thresholds)


def test_redemptions_are_no_reason_to_decide_anew() -> None:
    watched = watched_keys(ENROLMENT, COURSE, ["alphaMSP", "gammaMSP"])
    kinds = {key.partition("/")[0] for key in watched}
    assert kinds == {
        "enrolment",
        "credit",
        "grade",
        "ruling",
        "transfer",
        "course",
        "certification",
    }
    facts = credit_facts(holding(entry(1)), make_course(), (), mark=None, time_zone="UTC")
    assert {source.key for source in facts.sources} <= set(watched)
