"""Who may do what to an agreement, when, and what follows from it."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from chaincode.domain.agreements.agreement import Agreement
from chaincode.domain.agreements.answers import Party, RefusalReason
from chaincode.domain.agreements.change_window import ChangeWindow
from chaincode.domain.agreements.conflict import ProposalReplaced, Seen
from chaincode.domain.agreements.tables import MAX_ROWS, HostCourse, Tables
from chaincode.domain.agreements.version import (
    VersionKind,
    VersionStatus,
)
from chaincode.domain.caller import Role
from chaincode.domain.errors import (
    InvalidArgument,
    NotParty,
    OutsideWindow,
    VersionConflict,
    WrongState,
)
from chaincode.domain.qualification.term import TermContent
from tests.support.agreements import (
    AGREEMENT,
    CALLERS,
    MARGIN,
    WINDOW,
    agreed,
    answer,
    change,
    home_course,
    host_course,
    make_proposal,
    make_purpose,
    propose,
    refusal,
    seen,
    statuses,
    tables,
)
from tests.support.records import NEXT, NOW, REGISTRAR, STUDENT, VERIFIER, caller

SECOND = timedelta(seconds=1)


def withdraw(agreement: Agreement, party: Party, **options: Any) -> Agreement:
    given = {"caller": CALLERS[party], "at": NOW, "margin": MARGIN, "operation": NEXT}
    return agreement.withdrawn(options.pop("as_seen", seen(agreement)), **(given | options))


def test_the_third_approval_puts_a_version_in_force() -> None:
    agreement = propose()
    assert agreement.versions[0].approvals.missing == (Party.HOST, Party.HOME)
    assert agreement.in_force is None
    agreement = answer(agreement, Party.HOME)
    assert statuses(agreement) == ["proposed"]
    agreement = answer(agreement, Party.HOST)
    assert statuses(agreement) == ["in-force"]
    assert agreement.in_force == agreement.versions[0]
    assert Agreement.decode(agreement.key, agreement.encode()) == agreement


def test_one_refusal_ends_a_version_and_the_old_one_stays() -> None:
    agreement = change(agreed(), make_proposal(VersionKind.CHANGE, tables((1, 3))))
    refused = answer(agreement, Party.HOST, approve=False, reason=RefusalReason.COURSE_FULL, at=NOW)
    assert statuses(refused) == ["in-force", "refused"]
    assert refusal(WrongState, answer, refused, Party.HOME).facts["status"] == "refused"
    again = change(refused, make_proposal(VersionKind.CHANGE, tables((1, 4))))
    assert statuses(again) == ["in-force", "refused", "proposed"]


def test_a_refusal_has_a_reason_and_an_approval_has_none() -> None:
    agreement = propose()
    assert refusal(InvalidArgument, answer, agreement, Party.HOST, approve=False).field == "reason"
    given = RefusalReason.OTHER
    assert refusal(InvalidArgument, answer, agreement, Party.HOST, reason=given).field == "reason"


def test_a_change_supersedes_and_a_cancellation_ends() -> None:
    agreement = change(agreed(), make_proposal(VersionKind.CHANGE, tables((1, 3))), Party.HOST)
    assert agreement.versions[1].proposers == {Party.HOST}
    for party in (Party.STUDENT, Party.HOME):
        agreement = answer(agreement, party)
    assert statuses(agreement) == ["superseded", "in-force"]
    agreement = change(agreement, make_proposal(VersionKind.CANCEL), Party.HOME)
    assert not agreement.cancelled
    for party in (Party.STUDENT, Party.HOST):
        agreement = answer(agreement, party)
    assert statuses(agreement) == ["superseded", "superseded", "in-force"]
    assert agreement.cancelled
    for kind in VersionKind:
        refusal(WrongState, change, agreement, make_proposal(kind))


def test_nobody_answers_twice_or_for_others() -> None:
    agreement = answer(propose(), Party.HOME)
    for party in (Party.STUDENT, Party.HOME):
        assert refusal(WrongState, answer, agreement, party).facts == {"number": 1}
        refusal(WrongState, answer, agreement, party, approve=False)
    assert agreement.versions[0].approvals.host is None
    assert answer(agreement, Party.HOST).in_force is not None


@pytest.mark.parametrize(
    "stranger",
    [
        caller(f"account/alphaMSP/{'4' * 32}"),
        caller(STUDENT.replace("alpha", "beta")),
        caller(VERIFIER, Role.REGISTRAR),
        caller(REGISTRAR, Role.TEACHER),
        caller(REGISTRAR, Role.STUDENT),
        caller(VERIFIER, Role.SUPERVISOR),
    ],
)
def test_strangers_do_nothing(stranger: Any) -> None:
    agreement = propose()
    for refused in (
        refusal(NotParty, answer, agreement, stranger),
        refusal(NotParty, change, agreed(), make_proposal(VersionKind.CANCEL), stranger),
        refusal(NotParty, withdraw, agreement, Party.STUDENT, caller=stranger),
    ):
        assert refused.field == "agreement"


def test_where_host_is_home_one_university_answers_for_both() -> None:
    purpose = make_purpose(host="alphaMSP", term=f"term/alphaMSP/{'9' * 32}")
    rows = Tables(
        table_a=(HostCourse(course=f"course/alphaMSP/{'1' * 32}/1", digest="a" * 64),),
        table_b=(home_course(2),),
    )
    agreement = propose(make_proposal(rows=rows), purpose=purpose)
    assert agreement.versions[0].proposers == {Party.STUDENT}
    agreement = answer(agreement, Party.HOME)
    assert statuses(agreement) == ["in-force"]
    given = agreement.versions[0].approvals
    assert given.host == given.home
    assert given.host != given.student
    cancelling = change(agreement, make_proposal(VersionKind.CANCEL), Party.HOME)
    assert cancelling.versions[1].proposers == {Party.HOST, Party.HOME}
    assert statuses(withdraw(cancelling, Party.HOME)) == ["in-force", "withdrawn"]
    assert answer(cancelling, Party.STUDENT).cancelled


def test_answers_are_due_with_the_margin_of_the_clocks() -> None:
    agreement = propose()
    due = agreement.versions[0].answer_by
    assert due == NOW + timedelta(days=14)
    late = due + MARGIN + SECOND
    for approve, reason in ((True, None), (False, RefusalReason.OTHER)):
        refused = refusal(
            OutsideWindow, answer, agreement, Party.HOST, approve=approve, reason=reason, at=late
        )
        assert refused.facts == {"number": 1, "answer_by": "2026-12-06T09:00:00Z"}
    refusal(OutsideWindow, withdraw, agreement, Party.STUDENT, at=late)
    assert answer(agreement, Party.HOST, at=due + MARGIN).versions[0].approvals.host


def test_what_nobody_answered_lapses_when_the_next_is_proposed() -> None:
    agreement = change(agreed(), make_proposal(VersionKind.CHANGE, tables((3,)), days=1))
    early = NOW + timedelta(days=1) + MARGIN
    proposal = make_proposal(VersionKind.CHANGE, tables((4,)), at=early)
    waiting = refusal(WrongState, change, agreement, proposal, at=early)
    assert waiting.facts == {"number": 2, "answer_by": "2026-11-23T09:00:00Z"}
    after = change(agreement, proposal, at=early + SECOND)
    assert statuses(after) == ["in-force", "lapsed", "proposed"]
    standing = agreement.versions[1].standing
    assert standing(early, margin=MARGIN) is VersionStatus.PROPOSED
    assert standing(early + SECOND, margin=MARGIN) is VersionStatus.LAPSED


@pytest.mark.parametrize("days", [-1, 0, 15])
def test_a_deadline_lies_within_two_weeks(days: int) -> None:
    assert refusal(InvalidArgument, propose, make_proposal(days=days)).field == "answer_by"
    exact = make_proposal(days=14)
    later = exact.model_copy(update={"answer_by": exact.answer_by + SECOND})
    assert refusal(InvalidArgument, propose, later).field == "answer_by"


def test_a_host_that_answers_within_a_week_binds_both_sides_to_it() -> None:
    week = make_purpose(changes=WINDOW.model_copy(update={"answer_weeks": 1}))
    latest = datetime.fromisoformat("2026-11-30T00:00:00+01:00")  # the end of the same weekday
    exact = make_proposal().model_copy(update={"answer_by": latest})
    assert propose(exact, purpose=week).versions[0].answer_by == latest
    later = exact.model_copy(update={"answer_by": latest + SECOND})
    refused = refusal(InvalidArgument, propose, later, purpose=week)
    assert (refused.field, refused.facts) == ("answer_by", {"latest": "2026-11-29T23:00:00Z"})
    long = make_purpose(changes=WINDOW.model_copy(update={"answer_weeks": 4}))
    assert refusal(InvalidArgument, propose, make_proposal(days=15), purpose=long)


def test_the_window_is_the_terms() -> None:
    term = TermContent(
        title="Winter 2026",
        academic_year="2026/27",
        starts_on=date(2026, 10, 12),
        ends_on=date(2027, 2, 12),
        time_zone="Asia/Shanghai",
        change_weeks=5,
        answer_weeks=2,
        transcript_weeks=5,
        recognition_weeks=5,
    )
    window = ChangeWindow.of(term)
    assert window == ChangeWindow(
        through=date(2026, 11, 16), time_zone="Asia/Shanghai", answer_weeks=2
    )
    closed = datetime.fromisoformat("2026-11-17T00:00:00+08:00")
    window.require_reasoned(closed - SECOND, reason=False, margin=MARGIN)
    refusal(InvalidArgument, window.require_reasoned, closed - SECOND, reason=True, margin=MARGIN)
    window.require_reasoned(closed + MARGIN, reason=True, margin=MARGIN)
    refusal(InvalidArgument, window.require_reasoned, closed + MARGIN, reason=False, margin=MARGIN)


def test_a_stale_answer_says_what_changed() -> None:
    agreement = agreed()
    old = seen(agreement)
    agreement = change(agreement, make_proposal(VersionKind.CHANGE, tables((2, 3), (1, 4))))
    refused = refusal(ProposalReplaced, answer, agreement, Party.HOST, as_seen=old)
    assert isinstance(refused, VersionConflict)
    assert (refused.code, refused.field) == ("version-conflict", "number")
    now = agreement.versions[1]
    assert refused.facts == {
        "key": AGREEMENT,
        "expected": 3,
        "actual": 4,
        "named": {"number": 1, "digest": old.digest},
        "current": {
            "number": 2,
            "digest": now.digest,
            "kind": "change",
            "status": "proposed",
            "answer_by": "2026-12-06T09:00:00Z",
        },
        "added": {
            "table_a": [{"course": host_course(3).course, "digest": "a" * 64}],
            "table_b": [{"course": home_course(4).course, "digest": "b" * 64, "credits": 600}],
        },
        "removed": {
            "table_a": [{"course": host_course(1).course, "digest": "a" * 64}],
            "table_b": [],
        },
    }
    assert answer(agreement, Party.HOST).versions[1].approvals.host


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_answer_names_version_number_and_digest(place: int) -> None:
    agreement = propose()
    right = seen(agreement)
    wrong = [right.expected_version + 1, right.number + 1, "0" * 64]
    named = Seen(*(wrong[at] if at == place else value for at, value in enumerate(right)))
    refused = refusal(ProposalReplaced, answer, agreement, Party.HOST, as_seen=named)
    assert refused.field == ("expected_version", "number", "digest")[place]
    assert ("added" in refused.facts) is (place != 2)
    refusal(ProposalReplaced, withdraw, agreement, Party.STUDENT, as_seen=named)


def test_the_largest_conflict_is_no_large_message() -> None:
    full = Tables(
        table_a=tuple(map(host_course, range(MAX_ROWS))),
        table_b=tuple(map(home_course, range(MAX_ROWS))),
    )
    other = Tables(
        table_a=tuple(map(host_course, range(100, 100 + MAX_ROWS))),
        table_b=tuple(map(home_course, range(100, 100 + MAX_ROWS))),
    )
    agreement = propose(make_proposal(rows=full))
    for party in (Party.HOST, Party.HOME):
        agreement = answer(agreement, party)
    old = seen(agreement)
    agreement = change(agreement, make_proposal(VersionKind.CHANGE, other))
    refused = refusal(ProposalReplaced, answer, agreement, Party.HOST, as_seen=old)
    assert len(json.dumps(refused.document())) < 16_000


@pytest.mark.parametrize("party", Party)
def test_who_proposed_withdraws_before_any_other_answer(party: Party) -> None:
    agreement = change(agreed(), make_proposal(VersionKind.CHANGE, tables((3,))), party)
    for other in set(Party) - {party}:
        assert refusal(NotParty, withdraw, agreement, other).field == "agreement"
        answered = answer(agreement, other)
        assert refusal(WrongState, withdraw, answered, party).facts == {"number": 2}
    gone = withdraw(agreement, party)
    assert statuses(gone) == ["in-force", "withdrawn"]
    refusal(WrongState, answer, gone, party)
    assert statuses(change(gone, make_proposal(VersionKind.CANCEL)))[-1] == "proposed"
