"""What is kept of a decision opens its commitments, and replays to the identical codes."""

import base64
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest

from chaincode.domain.decision import Decision, DecisionOutcome, DecisionTrigger, Revision
from chaincode.domain.keys import Kind, record_key
from chaincode.domain.recognition.evaluate import evaluate
from chaincode.domain.rules.rule_version import RuleVersion
from gateway.custody.errors import SecretUnreadable
from gateway.custody.master_keys import MasterKeys
from gateway.custody.secret_box import SecretBox
from gateway.services.evidence_errors import BundleRefused
from gateway.services.recognition.kept import (
    KEPT_BYTES,
    KeptDecision,
    keep,
    link_commitment,
    new_link,
    opened_revision,
    sealed_revision,
)
from gateway.services.recognition.replay import NotReplayed, differences, replayed
from gateway.services.recognition.telling import packed, unpacked
from tests.support.recognition import DAY, PROGRAMME, course, credit, facts, mapping, rule

KEY = record_key(Kind.DECISION, "alphaMSP", "7" * 32)
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
RULE = rule(mapping("m", [course(1)], [(course(9, "alphaMSP"), "6.00")]))
BY = f"account/alphaMSP/{'a' * 32}"


def kept_of(*, evaluator: int = 2, **change: Any) -> KeptDecision:
    given = facts(credit(1, **change))
    return keep(given, evaluate(RULE, given, DAY, evaluator=evaluator))


def recorded(kept: KeptDecision, *, evaluator: int = 2) -> tuple[Decision, RuleVersion]:
    version = RuleVersion.proposed(
        f"rule/alphaMSP/{'6' * 32}/1", RULE, by=BY, at=AT, operation="0" * 32
    )
    decision = Decision.recorded(
        key=KEY,
        decider="alphaMSP",
        rule=version.key,
        rule_digest=version.digest,
        evaluator=evaluator,
        programme=PROGRAMME,
        computed=kept.computed(KEY, DAY, automatic=True),
        trigger=DecisionTrigger.APPLICATION,
        by="gateway/alphaMSP",
        at=AT,
        operation="0" * 32,
    )
    return decision, version


def box() -> SecretBox:
    return SecretBox(MasterKeys(bytes(range(32))))


def test_a_revision_comes_back_as_it_was_and_under_its_own_decision_alone() -> None:
    kept, sealing = kept_of(), box()
    row = sealed_revision(sealing, KEY, 1, kept)
    assert opened_revision(sealing, row) == kept
    assert str(kept.facts.credits[0].mark).encode() not in row.sealed
    row.decision = record_key(Kind.DECISION, "alphaMSP", "8" * 32)
    with pytest.raises(SecretUnreadable):
        opened_revision(sealing, row)


def test_two_revisions_on_the_same_facts_share_no_commitment() -> None:
    first, second = kept_of(), kept_of()
    assert first.facts == second.facts
    assert not set(first.inputs(KEY)) & set(second.inputs(KEY))
    assert first.explanation_commitment(KEY) != second.explanation_commitment(KEY)
    assert list(first.inputs(KEY)) == sorted(first.inputs(KEY))


def test_no_commitment_is_good_for_another_decision() -> None:
    kept, other = kept_of(), record_key(Kind.DECISION, "alphaMSP", "8" * 32)
    assert not set(kept.inputs(KEY)) & set(kept.inputs(other))
    assert kept.explanation_commitment(KEY) != kept.explanation_commitment(other)


def test_links_of_one_decision_are_not_alike() -> None:
    sealing = box()
    commitments = {
        link_commitment(sealing, new_link(sealing, KEY, f"enrolment/betaMSP/{place:032x}"))
        for place in (1, 1, 2)
    }
    assert len(commitments) == 3


@pytest.mark.parametrize("evaluator", [1, 2])
def test_a_replay_is_identical(evaluator: int) -> None:
    kept = kept_of(evaluator=evaluator)
    decision, version = recorded(kept, evaluator=evaluator)
    found = replayed(decision, decision.latest, version, kept)
    assert (found.identical, found.differences, found.reason) == (True, (), None)


