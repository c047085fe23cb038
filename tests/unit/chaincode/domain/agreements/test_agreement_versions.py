"""Late changes, the forms of versions, and what bounds an agreement."""

import json
from datetime import timedelta
from typing import Any

import pytest

from chaincode.domain.agreements.agreement import Agreement
from chaincode.domain.agreements.answers import Party, RefusalReason
from chaincode.domain.agreements.tables import MAX_ROWS, HomeCourse, HostCourse, Tables
from chaincode.domain.agreements.version import (
    MAX_VERSIONS,
    PARTY_VERSIONS,
    LateReason,
    VersionKind,
)
from chaincode.domain.caller import Role
from chaincode.domain.canonical import MAX_RULE_BYTES
from chaincode.domain.errors import (
    InvalidArgument,
    NotParty,
    RecordCorrupt,
    WrongState,
)
from tests.support.agreements import (
    AFTER_THE_WINDOW,
    AGREEMENT,
    CALLERS,
    MARGIN,
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
from tests.support.records import NEXT, NOW, VERIFIER, caller

SECOND = timedelta(seconds=1)


def test_a_late_change_needs_a_reason_and_one_in_time_has_none() -> None:
    agreement, late = agreed(), LateReason.COURSE_NOT_AVAILABLE
    for at, reason in (
        (AFTER_THE_WINDOW - SECOND, None),
        (AFTER_THE_WINDOW, None),
        (AFTER_THE_WINDOW, late),
        (AFTER_THE_WINDOW + MARGIN - SECOND, None),
        (AFTER_THE_WINDOW + MARGIN, late),
    ):
        proposal = make_proposal(VersionKind.CHANGE, tables((3,)), late=reason, at=at)
        assert change(agreement, proposal, at=at).versions[1].late_reason is reason
    for at, reason in ((AFTER_THE_WINDOW - SECOND, late), (AFTER_THE_WINDOW + MARGIN, None)):
        for kind in (VersionKind.CHANGE, VersionKind.CANCEL):
            rows = None if kind is VersionKind.CANCEL else tables((3,))
            proposal = make_proposal(kind, rows, late=reason, at=at)
            refused = refusal(InvalidArgument, change, agreement, proposal, at=at)
            assert refused.field == "late_reason"
    refusal(
        InvalidArgument,
        propose,
        make_proposal(at=AFTER_THE_WINDOW + MARGIN),
        at=AFTER_THE_WINDOW + MARGIN,
    )


def test_a_late_change_needs_all_three() -> None:
    at = AFTER_THE_WINDOW + MARGIN
    proposal = make_proposal(
        VersionKind.CHANGE, tables((3,)), late=LateReason.TIMETABLE_CONFLICT, at=at
    )
    agreement = change(agreed(), proposal, at=at)
    agreement = answer(agreement, Party.HOST, at=at)
    assert statuses(agreement) == ["in-force", "proposed"]
    assert statuses(answer(agreement, Party.HOME, at=at)) == ["superseded", "in-force"]


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        (tables((), (1,)), "table_a"),
        (tables((1,), ()), "table_b"),
        (tables((1, 1)), "table_a.1.course"),
        (tables((1,), (2, 3, 2)), "table_b.2.course"),
        (Tables(table_a=(home_course(1),), table_b=(home_course(2),)), "table_a.0.course"),
        (
            Tables(
                table_a=(host_course(1),),
                table_b=(HomeCourse(course=host_course(2).course, digest="a" * 64, credits=100),),
            ),
            "table_b.0.course",
        ),
        (
            Tables(
                table_a=(
                    host_course(1),
                    HostCourse(course=host_course(1).course[:-1] + "2", digest="a" * 64),
                ),
                table_b=(home_course(2),),
            ),
            "table_a.1.course",
        ),
    ],
)
def test_tables_hold_each_course_once_and_of_their_own_university(rows: Tables, field: str) -> None:
    assert refusal(InvalidArgument, propose, make_proposal(rows=rows)).field == field


def test_a_cancellation_has_no_rows_and_comes_after_an_agreement() -> None:
    with_rows = make_proposal(VersionKind.CANCEL, tables())
    assert refusal(InvalidArgument, change, agreed(), with_rows).field == "table_a"
    for kind in (VersionKind.CHANGE, VersionKind.CANCEL):
        assert refusal(InvalidArgument, propose, make_proposal(kind)).field == "kind"
    first = refusal(InvalidArgument, change, agreed(), make_proposal())
    assert first.field == "kind"
    same = make_proposal(VersionKind.CHANGE)
    assert refusal(InvalidArgument, change, agreed(), same).field == "table_a"


