"""Who ignores a change, where the decision on a credit is not known: nobody is accused wrongly."""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from chaincode.domain.credit import Award, Credit, CreditStatus
from chaincode.domain.decision import (
    Computed,
    ConfirmationReason,
    Decision,
    DecisionOutcome,
    DecisionTrigger,
)
from chaincode.domain.holding import Holding
from chaincode.domain.keys import Kind, record_key
from chaincode.domain.redemption import RedemptionEntry, RedemptionStatus
from gateway.services.recognition.changes import Used
from gateway.services.recognition.staleness import Stale, one_of, students_of
from tests.support import records as made

DAY, MARGIN = timedelta(days=1), timedelta(minutes=5)
RULE, PROGRAMME = f"rule/gammaMSP/{'5' * 32}/1", f"programme/gammaMSP/{'1' * 32}/1"
GATEWAY, REGISTRAR = "gateway/gammaMSP", f"account/gammaMSP/{'d' * 32}"
RECOGNISED, REFUSED = DecisionOutcome.RECOGNISED, DecisionOutcome.REFUSED


def decision(*revised: datetime) -> Decision:
    """Recognised when it was permitted, and decided again at these times."""
    found = Decision.recorded(
        key=record_key(Kind.DECISION, "gammaMSP", secrets.token_hex(16)),
        decider="gammaMSP",
        rule=RULE,
        rule_digest="2" * 64,
        evaluator=2,
        programme=PROGRAMME,
        computed=_computed(RECOGNISED),
        trigger=DecisionTrigger.APPLICATION,
        by=GATEWAY,
        at=made.NOW,
        operation=made.OPERATION,
    )
    for at in revised:
        found = found.revised(
            _computed(REFUSED),
            trigger=DecisionTrigger.CORRECTION,
            differs=True,
            by=GATEWAY,
            at=at,
            operation=made.NEXT,
        )
    return found


def _computed(outcome: DecisionOutcome) -> Computed:
    return Computed(
        decided_on=date(2026, 11, 22),
        outcome=outcome,
        inputs=("0" * 64,),
        explanation_commitment="1" * 64,
        automatic=outcome is RECOGNISED,
    )


def use(
    corrected: datetime | None, *, student: str = "a", teaching: str = "betaMSP", day: int = 0
) -> Used:
    """A redeemed credit of a student's, corrected at a time or not at all."""
    award = Award(
        credits=600,
        result_commitment="8" * 64,
        work_version=2,
        grade_version=4,
        grade_entries=3,
        by=made.REGISTRAR,
        at=corrected or made.NOW - DAY,
    )
    credit: Credit = made.open_credit().model_copy(
        update={
            "status": CreditStatus.AWARDED,
            "award": award,
            "version": 4 if corrected else 3,
        }
    )
    enrolment = made.make_enrolment().model_copy(update={"teaching": teaching})
    entry = RedemptionEntry(
        number=1,
        redeemer="gammaMSP",
        programme=PROGRAMME,
        amount=600,
        rule=RULE,
        joint=None,
        permitted_by=f"account/alphaMSP/{student * 32}",
        permitted_at=made.NOW,
        expires_at=made.NOW + 14 * DAY,
        status=RedemptionStatus.REDEEMED,
        credit_version=3,
        decision_commitment="4" * 64,
        by=GATEWAY,
        at=made.NOW + day * DAY,
    )
    return Used(Holding(enrolment, credit, made.empty_grade(), None, None, None), entry, ())


@dataclass
class Group:
    """Decisions by one rule towards one programme, and the uses that they are about."""

    uses: list[Used] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)

    def about(self, used: Used) -> Stale | None:
        return one_of(used, self.uses, self.decisions, MARGIN)


def test_the_only_decision_ignores_it() -> None:
    corrected = use(made.NOW + DAY)
    quiet = decision()
    found = Group([corrected], [quiet]).about(corrected)
    assert found is not None
    assert (found.decisions, found.among, found.certain) == ((quiet.key,), 1, True)
    assert Group([corrected], [decision(made.NOW + 2 * DAY)]).about(corrected) is None


