"""What became of a credit after a decision: by versions where they are known, else by times."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pytest

from chaincode.domain.certification import (
    Certification,
    CertificationStatus,
    CertificationWithdrawal,
    Withdrawal,
)
from chaincode.domain.credit import Award, Credit, CreditStatus
from chaincode.domain.decision import Computed, DecisionOutcome, DecisionTrigger, Revision
from chaincode.domain.holding import Holding
from chaincode.domain.keys import Kind, sibling, word_key
from chaincode.domain.redemption import RedemptionEntry, RedemptionStatus
from chaincode.domain.ruling import Ruling, RulingKind, RulingReason
from gateway.services.recognition.changes import Change, Used
from tests.support.records import (
    COURSE,
    ENROLMENT,
    NOW,
    OPERATION,
    REGISTRAR,
    STUDENT,
    empty_grade,
    make_enrolment,
    open_credit,
)

MARGIN = timedelta(minutes=5)
DAY = timedelta(days=1)
CREDIT = sibling(ENROLMENT, Kind.CREDIT)
RULING = sibling(ENROLMENT, Kind.RULING)
CERTIFICATE = word_key(Kind.CERTIFICATION, COURSE, "gammaMSP")


def credit(
    version: int = 3, at: datetime = NOW, status: CreditStatus = CreditStatus.AWARDED
) -> Credit:
    award = Award(
        credits=600,
        result_commitment="8" * 64,
        work_version=2,
        grade_version=4,
        grade_entries=3,
        by=REGISTRAR,
        at=at,
    )
    return open_credit().model_copy(update={"status": status, "award": award, "version": version})


def ruling(*words: tuple[RulingKind, datetime]) -> Ruling:
    found: Ruling | None = None
    for kind, at in words:
        found = Ruling.ruled(
            found,
            key=RULING,
            ruling=kind,
            reason=RulingReason.INVESTIGATION,
            gives_back=False,
            authority="ministryMSP",
            authorities=1,
            by=f"account/ministryMSP/{'6' * 32}",
            at=at,
            operation=OPERATION,
        )
    assert found is not None
    return found


def certificate(withdrawn: datetime, digest: str) -> Certification:
    reason = CertificationWithdrawal.EXAMINATION
    by = f"account/gammaMSP/{'6' * 32}"
    return Certification(
        key=CERTIFICATE,
        version=2,
        operation=OPERATION,
        course=COURSE,
        course_digest=digest,
        certifier="gammaMSP",
        status=CertificationStatus.WITHDRAWN,
        by=by,
        at=NOW - DAY,
        withdrawal=Withdrawal(reason=reason, by=by, at=withdrawn),
    )


def used(
    *,
    credit_: Credit | None = None,
    ruling_: Ruling | None = None,
    certifications: tuple[Certification, ...] = (),
    credit_version: int = 3,
) -> Used:
    holding = Holding(
        make_enrolment(), credit_ or credit(), empty_grade(), None, ruling_, transfer=None
    )
    entry = RedemptionEntry(
        number=1,
        redeemer="gammaMSP",
        programme=f"programme/gammaMSP/{'1' * 32}/1",
        amount=600,
        rule=f"rule/gammaMSP/{'5' * 32}/1",
        joint=None,
        permitted_by=STUDENT,
        permitted_at=NOW,
        expires_at=NOW + 14 * DAY,
        status=RedemptionStatus.REDEEMED,
        credit_version=credit_version,
        decision_commitment="4" * 64,
        by="gateway/gammaMSP",
        at=NOW,
    )
    return Used(holding, entry, certifications)


def revision(
    at: datetime, trigger: DecisionTrigger = DecisionTrigger.APPLICATION, number: int = 1
) -> Revision:
    computed = Computed(
        decided_on=date(2026, 11, 22),
        outcome=DecisionOutcome.RECOGNISED,
        inputs=("0" * 64,),
        explanation_commitment="1" * 64,
        automatic=True,
    )
    return Revision(
        number=number,
        computed=computed,
        trigger=trigger,
        differs=False,
        by="gateway/gammaMSP",
        at=at,
        confirmation=None,
    )


def what(found: Used, last: Revision, seen: Mapping[str, int] | None = None) -> list[Change]:
    return [one.what for one in found.unanswered(last, seen, margin=MARGIN)]


def test_the_award_that_was_permitted_is_no_change() -> None:
    assert used().since_permitted() == ()
    assert what(used(), revision(NOW)) == []


@pytest.mark.parametrize(
    ("status", "expected"),
    [(CreditStatus.AWARDED, Change.CORRECTED), (CreditStatus.FAILED, Change.FAILED)],
)
def test_a_correction_is_answered_by_a_later_revision(
    status: CreditStatus, expected: Change
) -> None:
    corrected = used(credit_=credit(4, NOW + DAY, status))
    [change] = corrected.since_permitted()
    assert (change.what, change.by, change.key, change.version) == (expected, "betaMSP", CREDIT, 4)
    assert what(corrected, revision(NOW)) == [expected]
    later = revision(NOW + 2 * DAY, DecisionTrigger.REVIEW, 2)
    assert what(corrected, later) == []


def test_a_degree_granted_on_the_corrected_credit_does_not_hide_the_correction() -> None:
    corrected = used(credit_=credit(4, NOW + DAY), credit_version=4)
    assert what(corrected, revision(NOW)) == [Change.CORRECTED]


def test_within_the_margin_the_trigger_tells() -> None:
    corrected = used(credit_=credit(4, NOW + DAY))
    early = NOW + DAY - MARGIN
    assert what(corrected, revision(early, DecisionTrigger.CORRECTION, 2)) == []
    assert what(corrected, revision(early, DecisionTrigger.RULING, 2)) == [Change.CORRECTED]
    # A first decision answers nothing, in the same second or not.
    assert what(corrected, revision(NOW + DAY, DecisionTrigger.CORRECTION)) == [Change.CORRECTED]
    before = early - timedelta(seconds=1)
    assert what(corrected, revision(before, DecisionTrigger.CORRECTION, 2)) == [Change.CORRECTED]


def test_versions_go_before_times() -> None:
    corrected = used(credit_=credit(4, NOW + DAY))
    late, early = revision(NOW + 2 * DAY, number=2), revision(NOW - DAY)
    assert what(corrected, late, {CREDIT: 3}) == [Change.CORRECTED]
    assert what(corrected, early, {CREDIT: 4}) == []
    assert what(corrected, late, {RULING: 1}) == []


@pytest.mark.parametrize(
    ("known", "words", "expected"),
    [
        (0, (RulingKind.SUSPEND,), [Change.SUSPENDED]),
        (1, (RulingKind.SUSPEND,), []),
        (0, (RulingKind.SUSPEND, RulingKind.LIFT), []),
        (1, (RulingKind.SUSPEND, RulingKind.LIFT), [Change.LIFTED]),
        (1, (RulingKind.SUSPEND, RulingKind.REVOKE), [Change.REVOKED]),
        (2, (RulingKind.SUSPEND, RulingKind.LIFT, RulingKind.SUSPEND), [Change.SUSPENDED]),
        (1, (RulingKind.SUSPEND, RulingKind.LIFT, RulingKind.SUSPEND), []),
    ],
)
def test_rulings_are_held_to_what_held_when_it_was_decided(
    known: int, words: tuple[RulingKind, ...], expected: list[Change]
) -> None:
    said = ruling(*((word, NOW + (place + 1) * DAY) for place, word in enumerate(words)))
    ruled = used(ruling_=said)
    decided = revision(NOW + known * DAY + timedelta(hours=1))
    assert what(ruled, decided) == expected
    assert what(ruled, revision(NOW), {CREDIT: 3, RULING: known}) == expected


def test_a_certificate_counts_where_it_was_relied_on() -> None:
    digest = make_enrolment().course_digest
    withdrawn = used(certifications=(certificate(NOW + DAY, digest),))
    assert what(withdrawn, revision(NOW)) == [Change.CERTIFICATE_WITHDRAWN]
    assert what(withdrawn, revision(NOW + 2 * DAY, number=2)) == []
    assert what(withdrawn, revision(NOW), {CREDIT: 3, CERTIFICATE: 1}) == [
        Change.CERTIFICATE_WITHDRAWN
    ]
    # Whoever decided without it has nothing to lose.
    assert what(withdrawn, revision(NOW), {CREDIT: 3}) == []
    assert what(withdrawn, revision(NOW - 2 * DAY)) == []
    other = used(certifications=(certificate(NOW + DAY, "f" * 64),))
    assert what(other, revision(NOW)) == []