def test_until_something_is_agreed_the_student_proposes() -> None:
    refused = answer(propose(), Party.HOST, approve=False, reason=RefusalReason.OTHER)
    for party in (Party.HOST, Party.HOME):
        refusal(NotParty, change, refused, make_proposal(rows=tables((4,))), party)
    refusal(InvalidArgument, change, refused, make_proposal(VersionKind.CHANGE, tables((4,))))
    again = change(refused, make_proposal(rows=tables((4,))))
    assert statuses(again) == ["refused", "proposed"]
    for party in (Party.HOST, Party.HOME):
        again = answer(again, party)
    assert again.in_force == again.versions[1]


def test_a_full_agreement_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    # Records are older than the parties' shares: one party could once fill them.
    monkeypatch.setattr("chaincode.domain.agreements.agreement.PARTY_VERSIONS", MAX_VERSIONS)

    def long(owner: str, number: int) -> str:
        return f"course/{owner}/{number:032x}/9999"

    home, host = "a" * 31 + "MSP", "b" * 31 + "MSP"
    purpose = make_purpose(
        student=f"account/{home}/{'a' * 32}",
        home=home,
        host=host,
        programme=f"programme/{home}/{'8' * 32}/9999",
        term=f"term/{host}/{'9' * 32}",
        rules=f"series/{host}/{'6' * 32}",
    )
    student = caller(purpose.student)
    callers = [caller(f"account/{owner}/{'c' * 32}", Role.REGISTRAR) for owner in (home, host)]

    def rows(seed: int) -> Tables:
        return Tables(
            table_a=tuple(
                HostCourse(course=long(host, seed + n), digest="a" * 64) for n in range(MAX_ROWS)
            ),
            table_b=tuple(
                HomeCourse(course=long(home, seed + n), digest="b" * 64, credits=12_000)
                for n in range(MAX_ROWS)
            ),
        )

    agreement = Agreement.proposed(
        f"agreement/{home}/{'7' * 32}",
        purpose,
        make_proposal(rows=rows(0)),
        by=student.account,
        at=NOW,
        margin=MARGIN,
        operation=NEXT,
    )
    for number in range(2, MAX_VERSIONS + 1):
        for by in callers:
            agreement = answer(agreement, by)
        proposal = make_proposal(VersionKind.CHANGE, rows(100 * number))
        agreement = change(agreement, proposal, student)
    for by in callers:
        agreement = answer(agreement, by)
    assert len(agreement.encode()) <= MAX_RULE_BYTES
    assert Agreement.decode(agreement.key, agreement.encode()) == agreement
    refused = refusal(WrongState, change, agreement, make_proposal(VersionKind.CANCEL), student)
    assert str(MAX_VERSIONS) in refused.detail


def test_no_party_uses_up_anothers_proposals() -> None:
    agreement = agreed()
    for party in (Party.STUDENT, Party.HOST, Party.HOME):
        made = sum(party in one.proposers for one in agreement.versions)
        for _ in range(made, PARTY_VERSIONS):
            agreement = change(agreement, make_proposal(VersionKind.CHANGE, tables((3,))), party)
            agreement = agreement.withdrawn(
                seen(agreement), caller=CALLERS[party], at=NOW, margin=MARGIN, operation=NEXT
            )
        proposal = make_proposal(VersionKind.CANCEL)
        refused = refusal(WrongState, change, agreement, proposal, party)
        assert refused.facts == {"limit": PARTY_VERSIONS}
    assert len(agreement.versions) == 3 * PARTY_VERSIONS < MAX_VERSIONS


def test_a_forged_record_is_no_record() -> None:
    good = json.loads(agreed().encode())
    agreement = change(agreed(), make_proposal(VersionKind.CHANGE, tables((3,))))
    two = json.loads(agreement.encode())

    def forged(document: Any, *path: Any, value: Any) -> bytes:
        copy = json.loads(json.dumps(document))
        place = copy
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
        return json.dumps(copy).encode()

    for stored in (
        forged(good, "versions", 0, "approvals", "student", value=None),
        forged(good, "versions", 0, "approvals", "host", "approve", value=False),
        forged(good, "versions", 0, "table_a", 0, "digest", value="0" * 64),
        forged(good, "versions", 0, "table_b", 0, "credits", value=1_200),
        forged(good, "versions", 0, "digest", value="0" * 64),
        forged(good, "versions", 0, "number", value=2),
        forged(good, "versions", 0, "status", value="proposed"),
        forged(good, "versions", 0, "late_reason", value="other"),
        forged(good, "versions", value=[]),
        forged(good, "home", value="betaMSP"),
        forged(good, "host", value="gammaMSP"),
        forged(good, "student", value=VERIFIER),
        forged(two, "versions", 1, "status", value="in-force"),
        forged(two, "versions", value=[two["versions"][1], two["versions"][0]]),
    ):
        with pytest.raises(RecordCorrupt):
            Agreement.decode(AGREEMENT, stored)
    assert Agreement.decode(AGREEMENT, json.dumps(two).encode()) == agreement
