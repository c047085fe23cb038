from datetime import timedelta
from typing import Any

import pytest

from chaincode.domain.errors import ConsentMissing, InvalidArgument, NotPermitted, WrongState
from chaincode.domain.values import Outcome
from chaincode.domain.verification import ConsentStatus, Finding, Purpose, Verdict
from tests.support.records import (
    ENROLMENT,
    NEXT,
    NOW,
    OPERATION,
    REVIEWER,
    VERIFIER,
    make_consent,
    make_request,
)

REQUEST = make_request()
ENDS = REQUEST.expires_at


def finding(outcome: Outcome, by: str = REVIEWER) -> Finding:
    return Finding(by=by, at=NOW, outcome=outcome, report_commitment="0" * 64)


def verdict(outcome: Outcome = Outcome.VALID) -> Verdict:
    return Verdict(
        key=REQUEST.key.replace("request", "verdict"),
        version=1,
        operation=OPERATION,
        request=REQUEST.key,
        enrolment=ENROLMENT,
        credit_version=3,
        review=finding(outcome),
        decision=None,
    )


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": Purpose.AUDIT},
        {"expires_at": ENDS + timedelta(seconds=1)},
        {"by": REVIEWER},
        {"requester": "betaMSP"},
        {"enrolment": ENROLMENT.replace("2", "9")},
        {"version": 2},
        {"key": REQUEST.key.replace("3", "9")},
    ],
)
def test_a_consent_covers_the_request_that_was_seen_alone(change: dict[str, Any]) -> None:
    consent = make_consent(REQUEST)
    consent.require_covers(REQUEST, NOW)
    changed = REQUEST.model_copy(update=change)
    assert changed.digest() != REQUEST.digest()
    with pytest.raises(ConsentMissing, match="another request"):
        consent.require_covers(changed, NOW)


def test_the_key_and_the_digest_must_both_fit() -> None:
    consent = make_consent(REQUEST)
    other = consent.model_copy(update={"request": REQUEST.key.replace("3", "9")})
    with pytest.raises(ConsentMissing):
        other.require_covers(REQUEST, NOW)


def test_a_consent_ends_with_its_request() -> None:
    consent = make_consent(REQUEST)
    consent.require_covers(REQUEST, ENDS)
    with pytest.raises(ConsentMissing, match="expired"):
        consent.require_covers(REQUEST, ENDS + timedelta(seconds=1))


@pytest.mark.parametrize("status", [ConsentStatus.REFUSED, ConsentStatus.WITHDRAWN])
def test_only_a_granted_consent_covers_and_can_be_taken_back(status: ConsentStatus) -> None:
    consent = make_consent(REQUEST, status)
    with pytest.raises(ConsentMissing, match=status.value):
        consent.require_covers(REQUEST, NOW)
    with pytest.raises(WrongState, match=status.value):
        consent.withdrawn(at=NOW, operation=NEXT)


def test_a_consent_is_taken_back() -> None:
    later = NOW + timedelta(hours=1)
    withdrawn = make_consent(REQUEST).withdrawn(at=later, operation=NEXT)
    assert (withdrawn.status, withdrawn.at, withdrawn.version) == (
        ConsentStatus.WITHDRAWN,
        later,
        2,
    )


@pytest.mark.parametrize("found", Outcome)
@pytest.mark.parametrize("decided", Outcome)
def test_a_decision_is_never_better_than_the_review(found: Outcome, decided: Outcome) -> None:
    decision = finding(decided, by=VERIFIER)
    if decided is Outcome.VALID and found is not Outcome.VALID:
        with pytest.raises(InvalidArgument, match=found.value) as refused:
            verdict(found).decided(decision, operation=NEXT)
        assert refused.value.field == "outcome"
        return
    stands = verdict(found).decided(decision, operation=NEXT)
    assert (stands.decision, stands.version) == (decision, 2)
    with pytest.raises(WrongState, match="stands already"):
        stands.decided(decision, operation=NEXT)


def test_who_reviewed_does_not_decide() -> None:
    with pytest.raises(NotPermitted, match="does not decide"):
        verdict().decided(finding(Outcome.INVALID), operation=NEXT)
