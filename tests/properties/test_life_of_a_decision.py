"""A decision, and a credit after its award, tried in any order against models of their own."""

from datetime import date

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chaincode.domain.credit import Award, Credit, CreditStatus
from chaincode.domain.decision import (
    Computed,
    ConfirmationReason,
    Decision,
    DecisionOutcome,
    DecisionStatus,
    DecisionTrigger,
)
from chaincode.domain.errors import DomainError
from chaincode.domain.grade import GradeReason, ReviewOutcome
from chaincode.domain.grading import Mode
from tests.support.examples import examples
from tests.support.records import (
    NEXT,
    NOW,
    PARTS,
    REGISTRAR,
    REVIEWER,
    VERIFIER,
    add_grade,
    empty_grade,
    open_credit,
    review,
)

GATEWAY = "gateway/gammaMSP"
OUTCOMES = st.sampled_from(DecisionOutcome)
RECOGNISED, REFUSED = DecisionOutcome.RECOGNISED, DecisionOutcome.REFUSED


def computed(outcome: DecisionOutcome, *, automatic: bool) -> Computed:
    return Computed(
        decided_on=date(2026, 11, 22),
        outcome=outcome,
        inputs=("0" * 64,),
        explanation_commitment="1" * 64,
        automatic=automatic and outcome is not DecisionOutcome.NEEDS_PERSON,
    )


class Decided(RuleBasedStateMachine):
    """What holds changes by a person's word, or where nothing held by the rule alone."""

    def __init__(self) -> None:
        super().__init__()
        self.decision: Decision | None = None
        self.holds: DecisionOutcome | None = None
        self.waiting, self.ended = False, False

    @rule(outcome=OUTCOMES, automatic=st.booleans(), by=st.sampled_from([GATEWAY, VERIFIER]))
    def record(self, outcome: DecisionOutcome, automatic: bool, by: str) -> None:  # noqa: FBT001 - drawn
        if self.decision is not None:
            return
        found = computed(outcome, automatic=automatic)
        self.decision = Decision.recorded(
            key=f"decision/gammaMSP/{'7' * 32}",
            decider="gammaMSP",
            rule=f"rule/gammaMSP/{'6' * 32}/1",
            rule_digest="0" * 64,
            evaluator=2,
            programme=f"programme/gammaMSP/{'5' * 32}/1",
            computed=found,
            trigger=DecisionTrigger.APPLICATION,
            by=by,
            at=NOW,
            operation=NEXT,
        )
        self.holds = outcome if found.automatic else None
        self.waiting = not found.automatic

    @rule(
        outcome=OUTCOMES,
        automatic=st.booleans(),
        differs=st.booleans(),
        trigger=st.sampled_from([*[DecisionTrigger.CORRECTION] * 6, DecisionTrigger.WITHDRAWAL]),
        by=st.sampled_from([GATEWAY, VERIFIER]),
    )
    def revise(
        self,
        outcome: DecisionOutcome,
        automatic: bool,  # noqa: FBT001 - drawn
        differs: bool,  # noqa: FBT001 - drawn
        trigger: DecisionTrigger,
        by: str,
    ) -> None:
        if self.decision is None:
            return
        found = computed(outcome, automatic=automatic)
        full = len(self.decision.revisions) >= 64
        try:
            self.decision = self.decision.revised(
                found, trigger=trigger, differs=differs, by=by, at=NOW, operation=NEXT
            )
        except DomainError:
            assert self.ended or full
            return
        assert not self.ended
        if trigger is DecisionTrigger.WITHDRAWAL:
            self.ended, self.waiting = True, False
        elif self.holds is None:
            self.holds = outcome if found.automatic else None
            self.waiting = not found.automatic
        else:
            self.waiting = differs or outcome is not self.holds

    @rule(
        outcome=OUTCOMES,
        reason=st.sampled_from(ConfirmationReason),
        by=st.sampled_from([VERIFIER, REVIEWER]),
    )
    def confirm(self, outcome: DecisionOutcome, reason: ConfirmationReason, by: str) -> None:
        if self.decision is None:
            return
        last = self.decision.latest
        found = last.computed.outcome
        follows = outcome is found and found is not DecisionOutcome.NEEDS_PERSON
        follows = follows or (outcome is REFUSED and found is RECOGNISED)
        judged = found is DecisionOutcome.NEEDS_PERSON and outcome in (RECOGNISED, REFUSED)
        plain = reason is ConfirmationReason.AS_COMPUTED
        allowed = (
            self.waiting and by != last.by and (follows or judged) and plain is (outcome is found)
        )
        try:
            self.decision = self.decision.confirmed(
                outcome=outcome, reason=reason, by=by, at=NOW, operation=NEXT
            )
        except DomainError:
            assert not allowed
        else:
            assert allowed
            self.holds, self.waiting = outcome, False

    @invariant()
    def what_holds_is_the_models(self) -> None:
        if self.decision is None:
            return
        assert self.decision.holds is self.holds
        status = self.decision.status
        assert (status is DecisionStatus.WITHDRAWN) is self.ended
        waits = status in (DecisionStatus.AWAITING_CONFIRMATION, DecisionStatus.REOPENED)
        assert waits is self.waiting
        assert (status is DecisionStatus.REOPENED) is (self.waiting and self.holds is not None)
        if status is DecisionStatus.ANNULLED:
            assert self.holds is not RECOGNISED
        assert Decision.decode(self.decision.key, self.decision.encode()) == self.decision


