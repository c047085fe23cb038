from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from chaincode.domain.errors import (
    BallotClosed,
    BallotOpen,
    NotElector,
    OutsideWindow,
    RecordCorrupt,
    StaleReference,
    VersionConflict,
)
from chaincode.domain.keys import Kind, counterpart, word_key
from chaincode.domain.rules.ballot import Ballot, BallotStatus
from chaincode.domain.rules.electorate import Electorate
from chaincode.domain.rules.rule_version import RuleVersion
from chaincode.domain.rules.vote import Objection, Vote
from tests.support.records import NEXT, NOW, OPERATION
from tests.support.rules import content_of, rule_document

RULE = f"rule/alphaMSP/{'6' * 32}/1"
MEMBERS = ("alphaMSP", "betaMSP", "gammaMSP", "ministryMSP")
ANSWER_BY = NOW + timedelta(days=7)
MARGIN = 300


def person(member: str) -> str:
    return f"account/{member}/{'1' * 32}"


def make_rule() -> RuleVersion:
    return RuleVersion.proposed(
        RULE, content_of(rule_document()), by=person("alphaMSP"), at=NOW, operation=OPERATION
    )


def make_ballot(members: tuple[str, ...] = MEMBERS, threshold: int = 3) -> Ballot:
    return Ballot.opened(
        counterpart(RULE, Kind.BALLOT),
        make_rule(),
        Electorate(members, threshold),
        answer_by=ANSWER_BY,
        operation=OPERATION,
    )


def make_vote(member: str, *, approve: bool = True, **change: Any) -> Vote:
    fields = {
        "key": word_key(Kind.VOTE, RULE, member),
        "version": 1,
        "operation": OPERATION,
        "rule": RULE,
        "rule_digest": make_rule().digest,
        "approve": approve,
        "reason": None if approve else Objection.LAW,
        "by": person(member),
        "at": NOW,
    }
    return Vote.model_validate(fields | change)


def votes(**said: bool) -> dict[str, Vote]:
    return {f"{name}MSP": make_vote(f"{name}MSP", approve=yes) for name, yes in said.items()}


def close(ballot: Ballot, given: dict[str, Vote], *, after: timedelta) -> Ballot:
    return ballot.closed(given, at=NOW + after, margin_seconds=MARGIN, operation=NEXT)


EARLY = timedelta(hours=1)
LATE = timedelta(days=7, seconds=MARGIN + 1)


@pytest.mark.parametrize(
    ("given", "early", "late"),
    [
        (votes(alpha=True), None, BallotStatus.REFUSED),
        (votes(alpha=True, beta=True), None, BallotStatus.REFUSED),
        (votes(alpha=True, beta=True, gamma=True), BallotStatus.ADOPTED, BallotStatus.ADOPTED),
        (
            votes(alpha=True, beta=True, gamma=True, ministry=False),
            BallotStatus.ADOPTED,
            BallotStatus.ADOPTED,
        ),
        (votes(alpha=True, beta=False), None, BallotStatus.REFUSED),
        (votes(alpha=True, beta=False, gamma=False), BallotStatus.REFUSED, BallotStatus.REFUSED),
        ({}, None, BallotStatus.REFUSED),
    ],
)
def test_what_the_votes_decide_and_when(
    given: dict[str, Vote], early: BallotStatus | None, late: BallotStatus
) -> None:
    ballot = make_ballot()
    if early is None:
        with pytest.raises(BallotOpen) as refused:
            close(ballot, given, after=EARLY)
        assert refused.value.facts["missing"] == [name for name in MEMBERS if name not in given]
    else:
        assert close(ballot, given, after=EARLY).status is early
    ended = close(ballot, given, after=LATE)
    assert (ended.status, ended.closed_at, ended.version) == (late, NOW + LATE, 2)
    assert set(ended.approved_by) == {name for name, vote in given.items() if vote.approve}
    assert set(ended.refused_by) == {name for name, vote in given.items() if not vote.approve}


