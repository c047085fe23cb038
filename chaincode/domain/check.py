"""CheckStudent: do grade, work and result hold up against the ledger?

A pure function of the records and of what was opened. Each check has a stable code and one of
three outcomes; a caller that must rely on the result asks `Report.require_valid`.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from chaincode.domain.commitment import grade_commitment, work_commitment
from chaincode.domain.course import Course
from chaincode.domain.enrolment import Enrolment, EnrolmentStatus, Work
from chaincode.domain.errors import CheckFailed
from chaincode.domain.grade import Grade, GradeEntry
from chaincode.domain.grading import final_mark
from chaincode.domain.values import (
    Digest,
    FileSize,
    Mark,
    MediaType,
    Number,
    Outcome,
    Secret256,
    Slug,
    Value,
)


class OpenedGrade(Value):
    """A mark with its salt, as home, teaching university and holder know it."""

    number: Number
    mark: Annotated[Mark, Field(repr=False)]
    salt: Secret256


class OpenedWork(Value):
    """What was committed of a piece of work."""

    number: Number
    digest: Digest
    body: Digest
    size: FileSize
    media_type: MediaType
    salt: Secret256


class CheckCode(StrEnum):
    """What is checked."""

    ADMITTED = "student-admitted"
    COURSE = "course-as-approved"
    WORK_PRESENT = "work-present"
    WORK_COMMITMENT = "work-commitment"
    GRADE_PRESENT = "grade-present"
    GRADE_REVIEWED = "grade-reviewed"
    GRADE_COMMITMENT = "grade-commitment"
    GRADED_LATEST_WORK = "grade-on-latest-work"
    PASS_MARK = "pass-mark-reached"  # noqa: S105 - the mark that passes, no password


class Check(Value):
    """One answer; `part` names the part it is about."""

    code: CheckCode
    outcome: Outcome
    part: Slug | None = None


class Report(Value):
    """All answers, and the final mark where it could be computed."""

    checks: tuple[Check, ...]
    mark: Annotated[Mark | None, Field(repr=False)] = None

    @property
    def outcome(self) -> Outcome:
        """Invalid if anything is; else could-not-check if anything is; else valid."""
        found = {check.outcome for check in self.checks}
        for outcome in (Outcome.INVALID, Outcome.COULD_NOT_CHECK):
            if outcome in found:
                return outcome
        return Outcome.VALID

    def require_valid(self) -> int:
        """Rely on the report: the final mark, in hundredths.

        Raises:
            CheckFailed: anything is invalid or could not be checked.
        """
        if self.outcome is not Outcome.VALID or self.mark is None:
            raise self._failed()
        return self.mark

    def require_evidence(self) -> tuple[int, bool]:
        """Rely on the evidence alone: the final mark in hundredths, and whether it passes.

        Raises:
            CheckFailed: anything but the pass mark is invalid or could not be checked.
        """
        doubted = any(
            check.outcome is not Outcome.VALID and check.code is not CheckCode.PASS_MARK
            for check in self.checks
        )
        if doubted or self.mark is None:
            raise self._failed()
        return self.mark, self.outcome is Outcome.VALID

    def _failed(self) -> CheckFailed:
        failed = [check for check in self.checks if check.outcome is not Outcome.VALID]
        return CheckFailed(
            "the evidence does not hold: "
            + ", ".join(f"{c.code.value}{f' ({c.part})' if c.part else ''}" for c in failed),
            facts={"checks": [c.model_dump(mode="json", exclude_none=True) for c in failed]},
        )


def check_student(
    *,
    enrolment: Enrolment,
    course: Course,
    work: Work,
    grade: Grade,
    opened_grades: tuple[OpenedGrade, ...],
    opened_work: tuple[OpenedWork, ...],
) -> Report:
    """Check all parts of a course for one student (the paper's CheckStudent)."""
    grades = {opened.number: opened for opened in opened_grades}
    works = {opened.number: opened for opened in opened_work}
    checks = [
        _check(CheckCode.ADMITTED, enrolment.status is EnrolmentStatus.ADMITTED),
        _check(
            CheckCode.COURSE, course.digest == enrolment.course_digest == course.content.digest()
        ),
    ]
    marks: dict[str, int] = {}
    for part in course.content.parts:
        checks += _check_work(enrolment, work, works, part.id)
        checks += _check_grade(enrolment, work, grade, grades, part.id)
        entry = grade.latest(part.id)
        if entry and entry.number in grades and _opens(enrolment, entry, grades[entry.number]):
            marks[part.id] = grades[entry.number].mark
    return _conclude(course, checks, marks)


def _conclude(course: Course, checks: list[Check], marks: dict[str, int]) -> Report:
    """Judge the final mark; `marks` holds what was committed, never what was merely claimed."""
    scale, parts = course.content.scale, course.content.parts
    if marks.keys() != {part.id for part in parts}:
        checks.append(Check(code=CheckCode.PASS_MARK, outcome=Outcome.COULD_NOT_CHECK))
        return Report(checks=tuple(checks))
    if not all(scale.holds(mark) for mark in marks.values()):
        checks.append(Check(code=CheckCode.PASS_MARK, outcome=Outcome.INVALID))
        return Report(checks=tuple(checks))
    mark = final_mark(scale, parts, marks)
    checks.append(_check(CheckCode.PASS_MARK, scale.passes(mark)))
    return Report(checks=tuple(checks), mark=mark)


def _check(code: CheckCode, holds: bool, part: str | None = None) -> Check:  # noqa: FBT001 - a predicate's answer
    return Check(code=code, outcome=Outcome.VALID if holds else Outcome.INVALID, part=part)


def _check_work(
    enrolment: Enrolment, work: Work, opened: dict[int, OpenedWork], part: str
) -> list[Check]:
    entry = work.latest(part)
    present = _check(CheckCode.WORK_PRESENT, entry is not None, part)
    if entry is None:
        return [present]
    if entry.number not in opened:
        return [
            present,
            Check(code=CheckCode.WORK_COMMITMENT, outcome=Outcome.COULD_NOT_CHECK, part=part),
        ]
    shown = opened[entry.number]
    computed = work_commitment(
        enrolment=enrolment.key,
        part=part,
        digest=shown.digest,
        body=shown.body,
        size=shown.size,
        media_type=shown.media_type,
        salt=bytes.fromhex(shown.salt),
    )
    return [present, _check(CheckCode.WORK_COMMITMENT, computed == entry.commitment, part)]


def _check_grade(
    enrolment: Enrolment, work: Work, grade: Grade, opened: dict[int, OpenedGrade], part: str
) -> list[Check]:
    entry, latest = grade.latest(part), work.latest(part)
    present = _check(CheckCode.GRADE_PRESENT, entry is not None, part)
    if entry is None:
        return [present]
    checks = [
        present,
        _check(CheckCode.GRADE_REVIEWED, entry.stands, part),
        _check(
            CheckCode.GRADED_LATEST_WORK,
            latest is not None and latest.number == entry.work_number,
            part,
        ),
    ]
    if entry.number not in opened:
        return [
            *checks,
            Check(code=CheckCode.GRADE_COMMITMENT, outcome=Outcome.COULD_NOT_CHECK, part=part),
        ]
    opens = _opens(enrolment, entry, opened[entry.number])
    return [*checks, _check(CheckCode.GRADE_COMMITMENT, opens, part)]


def _opens(enrolment: Enrolment, entry: GradeEntry, shown: OpenedGrade) -> bool:
    computed = grade_commitment(
        enrolment=enrolment.key,
        part=entry.part,
        number=entry.number,
        mark=shown.mark,
        salt=bytes.fromhex(shown.salt),
    )
    return computed == entry.commitment