class AfterTheAward(RuleBasedStateMachine):
    """Corrections wait for home, and a failed credit comes back by another correction alone."""

    def __init__(self) -> None:
        super().__init__()
        self.grade = empty_grade()
        for part in PARTS:
            self.grade = add_grade(self.grade, part, 1, mark=8_000, reason=GradeReason.FIRST)
            if part.mode is Mode.OFFLINE:
                self.grade = review(self.grade, len(self.grade.entries))
        applied = open_credit().applied(grades=self.grade.version, at=NOW, operation=NEXT)
        self.credit: Credit = applied.awarded(self.award(), operation=NEXT)
        self.waiting: list[int] = []
        self.passed = True

    def award(self) -> Award:
        return Award(
            credits=600,
            result_commitment="0" * 64,
            work_version=3,
            grade_version=self.grade.version,
            grade_entries=len(self.grade.entries),
            by=REGISTRAR,
            at=NOW,
        )

    @rule(place=st.integers(0, 1), reason=st.sampled_from(GradeReason))
    def correct(self, place: int, reason: GradeReason) -> None:
        before = self.credit
        try:
            self.grade = add_grade(self.grade, PARTS[place], 1, mark=7_000, reason=reason)
        except DomainError:
            assert reason is GradeReason.FIRST or len(self.grade.entries) >= 64
        else:
            assert reason is not GradeReason.FIRST
            self.waiting.append(len(self.grade.entries))
        assert self.credit == before

    @rule(outcome=st.sampled_from(ReviewOutcome))
    def review_the_last(self, outcome: ReviewOutcome) -> None:
        entry = self.grade.entries[-1]
        if entry.mode is Mode.OFFLINE and entry.review is None:
            self.grade = review(self.grade, entry.number, outcome=outcome)

    @rule(passed=st.booleans())
    def accept(self, passed: bool) -> None:  # noqa: FBT001 - drawn
        try:
            self.credit = self.credit.corrected(self.award(), passed=passed, operation=NEXT)
        except DomainError:
            assert not self.waiting
        else:
            assert self.waiting
            self.waiting, self.passed = [], passed

    @rule()
    def apply_or_award_again(self) -> None:
        for again in (
            lambda: self.credit.applied(grades=99, at=NOW, operation=NEXT),
            lambda: self.credit.awarded(self.award(), operation=NEXT),
        ):
            try:
                again()
            except DomainError:
                continue
            raise AssertionError("what was awarded is corrected, never awarded again")

    @invariant()
    def what_waits_is_visible(self) -> None:
        assert [entry.number for entry in self.credit.pending(self.grade)] == self.waiting
        wanted = CreditStatus.AWARDED if self.passed else CreditStatus.FAILED
        assert self.credit.status is wanted


Decided.TestCase.settings = settings(max_examples=examples(25), stateful_step_count=30)
AfterTheAward.TestCase.settings = settings(max_examples=examples(15), stateful_step_count=20)
TestDecided = Decided.TestCase
TestAfterTheAward = AfterTheAward.TestCase
