"""State machines: whatever is tried in whatever order, the records keep their rules.

The machine knows the rules in its own words (small models beside the records), tries every step at
any time, and holds each outcome to the model.
"""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chaincode.domain.account import Account, AccountStatus
from chaincode.domain.check import OpenedGrade, OpenedWork, Report, check_student
from chaincode.domain.course import Course, CourseStatus
from chaincode.domain.credit import Award, CreditStatus
from chaincode.domain.enrolment import AdmissionRefusal, EnrolmentStatus
from chaincode.domain.errors import AccountInactive, ConsentMissing, DomainError
from chaincode.domain.grade import GradeReason, ReviewOutcome
from chaincode.domain.grading import Mode, Part, final_mark
from chaincode.domain.record import Record
from chaincode.domain.values import Outcome
from chaincode.domain.verification import ConsentStatus, Finding, Verdict
from tests.support.examples import examples
from tests.support.records import (
    ENROLMENT,
    NEXT,
    NOW,
    OPERATION,
    PARTS,
    REGISTRAR,
    REVIEWER,
    SCALE,
    TEACHER,
    VERIFIER,
    add_grade,
    caller,
    empty_grade,
    empty_work,
    make_account,
    make_consent,
    make_course,
    make_enrolment,
    make_request,
    open_credit,
    opened_grade,
    opened_work,
    review,
    upload,
)

PART = st.sampled_from(PARTS)
LIMIT = 6