def test_what_did_not_change_is_never_shown() -> None:
    untouched = use(None)
    assert Group([untouched], [decision()]).about(untouched) is None


def test_a_thousand_decisions_on_other_credits_accuse_nobody() -> None:
    corrected = use(made.NOW + DAY)
    uses = [corrected, *(use(None, student="b") for _ in range(30))]
    others = [decision() for _ in range(30)]
    assert Group(uses, [decision(made.NOW + 2 * DAY), *others]).about(corrected) is None
    found = Group(uses, [decision(), *others]).about(corrected)
    assert found is not None
    assert (len(found.decisions), found.among, found.certain) == (20, 31, True)


def test_fewer_were_decided_again_than_students_are_concerned() -> None:
    ours, theirs = use(made.NOW + DAY), use(made.NOW + DAY, student="b")
    answered, quiet = decision(made.NOW + 2 * DAY), decision()
    found = Group([ours, theirs], [answered, quiet]).about(ours)
    assert found is not None
    assert (found.decisions, found.certain) == ((quiet.key,), False)
    both = [answered, decision(made.NOW + 2 * DAY)]
    assert Group([ours, theirs], both).about(ours) is None


def test_two_credits_of_one_student_may_be_one_decision() -> None:
    """Two credits under one pseudonym, or one at each of two universities."""
    answered = decision(made.NOW + 2 * DAY)
    for second in (
        use(made.NOW + DAY),
        use(made.NOW + DAY, student="b", teaching="ministryMSP"),
    ):
        first = use(made.NOW + DAY)
        assert students_of([first, second], made.NOW) == 1
        assert Group([first, second], [answered, decision()]).about(first) is None


def test_an_earlier_change_is_not_answered_for_by_its_revision() -> None:
    """Somebody else's decision was revised for a change of its own, a minute before."""
    ours = use(made.NOW + DAY + timedelta(minutes=1))
    theirs = use(made.NOW + DAY, student="b")
    answered, quiet = decision(made.NOW + DAY), decision()
    found = Group([ours, theirs], [answered, quiet]).about(ours)
    assert found is not None
    assert found.decisions == (quiet.key,)


def test_decisions_that_were_made_later_or_annulled_are_not_meant() -> None:
    corrected = use(made.NOW + DAY)
    annulled = decision(made.NOW + 2 * DAY).confirmed(
        outcome=REFUSED,
        reason=ConfirmationReason.AS_COMPUTED,
        by=REGISTRAR,
        at=made.NOW + 3 * DAY,
        operation=made.NEXT,
    )
    later = decision()
    revisions = (later.latest.model_copy(update={"at": made.NOW + DAY}),)
    later = later.model_copy(update={"revisions": revisions})
    quiet = decision()
    found = Group([corrected], [annulled, later, quiet]).about(corrected)
    assert found is not None
    assert (found.decisions, found.certain) == ((quiet.key,), True)


def test_redeemed_without_any_decision() -> None:
    corrected = use(made.NOW + DAY)
    found = Group([corrected], []).about(corrected)
    assert found is not None
    assert (found.decisions, found.among, found.certain) == ((), 0, True)


def test_a_registrars_own_judgement_needs_no_revision() -> None:
    corrected = use(made.NOW + DAY)
    computed = _computed(DecisionOutcome.NEEDS_PERSON)
    asked = decision().revised(
        computed,
        trigger=DecisionTrigger.REVIEW,
        differs=True,
        by=GATEWAY,
        at=made.NOW,
        operation=made.NEXT,
    )
    judged = asked.confirmed(
        outcome=RECOGNISED,
        reason=ConfirmationReason.JUDGEMENT,
        by=REGISTRAR,
        at=made.NOW,
        operation=made.NEXT,
    )
    assert Group([corrected], [judged]).about(corrected) is None
