"""CheckStudent: each code once valid, once invalid, and once not checkable where it can be."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from chaincode.domain.check import Check, CheckCode, OpenedGrade, OpenedWork, Report, check_student
from chaincode.domain.course import Course
from chaincode.domain.enrolment import Enrolment, EnrolmentStatus, Work
from chaincode.domain.errors import CheckFailed
from chaincode.domain.grade import Grade, GradeReason, ReviewOutcome
from chaincode.domain.grading import Better
from chaincode.domain.values import Outcome
from tests.support.records import (
    ENROLMENT,
    PARTS,
    SCALE,
    add_grade,
    commit_grade,
    commit_work,
    empty_grade,
    empty_work,
    make_content,
    make_course,
    make_enrolment,
    opened_grade,
    opened_work,
    review,
    salt,
    upload,
)

ESSAY, EXAM = PARTS
VALID, INVALID, UNKNOWN = Outcome.VALID, Outcome.INVALID, Outcome.COULD_NOT_CHECK


class Case(NamedTuple):
    """What is checked: work 1 and grade 1 are the essay's, 2 the examination's."""

    enrolment: Enrolment
    course: Course
    work: Work
    grade: Grade
    opened_grades: tuple[OpenedGrade, ...]
    opened_work: tuple[OpenedWork, ...]

    def check(self, **changes: Any) -> Report:
        return check_student(**(self._asdict() | changes))


def case(essay: int = 8_000, exam: int = 6_500) -> Case:
    grade = add_grade(add_grade(empty_grade(), ESSAY, 1, mark=essay), EXAM, 2, mark=exam)
    return Case(
        enrolment=make_enrolment(),
        course=make_course(),
        work=upload(upload(empty_work(), "essay"), "exam"),
        grade=review(grade, 2),
        opened_grades=(opened_grade(1, essay), opened_grade(2, exam)),
        opened_work=(opened_work(1), opened_work(2)),
    )


GOOD = case()


def found(report: Report) -> Mapping[tuple[CheckCode, str | None], Outcome]:
    answers = {(check.code, check.part): check.outcome for check in report.checks}
    assert len(answers) == len(report.checks), "each check is answered once"
    return answers


def failed(report: Report) -> set[tuple[CheckCode, str | None, Outcome]]:
    return {(*key, outcome) for key, outcome in found(report).items() if outcome is not VALID}


def test_a_good_student() -> None:
    report = GOOD.check()
    assert report.mark == 7_100
    assert report.outcome is VALID
    assert report.require_valid() == 7_100
    per_part = {
        CheckCode.WORK_PRESENT,
        CheckCode.WORK_COMMITMENT,
        CheckCode.GRADE_PRESENT,
        CheckCode.GRADE_REVIEWED,
        CheckCode.GRADE_COMMITMENT,
        CheckCode.GRADED_LATEST_WORK,
    }
    once = {CheckCode.ADMITTED, CheckCode.COURSE, CheckCode.PASS_MARK}
    assert found(report).keys() == (
        {(code, None) for code in once} | {(code, p.id) for code in per_part for p in PARTS}
    )
    assert once | per_part == set(CheckCode)


@pytest.mark.parametrize("status", [EnrolmentStatus.APPLIED, EnrolmentStatus.REFUSED])
def test_not_admitted(status: EnrolmentStatus) -> None:
    report = GOOD.check(enrolment=make_enrolment(status=status))
    assert failed(report) == {(CheckCode.ADMITTED, None, INVALID)}


def test_a_course_that_was_rewritten() -> None:
    silent = GOOD.course.model_copy(
        update={"content": make_content(scale=SCALE.model_copy(update={"pass_mark": 1}))}
    )
    open_ = silent.model_copy(update={"digest": silent.content.digest()})
    other = make_enrolment().model_copy(update={"course_digest": "0" * 64})
    for change in ({"course": silent}, {"course": open_}, {"enrolment": other}):
        assert failed(GOOD.check(**change)) == {(CheckCode.COURSE, None, INVALID)}


def test_work_that_is_missing() -> None:
    report = GOOD.check(work=upload(empty_work(), "essay"))
    assert failed(report) == {
        (CheckCode.WORK_PRESENT, "exam", INVALID),
        (CheckCode.GRADED_LATEST_WORK, "exam", INVALID),
    }
    assert (CheckCode.WORK_COMMITMENT, "exam") not in found(report)


@pytest.mark.parametrize(
    "change",
    [
        {"digest": "9" * 64},
        {"body": "9" * 64},
        {"size": 1},
        {"media_type": "text/plain"},
        {"salt": salt(9).hex()},
    ],
)
def test_work_that_is_not_what_was_committed(change: dict[str, Any]) -> None:
    altered = opened_work(2).model_copy(update=change)
    report = GOOD.check(opened_work=(opened_work(1), altered))
    assert failed(report) == {(CheckCode.WORK_COMMITMENT, "exam", INVALID)}
    assert report.mark == 7_100


def test_work_that_was_not_opened() -> None:
    report = GOOD.check(opened_work=(opened_work(1),))
    assert failed(report) == {(CheckCode.WORK_COMMITMENT, "exam", UNKNOWN)}
    assert report.outcome is UNKNOWN


def test_work_committed_in_another_enrolment() -> None:
    foreign = commit_work("essay", opened_work(1), enrolment=ENROLMENT.replace("2", "9"))
    entry = GOOD.work.entries[0].model_copy(update={"commitment": foreign})
    work = GOOD.work.model_copy(update={"entries": (entry, GOOD.work.entries[1])})
    assert failed(GOOD.check(work=work)) == {(CheckCode.WORK_COMMITMENT, "essay", INVALID)}


def test_a_grade_that_is_missing() -> None:
    report = GOOD.check(grade=add_grade(empty_grade(), ESSAY, 1, mark=8_000))
    assert failed(report) == {
        (CheckCode.GRADE_PRESENT, "exam", INVALID),
        (CheckCode.PASS_MARK, None, UNKNOWN),
    }
    assert report.mark is None
    assert (CheckCode.GRADE_COMMITMENT, "exam") not in found(report)


@pytest.mark.parametrize("outcome", [None, ReviewOutcome.RETURNED])
def test_an_offline_grade_without_a_second_word(outcome: ReviewOutcome | None) -> None:
    grade = add_grade(add_grade(empty_grade(), ESSAY, 1), EXAM, 2, mark=6_500)
    if outcome is not None:
        grade = review(grade, 2, outcome=outcome)
    assert failed(GOOD.check(grade=grade)) == {(CheckCode.GRADE_REVIEWED, "exam", INVALID)}


@pytest.mark.parametrize("change", [{"mark": 6_501}, {"mark": 0}, {"salt": salt(9).hex()}])
def test_a_grade_that_is_not_what_was_committed_makes_no_mark(change: dict[str, Any]) -> None:
    altered = opened_grade(2, 6_500).model_copy(update=change)
    report = GOOD.check(opened_grades=(opened_grade(1), altered))
    assert failed(report) == {
        (CheckCode.GRADE_COMMITMENT, "exam", INVALID),
        (CheckCode.PASS_MARK, None, UNKNOWN),
    }
    assert report.mark is None
    assert report.outcome is INVALID


def test_a_grade_that_was_not_opened() -> None:
    report = GOOD.check(opened_grades=(opened_grade(1),))
    assert failed(report) == {
        (CheckCode.GRADE_COMMITMENT, "exam", UNKNOWN),
        (CheckCode.PASS_MARK, None, UNKNOWN),
    }
    assert report.outcome is UNKNOWN


def test_grades_that_change_places() -> None:
    first, second = opened_grade(1), opened_grade(2, 6_500)
    swapped = (
        first.model_copy(update={"number": 2}),
        second.model_copy(update={"number": 1}),
    )
    codes = {code for code, _, _ in failed(GOOD.check(opened_grades=swapped))}
    assert codes == {CheckCode.GRADE_COMMITMENT, CheckCode.PASS_MARK}


def test_a_grade_committed_in_another_enrolment() -> None:
    foreign = commit_grade("essay", opened_grade(1), enrolment=ENROLMENT.replace("2", "9"))
    entry = GOOD.grade.entries[0].model_copy(update={"commitment": foreign})
    grade = GOOD.grade.model_copy(update={"entries": (entry, GOOD.grade.entries[1])})
    assert (CheckCode.GRADE_COMMITMENT, "essay", INVALID) in failed(GOOD.check(grade=grade))


def test_newer_work_than_was_graded() -> None:
    report = GOOD.check(
        work=upload(GOOD.work, "essay"), opened_work=(opened_work(2), opened_work(3))
    )
    assert failed(report) == {(CheckCode.GRADED_LATEST_WORK, "essay", INVALID)}


def test_the_replaced_grade_does_not_count() -> None:
    corrected = add_grade(GOOD.grade, ESSAY, 1, mark=2_000, reason=GradeReason.APPEAL)
    report = GOOD.check(grade=corrected)
    assert (CheckCode.GRADE_COMMITMENT, "essay", UNKNOWN) in failed(report)
    report = GOOD.check(
        grade=corrected, opened_grades=(*GOOD.opened_grades, opened_grade(3, 2_000))
    )
    assert report.mark == 4_700
    assert failed(report) == {(CheckCode.PASS_MARK, None, INVALID)}


@pytest.mark.parametrize(("exam", "passes"), [(3_000, True), (2_999, False)])
def test_the_pass_mark(exam: int, *, passes: bool) -> None:
    report = case(8_000, exam).check()
    expected = set() if passes else {(CheckCode.PASS_MARK, None, INVALID)}
    assert failed(report) == expected


def test_committed_marks_off_the_scale_are_no_crash_and_no_pass() -> None:
    tight = SCALE.model_copy(update={"lowest": 1, "highest": 99_001, "pass_mark": 1, "step": 1_000})
    content = make_content(scale=tight)
    course = make_course(content)
    enrolment = make_enrolment(course)
    for essay, exam in ((100_000, 100_000), (0, 0), (1, 2)):
        report = case(essay, exam).check(course=course, enrolment=enrolment)
        assert failed(report) == {(CheckCode.PASS_MARK, None, INVALID)}
        assert report.mark is None


def test_the_best_is_low_on_some_scales() -> None:
    low = SCALE.model_copy(update={"better": Better.LOWER})
    course = make_course(make_content(scale=low))
    report = GOOD.check(course=course, enrolment=make_enrolment(course))
    assert failed(report) == {(CheckCode.PASS_MARK, None, INVALID)}


def test_invalid_outweighs_what_could_not_be_checked() -> None:
    checks = [Check(code=CheckCode.COURSE, outcome=outcome) for outcome in Outcome]
    assert Report(checks=tuple(checks)).outcome is INVALID
    assert Report(checks=(checks[0], checks[2])).outcome is UNKNOWN
    assert Report(checks=(checks[0],)).outcome is VALID


@pytest.mark.parametrize("outcome", [INVALID, UNKNOWN])
def test_nobody_relies_on_less_than_valid(outcome: Outcome) -> None:
    report = Report(
        checks=(
            Check(code=CheckCode.COURSE, outcome=VALID),
            Check(code=CheckCode.WORK_COMMITMENT, outcome=outcome, part="essay"),
            Check(code=CheckCode.ADMITTED, outcome=outcome),
        ),
        mark=8_000,
    )
    with pytest.raises(CheckFailed, match=r"work-commitment \(essay\), student-admitted$") as error:
        report.require_valid()
    assert error.value.facts == {
        "checks": [
            {"code": "work-commitment", "outcome": outcome.value, "part": "essay"},
            {"code": "student-admitted", "outcome": outcome.value},
        ]
    }
    assert "8000" not in repr(report) + repr(error.value.document())


def test_nobody_relies_on_a_report_without_a_mark() -> None:
    with pytest.raises(CheckFailed):
        Report(checks=(Check(code=CheckCode.COURSE, outcome=VALID),)).require_valid()
