import pytest

from demo.attacks.attempt import AttackSucceeded, Attempt


def attempt(code: str) -> Attempt:
    return Attempt("beta", "writes a grade by itself", "every peer", code, "two must endorse")


def test_the_refusal_that_was_expected_is_given_back() -> None:
    found = attempt("ENDORSEMENT_POLICY_FAILURE")
    assert found.require("ENDORSEMENT_POLICY_FAILURE") is found
    assert found.require("MVCC_READ_CONFLICT", "ENDORSEMENT_POLICY_FAILURE") is found


@pytest.mark.parametrize("code", ["VALID", "", "MVCC_READ_CONFLICT", "endorsement_policy_failure"])
def test_anything_else_is_an_attack_that_succeeded(code: str) -> None:
    with pytest.raises(AttackSucceeded) as raised:
        attempt(code).require("ENDORSEMENT_POLICY_FAILURE")
    assert str(raised.value) == (
        f"beta writes a grade by itself: {code}, not ENDORSEMENT_POLICY_FAILURE"
    )


def test_without_an_expectation_nothing_passes() -> None:
    with pytest.raises(AttackSucceeded):
        attempt("VALID").require()
