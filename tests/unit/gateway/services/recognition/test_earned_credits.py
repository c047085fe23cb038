"""What is presented to a credit bank, and what a study plan adds to facts."""

import json
from typing import Any

import pytest

from chaincode.domain.credit import Award, CreditStatus
from chaincode.domain.errors import InvalidArgument
from chaincode.domain.holding import Holding
from chaincode.domain.keys import Kind
from chaincode.domain.qualification.completion import complete
from chaincode.domain.qualification.programme import Trait
from chaincode.domain.qualification.shares import Load
from chaincode.domain.qualification.term import Term
from chaincode.domain.recognition.facts import Source
from gateway.services.recognition.earned import Surroundings, Use, open_credit
from gateway.services.recognition.study_plan import (
    StatedCredit,
    StatedPlan,
    StatedTerm,
    with_plan,
)
from tests.support import recognition
from tests.support.qualification import BANK
from tests.support.records import (
    ENROLMENT,
    NOW,
    OPERATION,
    REGISTRAR,
    empty_grade,
    make_course,
    make_enrolment,
)
from tests.support.records import (
    open_credit as open_slot,
)

TERM = f"{Kind.TERM}/bankMSP/{'7' * 32}"
LOAD = Load(courses=5, credits=3_000)


def holding(*, awarded: bool = True) -> Holding:
    slot = open_slot()
    if awarded:
        award = Award(
            credits=600,
            result_commitment="8" * 64,
            work_version=2,
            grade_version=4,
            grade_entries=3,
            by=REGISTRAR,
            at=NOW,
        )
        slot = slot.model_copy(update={"status": CreditStatus.AWARDED, "award": award})
    return Holding(make_enrolment(), slot, empty_grade(), None, None, None)


def term() -> Term:
    content = {
        "title": "Autumn",
        "academic_year": "2026",
        "starts_on": "2026-09-01",
        "ends_on": "2027-01-31",
        "time_zone": "UTC",
        "change_weeks": 5,
        "answer_weeks": 2,
        "transcript_weeks": 5,
        "recognition_weeks": 5,
    }
    document = {
        "key": TERM,
        "version": 1,
        "operation": OPERATION,
        "owner": "bankMSP",
        "content": content,
        "digest": "1" * 64,
        "published_by": REGISTRAR,
        "published_at": "2026-08-01T00:00:00Z",
    }
    return Term.model_validate_json(json.dumps(document))


def around() -> Surroundings:
    course = make_course()
    return Surroundings(BANK, {course.key: course}, {TERM: term()})


def stated(**change: Any) -> StatedCredit:
    fields: dict[str, Any] = {
        "enrolment": ENROLMENT,
        "term": TERM,
        "groups": ("liberal",),
        "traits": (Trait.ACCREDITED,),
    }
    return StatedCredit(**fields | change)


def test_an_open_credit_without_a_plan_may_count_everywhere_and_says_so() -> None:
    found = open_credit(holding(), None, around())
    assert found is not None
    assert (found.use, found.groups_known, found.term_known) == (Use.OPEN, False, False)
    assert found.earned.groups == ("major", "liberal", "free")
    assert (found.earned.term, found.earned.academic_year) == (None, None)
    assert found.earned.institution == ENROLMENT.split("/")[1]
    assert found.earned.awarded_on == NOW.date()


def test_a_plan_places_it_at_the_bank() -> None:
    plan = StatedPlan(terms=(StatedTerm(term=TERM, load=LOAD),), credits=(stated(),))
    found = open_credit(holding(), plan, around())
    assert found is not None
    assert (found.groups_known, found.term_known) == (True, True)
    assert (found.earned.term, found.earned.academic_year) == (TERM, "2026")
    assert Trait.ACCREDITED in found.earned.traits
    answer = complete(BANK, [found.earned])
    needed = {one.id: (one.found, one.missing) for one in answer.requirements}
    assert needed["liberal"] == (600, 2_400)
    assert needed["major"] == (0, 6_000)
    assert needed["accredited"] == (600, 1_200)
    assert not answer.fulfilled


def test_what_is_not_awarded_is_not_presented() -> None:
    assert open_credit(holding(awarded=False), None, around()) is None


def test_a_plan_goes_into_the_facts_with_its_sources() -> None:
    before = recognition.facts(
        recognition.credit(1, term=None),
        programme={"key": f"programme/bankMSP/{'6' * 32}/1", "load": None},
    )
    enrolment = before.credits[0].enrolment
    degree = Load(courses=30, credits=14_000)
    plan = StatedPlan(
        terms=(StatedTerm(term=TERM, load=LOAD),),
        credits=(stated(enrolment=enrolment),),
        degree=degree,
    )
    after = with_plan(before, plan, {TERM: 1})
    [found] = after.terms
    assert (found.key, found.load) == (TERM, LOAD)
    assert found.sources == (Source(key=TERM, version=1),)
    assert after.credits[0].term == TERM
    assert after.programme is not None
    assert after.programme.load == degree
    assert before.credits[0].term is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"terms": ()}, "credits.0.term"),
        ({"credits": (stated(enrolment=ENROLMENT[:-1] + "0"),)}, "credits.0.credit"),
        ({"credits": (stated(), stated())}, "credits"),
        ({"terms": (StatedTerm(term=TERM, load=LOAD),) * 2}, "terms"),
        ({"degree": Load(courses=4, credits=14_000)}, "degree.courses"),
        ({"degree": Load(courses=30, credits=2_999)}, "degree.credits"),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(change: dict[str, Any], field: str) -> None:
    fields: dict[str, Any] = {
        "terms": (StatedTerm(term=TERM, load=LOAD),),
        "credits": (stated(),),
        "degree": Load(courses=30, credits=14_000),
    }
    StatedPlan(**fields).require_consistent([ENROLMENT])
    with pytest.raises(InvalidArgument) as refused:
        StatedPlan(**fields | change).require_consistent([ENROLMENT])
    assert refused.value.field == field