def test_the_deadline_has_a_margin_for_closing_and_none_for_votes() -> None:
    ballot = make_ballot()
    with pytest.raises(BallotOpen):
        close(ballot, {}, after=LATE - timedelta(seconds=1))
    ballot.require_may_vote("betaMSP", ANSWER_BY)
    with pytest.raises(OutsideWindow) as refused:
        ballot.require_may_vote("betaMSP", ANSWER_BY + timedelta(seconds=1))
    assert refused.value.facts["status"] == "open"


def test_who_is_not_asked_does_not_vote() -> None:
    with pytest.raises(NotElector) as refused:
        make_ballot(MEMBERS[:2], 2).require_may_vote("gammaMSP", NOW)
    assert refused.value.facts == {"electorate": ["alphaMSP", "betaMSP"]}


@pytest.mark.parametrize("how", ["adopted", "refused", "withdrawn"])
def test_after_the_end_nothing_follows(how: str) -> None:
    ballot = make_ballot(("alphaMSP",), 1)
    if how == "withdrawn":
        ended = ballot.withdrawn(at=NOW + EARLY, operation=NEXT)
    else:
        ended = close(ballot, votes(alpha=how == "adopted"), after=EARLY)
    assert ended.status.value == how
    expected = {"status": how, "closed_at": "2026-11-22T10:00:00Z"}
    assert expected["closed_at"] == (NOW + EARLY).strftime("%Y-%m-%dT%H:%M:%SZ")
    for attempt in (
        lambda: ended.require_may_vote("alphaMSP", NOW),
        lambda: close(ended, {}, after=LATE),
        lambda: ended.withdrawn(at=NOW, operation=NEXT),
    ):
        with pytest.raises(BallotClosed) as refused:
            attempt()
        assert refused.value.facts == expected
    with pytest.raises(VersionConflict) as conflict:
        ended.expect(1)
    assert conflict.value.facts == expected | {"key": ended.key, "expected": 1, "actual": 2}


def test_a_vote_of_another_counts_for_nobody() -> None:
    ballot = make_ballot()
    for given, error in (
        ({"betaMSP": make_vote("gammaMSP")}, RecordCorrupt),
        ({"betaMSP": make_vote("betaMSP", by=person("gammaMSP"))}, RecordCorrupt),
        ({"betaMSP": make_vote("betaMSP", rule=RULE[:-1] + "2")}, RecordCorrupt),
        ({"betaMSP": make_vote("betaMSP", rule_digest="0" * 64)}, StaleReference),
    ):
        with pytest.raises(error):
            close(ballot, given, after=LATE)


def test_a_vote_against_has_a_reason_and_one_for_has_none() -> None:
    for approve, reason in ((True, Objection.LAW), (False, None)):
        with pytest.raises(ValidationError):
            make_vote("betaMSP", approve=approve, reason=reason)


def test_a_ballot_ends_after_it_has_begun() -> None:
    for answer_by in (NOW, NOW - timedelta(seconds=1)):
        with pytest.raises(OutsideWindow) as refused:
            Ballot.opened(
                counterpart(RULE, Kind.BALLOT),
                make_rule(),
                Electorate(MEMBERS, 3),
                answer_by=answer_by,
                operation=OPERATION,
            )
        assert refused.value.field == "answer_by"


def test_records_are_read_back_as_they_were_written() -> None:
    rule, ballot, vote = make_rule(), make_ballot(), make_vote("betaMSP", approve=False)
    assert RuleVersion.decode(rule.key, rule.encode()) == rule
    assert Ballot.decode(ballot.key, ballot.encode()) == ballot
    assert Vote.decode(vote.key, vote.encode()) == vote


def test_a_rule_is_its_digests() -> None:
    rule = make_rule()
    rule.require_digest(rule.digest)
    with pytest.raises(StaleReference) as refused:
        rule.require_digest("0" * 64)
    assert refused.value.facts == {"rule": RULE, "digest": rule.digest}
    other = content_of(rule_document(minimum="10.00"))
    with pytest.raises(RecordCorrupt):
        RuleVersion.decode(rule.key, rule.model_copy(update={"content": other}).encode())
