import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.custody.activation import Activation, WrongCode, issue_code, redeem_code
from gateway.custody.errors import ActivationExpired, ActivationRefused, ActivationSpent
from gateway.custody.tokens import new_token, token_digest

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=7)


def test_a_token_is_found_by_its_digest_and_not_shown() -> None:
    token = new_token()
    assert len(token.text) == 43
    assert token.digest == hashlib.sha256(token.text.encode()).hexdigest()
    assert token_digest(token.text) == token.digest
    assert token.text not in repr(token)
    assert len({new_token().digest for _ in range(100)}) == 100


@given(st.text())
def test_whatever_is_presented_finds_nothing_or_its_own(text: str) -> None:
    assert token_digest(text) != new_token().digest


def test_a_code_opens_its_account_once() -> None:
    text, activation = issue_code("anna", expires=LATER)
    assert [len(group) for group in text.split("-")] == [4, 4, 4, 4]
    used = redeem_code(activation, text, now=NOW)
    assert used.used
    with pytest.raises(ActivationSpent):
        redeem_code(used, text, now=NOW)


def test_a_code_is_taken_as_people_type_it() -> None:
    text, activation = issue_code("anna", expires=LATER)
    for typed in (
        text.lower(),
        text.replace("-", " "),
        text.replace("-", ""),
        text.replace("0", "O").replace("1", "l"),
        text.replace("0", "o").replace("1", "I"),
    ):
        assert redeem_code(activation, typed, now=NOW).used


def test_another_code_is_wrong() -> None:
    text, activation = issue_code("anna", expires=LATER)
    with pytest.raises(WrongCode):
        redeem_code(activation, "0000-0000-0000-0000", now=NOW)
    with pytest.raises(WrongCode):
        redeem_code(activation, text[:-1], now=NOW)


def test_a_code_expires() -> None:
    text, activation = issue_code("anna", expires=LATER)
    assert redeem_code(activation, text, now=LATER - timedelta(seconds=1)).used
    with pytest.raises(ActivationExpired):
        redeem_code(activation, text, now=LATER)


def test_a_code_of_another_account_opens_nothing() -> None:
    text, activation = issue_code("anna", expires=LATER)
    moved = Activation("bert", activation.digest, LATER)
    with pytest.raises(WrongCode):
        redeem_code(moved, text, now=NOW)


@given(st.text())
def test_whatever_is_typed_is_refused_typed(typed: str) -> None:
    _, activation = issue_code("anna", expires=LATER)
    with pytest.raises(ActivationRefused):
        redeem_code(activation, typed, now=NOW)


def test_the_code_is_neither_stored_nor_shown() -> None:
    text, activation = issue_code("anna", expires=LATER)
    assert text not in repr(activation)
    assert activation.digest not in repr(activation)
