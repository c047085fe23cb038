import pytest

from gateway.ledger.refusals import Said, explain
from gateway.services.errors import (
    LedgerConflict,
    LedgerInvalid,
    LedgerRefused,
    LedgerUnavailable,
    ServiceError,
)

CONTRACT = (
    'chaincode response 500, {"code":"version-conflict","detail":"moved on",'
    '"facts":{"actual":2,"expected":1},"field":"expected_version"}'
)


def meaning(code: str, message: str, *said: tuple[str, str]) -> ServiceError:
    return explain(code, message, [Said(*item) for item in said], own="alphaMSP")


def test_the_own_peers_contract_refuses() -> None:
    error = meaning("ABORTED", "failed to endorse", ("alphaMSP", CONTRACT))
    assert isinstance(error, LedgerRefused)
    assert (error.refusal, error.detail, error.field) == (
        "version-conflict",
        "moved on",
        "expected_version",
    )
    assert error.facts == {"actual": 2, "expected": 1}


def test_an_evaluation_carries_the_words_in_its_status() -> None:
    words = f"evaluate call to endorser returned error: {CONTRACT}"
    assert isinstance(meaning("UNKNOWN", words, ("alphaMSP", words)), LedgerRefused)


def test_only_another_members_peer_refuses_it_may_be_behind() -> None:
    error = meaning("ABORTED", "failed to collect", ("betaMSP", CONTRACT))
    assert isinstance(error, LedgerConflict)
    assert error.refusal is not None
    assert error.refusal.refusal == "version-conflict"
    assert "that of betaMSP refuses" in error.detail
    assert "(version-conflict: moved on)" in error.detail


def test_the_own_peers_word_counts_among_several() -> None:
    error = meaning("ABORTED", "x", ("betaMSP", "connection error: x"), ("alphaMSP", CONTRACT))
    assert isinstance(error, LedgerRefused)


def test_answers_that_differ() -> None:
    said = ("betaMSP", "ProposalResponsePayloads do not match")
    error = meaning("ABORTED", "failed to collect", said)
    assert isinstance(error, LedgerConflict)
    assert error.refusal is None


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("UNAVAILABLE", "failed to find any endorsing peers for org(s): betaMSP"),
        ("DEADLINE_EXCEEDED", "context deadline exceeded"),
        ("FAILED_PRECONDITION", "no peer combination can satisfy the endorsement policy"),
        ("FAILED_PRECONDITION", "credit is not installed on sufficient peers"),
        ("UNKNOWN", "too many requests for /gateway.Gateway/Endorse"),
    ],
)
def test_what_passes_by_itself(code: str, message: str) -> None:
    assert isinstance(meaning(code, message), LedgerUnavailable)


@pytest.mark.parametrize(
    "message",
    [
        "error validating proposal: access denied: channel [credits] creator org [alphaMSP]",
        "chaincode response 500, the function crashed",
        "chaincode response 500, {not json}",
        'chaincode response 500, {"detail":"no code"}',
        'chaincode response 500, ["code"]',
        'chaincode response 500, {"code":["x"],"detail":"no text"}',
        'chaincode response 500, {"code":"X Y","detail":"no code"}',
        'chaincode response 500, {"code":"x","detail":{}}',
        'chaincode response 500, {"code":"x","detail":"y","field":1}',
        'chaincode response 500, {"code":"x","detail":"y","facts":[]}',
        'chaincode response 500, {"code":"x","detail":"y","facts":{"n":NaN}}',
        'chaincode response 500, {"code":"x","detail":"y","facts":' + '{"a":' * 9999 + "}" * 10_000,
        'chaincode response 500, {"code":"x","detail":"' + "y" * 300_000 + '"}',
    ],
)
def test_what_no_repetition_changes(message: str) -> None:
    error = meaning("ABORTED", "failed to endorse", ("alphaMSP", message))
    assert isinstance(error, LedgerInvalid)
    assert "access denied" not in error.detail