def test_facts_that_were_exchanged_show_as_inputs_and_by_what_follows() -> None:
    kept, other = kept_of(), kept_of(standing="suspended")
    decision, version = recorded(kept)
    forged = other.model_copy(
        update={"input_salts": kept.input_salts, "explanation_salt": kept.explanation_salt}
    )
    found = replayed(decision, decision.latest, version, forged)
    assert found.identical is False
    assert set(found.differences) == {
        "/facts/credits/0",
        "/explanation_commitment",
        "/outcome",
    }


def test_a_verdict_that_does_not_follow_from_the_facts_is_named_by_its_path() -> None:
    kept = kept_of()
    forged = kept.model_copy(
        update={"verdict": kept.verdict.model_copy(update={"missing": (course(8, "alphaMSP"),)})}
    )
    decision, version = recorded(forged)
    found = replayed(decision, decision.latest, version, forged)
    assert (found.identical, found.differences) == (False, ("/verdict/missing",))


def test_an_outcome_that_the_ledger_has_otherwise_is_a_difference() -> None:
    kept = kept_of()
    decision, version = recorded(kept)
    computed = decision.latest.computed.model_copy(update={"outcome": DecisionOutcome.REFUSED})
    revision: Revision = decision.latest.model_copy(update={"computed": computed})
    found = replayed(decision, revision, version, kept)
    assert (found.identical, found.differences) == (False, ("/outcome",))


def test_what_cannot_be_checked_is_neither() -> None:
    kept = kept_of()
    decision, version = recorded(kept)
    nothing = replayed(decision, decision.latest, version, None)
    assert (nothing.identical, nothing.reason) == (None, NotReplayed.NOTHING_KEPT)
    newer = decision.model_copy(update={"evaluator": 99})
    unknown = replayed(newer, decision.latest, version, kept)
    assert (unknown.identical, unknown.reason) == (None, NotReplayed.UNKNOWN_EVALUATOR)


def test_facts_that_nobody_can_decide_on_were_not_decided_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = kept_of()
    decision, version = recorded(kept)
    assert replayed(decision, decision.latest, version, kept).identical
    monkeypatch.setattr("chaincode.domain.recognition.evaluate.MAX_EXPLAINED", 1)
    found = replayed(decision, decision.latest, version, kept)
    assert (found.identical, found.differences) == (False, ("/verdict",))


@pytest.mark.parametrize(
    ("before", "now", "paths"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": True}, ["/a"]),
        ({"a": 1}, {}, ["/a"]),
        ({"a": [1, {"b/c": 2}]}, {"a": [1, {"b/c": 3}]}, ["/a/1/b~1c"]),
        ({"a": [1]}, {"a": [1, 2]}, ["/a"]),
        ({"a": {"b": None}}, {"a": None}, ["/a"]),
    ],
)
def test_differences_are_named_by_their_paths(before: Any, now: Any, paths: list[str]) -> None:
    assert list(differences(before, now)) == paths


def test_a_verdict_travels_and_comes_back() -> None:
    verdict = kept_of().verdict
    assert unpacked(packed(verdict)) == verdict


def bomb() -> str:
    zeros = zlib.compressobj(9)
    packed_ = b"".join(zeros.compress(bytes(1 << 20)) for _ in range(4 * KEPT_BYTES >> 20))
    return base64.urlsafe_b64encode(packed_ + zeros.flush()).decode()


def deep() -> str:
    return base64.urlsafe_b64encode(zlib.compress(b'{"a":' * 5_000 + b"1" + b"}" * 5_000)).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not base64!",
        base64.urlsafe_b64encode(b"not deflated").decode(),
        base64.urlsafe_b64encode(zlib.compress(b"{}")).decode(),
        base64.urlsafe_b64encode(zlib.compress(b"[]")).decode(),
        base64.urlsafe_b64encode(zlib.compress(b"\xff")).decode(),
        deep(),
        bomb(),
    ],
    ids=["empty", "text", "bytes", "object", "list", "no text", "deep", "bomb"],
)
def test_what_is_no_verdict_is_refused(text: str) -> None:
    with pytest.raises(BundleRefused):
        unpacked(text)