class Slots(RuleBasedStateMachine):
    """Course, enrolment, work, grade and credit, tried in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.course: Course = make_course(approved=False)
        self.enrolment = make_enrolment(self.course, EnrolmentStatus.APPLIED)
        self.work, self.grade, self.credit = empty_work(), empty_grade(), open_credit()
        self.marks: dict[int, int] = {}
        self.reviews: dict[int, ReviewOutcome] = {}

    @rule(approve=st.booleans(), reason=st.none() | st.just("because"))
    def check_course(self, approve: bool, reason: str | None) -> None:  # noqa: FBT001 - drawn
        allowed = self.course.status is CourseStatus.PROPOSED and (approve or reason is not None)
        try:
            self.course = self.course.checked(
                approve=approve, reason=reason, by=REGISTRAR, at=NOW, operation=NEXT
            )
        except DomainError:
            assert not allowed
        else:
            assert allowed

    @rule(admit=st.booleans(), reason=st.none() | st.just(AdmissionRefusal.OTHER))
    def learn(self, admit: bool, reason: AdmissionRefusal | None) -> None:  # noqa: FBT001 - drawn
        undecided = self.enrolment.status is EnrolmentStatus.APPLIED
        allowed = undecided and (admit or reason is not None)
        try:
            self.enrolment = self.enrolment.learned(
                admit=admit, reason=reason, at=NOW, operation=NEXT
            )
        except DomainError:
            assert not allowed
        else:
            assert allowed

    @rule(part=PART)
    def hand_in(self, part: Part) -> None:
        allowed = len(self.work.entries) < LIMIT
        try:
            self.work = upload(self.work, part.id, limit=LIMIT)
        except DomainError:
            assert not allowed
        else:
            assert allowed

    @rule(part=PART, mark=st.integers(0, 10_000), reason=st.sampled_from(GradeReason))
    def grade_part(self, part: Part, mark: int, reason: GradeReason) -> None:
        first = all(entry.part != part.id for entry in self.grade.entries)
        allowed = len(self.grade.entries) < LIMIT and first is (reason is GradeReason.FIRST)
        work = self.work.latest(part.id)
        number = work.number if work else 1
        try:
            self.grade = add_grade(self.grade, part, number, mark=mark, reason=reason, limit=LIMIT)
        except DomainError:
            assert not allowed
        else:
            assert allowed
            self.marks[len(self.grade.entries)] = mark

    @rule(
        number=st.integers(1, LIMIT + 1),
        outcome=st.sampled_from(ReviewOutcome),
        by=st.sampled_from([REGISTRAR, TEACHER]),
    )
    def review_grade(self, number: int, outcome: ReviewOutcome, by: str) -> None:
        entries = self.grade.entries
        entry = entries[number - 1] if number <= len(entries) else None
        allowed = (
            entry is not None
            and by != TEACHER
            and entry.mode is Mode.OFFLINE
            and number not in self.reviews
            and all(later.part != entry.part for later in entries[number:])
        )
        try:
            self.grade = review(self.grade, number, outcome=outcome, by=by)
        except DomainError:
            assert not allowed
        else:
            assert allowed
            self.reviews[number] = outcome

    @rule()
    def apply_for_credit(self) -> None:
        seen, applied = self.grade.version, self.credit.applied_grades
        allowed = self.credit.status is CreditStatus.OPEN or (
            self.credit.status is CreditStatus.APPLIED and applied != seen
        )
        try:
            self.credit = self.credit.applied(grades=seen, at=NOW, operation=NEXT)
        except DomainError:
            assert not allowed
        else:
            assert allowed

    @rule(hidden=st.sets(st.integers(1, LIMIT)))
    def award(self, hidden: set[int]) -> None:
        report = self.report(hidden)
        expected = self.expected_mark(hidden)
        assert (report.outcome is Outcome.VALID) is (expected is not None)
        allowed = (
            expected is not None
            and self.credit.status is CreditStatus.APPLIED
            and self.credit.applied_grades == self.grade.version
        )
        try:
            assert report.require_valid() == expected
            award = Award(
                credits=600,
                result_commitment="0" * 64,
                work_version=self.work.version,
                grade_version=self.grade.version,
                grade_entries=len(self.grade.entries),
                by=REGISTRAR,
                at=NOW,
            )
            self.credit = self.credit.awarded(award, operation=NEXT)
        except DomainError:
            assert not allowed
        else:
            assert allowed

    def report(self, hidden: set[int]) -> Report:
        """CheckStudent with the entries of the `hidden` numbers left unopened."""
        grades: tuple[OpenedGrade, ...] = tuple(
            opened_grade(number, mark)
            for number, mark in self.marks.items()
            if number not in hidden
        )
        works: tuple[OpenedWork, ...] = tuple(
            opened_work(entry.number) for entry in self.work.entries if entry.number not in hidden
        )
        return check_student(
            enrolment=self.enrolment,
            course=self.course,
            work=self.work,
            grade=self.grade,
            opened_grades=grades,
            opened_work=works,
        )

    def expected_mark(self, hidden: set[int]) -> int | None:
        """The final mark where everything holds, in the words of the design."""
        if self.enrolment.status is not EnrolmentStatus.ADMITTED:
            return None
        marks = {}
        for part in PARTS:
            grades = [entry for entry in self.grade.entries if entry.part == part.id]
            works = [entry for entry in self.work.entries if entry.part == part.id]
            if not grades or not works or {grades[-1].number, works[-1].number} & hidden:
                return None
            number = grades[-1].number
            reviewed = self.reviews.get(number) is ReviewOutcome.APPROVED
            if part.mode is Mode.OFFLINE and not reviewed:
                return None
            if grades[-1].work_number != works[-1].number:
                return None
            marks[part.id] = self.marks[number]
        mark = final_mark(SCALE, PARTS, marks)
        return mark if mark >= SCALE.pass_mark else None

    @invariant()
    def entries_are_numbered_and_never_change(self) -> None:
        for slot in (self.work, self.grade):
            numbers = [entry.number for entry in slot.entries]
            assert numbers == list(range(1, len(numbers) + 1))
        assert self.grade.version == 1 + len(self.grade.entries) + len(self.reviews)

    @invariant()
    def everything_can_be_stored_and_read(self) -> None:
        records: list[Record] = [
            self.course,
            self.enrolment,
            self.work,
            self.grade,
            self.credit,
        ]
        for record in records:
            assert type(record).decode(record.key, record.encode()) == record


class Verification(RuleBasedStateMachine):
    """Account, consent and verdict, tried in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.account: Account = make_account(status=AccountStatus.REGISTERED)
        self.request = make_request()
        self.consent = make_consent(self.request)
        self.reviewed: Outcome | None = None
        self.verdict: Verdict | None = None

    @rule(activating=st.booleans())
    def speak(self, activating: bool) -> None:  # noqa: FBT001 - drawn
        wanted = AccountStatus.REGISTERED if activating else AccountStatus.ACTIVE
        try:
            self.account.require_speaks(caller(), activating=activating)
        except AccountInactive:
            assert self.account.status is not wanted
        else:
            assert self.account.status is wanted
            if activating:
                self.account = self.account.activated(operation=NEXT)

    @rule()
    def close(self) -> None:
        allowed = self.account.status is not AccountStatus.CLOSED
        try:
            self.account = self.account.closed(operation=NEXT)
        except DomainError:
            assert not allowed
        else:
            assert allowed

    @rule()
    def withdraw(self) -> None:
        allowed = self.consent.status is ConsentStatus.GRANTED
        try:
            self.consent = self.consent.withdrawn(at=NOW, operation=NEXT)
        except DomainError:
            assert not allowed
        else:
            assert allowed

    @rule(outcome=st.sampled_from(Outcome))
    def review_work(self, outcome: Outcome) -> None:
        if self.consent.status is not ConsentStatus.GRANTED:
            with pytest.raises(ConsentMissing):
                self.consent.require_covers(self.request, NOW)
            return
        self.consent.require_covers(self.request, NOW)
        if self.verdict is None:
            self.reviewed = outcome
            self.verdict = Verdict(
                key=self.request.key.replace("request", "verdict"),
                version=1,
                operation=OPERATION,
                request=self.request.key,
                enrolment=ENROLMENT,
                credit_version=3,
                review=self.finding(outcome, REVIEWER),
                decision=None,
            )

    @rule(outcome=st.sampled_from(Outcome), by=st.sampled_from([VERIFIER, REVIEWER]))
    def decide(self, outcome: Outcome, by: str) -> None:
        if self.verdict is None:
            return
        worse = outcome is not Outcome.VALID or self.reviewed is Outcome.VALID
        allowed = self.verdict.decision is None and by != REVIEWER and worse
        try:
            self.verdict = self.verdict.decided(self.finding(outcome, by), operation=NEXT)
        except DomainError:
            assert not allowed
        else:
            assert allowed

    def finding(self, outcome: Outcome, by: str) -> Finding:
        return Finding(by=by, at=NOW, outcome=outcome, report_commitment="0" * 64)

    @invariant()
    def a_valid_verdict_was_reviewed_as_valid_by_somebody_else(self) -> None:
        decision = self.verdict.decision if self.verdict else None
        if self.verdict and decision and decision.outcome is Outcome.VALID:
            assert self.verdict.review.outcome is Outcome.VALID
            assert self.verdict.review.by != decision.by


Slots.TestCase.settings = settings(max_examples=examples(20), stateful_step_count=30)
Verification.TestCase.settings = settings(max_examples=examples(15), stateful_step_count=15)
TestSlots = Slots.TestCase
TestVerification = Verification.TestCase
