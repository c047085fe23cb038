"""Well-formed agreements for tests of the domain: alpha is home, beta is host."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from chaincode.domain.agreements.agreement import Agreement
from chaincode.domain.agreements.answers import Answer, Party, RefusalReason
from chaincode.domain.agreements.change_window import ChangeWindow
from chaincode.domain.agreements.conflict import Seen
from chaincode.domain.agreements.purpose import Purpose
from chaincode.domain.agreements.tables import HomeCourse, HostCourse, Tables
from chaincode.domain.agreements.version import LateReason, Proposal, VersionKind
from chaincode.domain.caller import Caller, Role
from chaincode.domain.errors import DomainError
from tests.support.records import NEXT, NOW, OPERATION, REGISTRAR, STUDENT, caller

AGREEMENT = f"agreement/alphaMSP/{'7' * 32}"
PROGRAMME = f"programme/alphaMSP/{'8' * 32}/1"
TERM = f"term/betaMSP/{'9' * 32}"
SERIES = f"series/alphaMSP/{'6' * 32}"
HOME_REGISTRAR = f"account/alphaMSP/{'5' * 32}"
MARGIN = timedelta(seconds=300)
WINDOW = ChangeWindow(through=date(2026, 12, 6), time_zone="Europe/Berlin", answer_weeks=2)
AFTER_THE_WINDOW = datetime.fromisoformat("2026-12-07T00:00:00+01:00")
"""Of `WINDOW`: the first instant."""
CALLERS: dict[Party, Caller] = {
    Party.STUDENT: caller(),
    Party.HOST: caller(REGISTRAR, Role.REGISTRAR),
    Party.HOME: caller(HOME_REGISTRAR, Role.REGISTRAR),
}


def host_course(number: int, digest: str = "a") -> HostCourse:
    """A row of table A."""
    return HostCourse(course=f"course/betaMSP/{number:032x}/1", digest=digest * 64)


def home_course(number: int, credits_: int = 600) -> HomeCourse:
    """A row of table B."""
    return HomeCourse(course=f"course/alphaMSP/{number:032x}/1", digest="b" * 64, credits=credits_)


def tables(host: tuple[int, ...] = (1, 2), home: tuple[int, ...] = (1,)) -> Tables:
    """Tables of these courses."""
    return Tables(
        table_a=tuple(map(host_course, host)), table_b=tuple(home_course(number) for number in home)
    )


def make_purpose(**changes: Any) -> Purpose:
    """What the agreement is about."""
    return Purpose(
        **{
            "student": STUDENT,
            "home": "alphaMSP",
            "host": "betaMSP",
            "programme": PROGRAMME,
            "programme_digest": "c" * 64,
            "term": TERM,
            "rules": SERIES,
            "changes": WINDOW,
            **changes,
        }
    )


def make_proposal(
    kind: VersionKind = VersionKind.FIRST,
    rows: Tables | None = None,
    *,
    late: LateReason | None = None,
    at: datetime = NOW,
    days: int = 14,
) -> Proposal:
    """A proposal whose answers are due so many days later."""
    if rows is None:
        rows = Tables.none() if kind is VersionKind.CANCEL else tables()
    return Proposal(kind=kind, tables=rows, late_reason=late, answer_by=at + timedelta(days=days))


def propose(
    proposal: Proposal | None = None, *, at: datetime = NOW, purpose: Purpose | None = None
) -> Agreement:
    """An agreement that its student has just proposed."""
    return Agreement.proposed(
        AGREEMENT,
        purpose or make_purpose(),
        proposal or make_proposal(at=at),
        by=(purpose or make_purpose()).student,
        at=at,
        margin=MARGIN,
        operation=OPERATION,
    )


def seen(agreement: Agreement) -> Seen:
    """What somebody answers who has just read it."""
    last = agreement.versions[-1]
    return Seen(agreement.version, last.number, last.digest)


def answer(
    agreement: Agreement,
    party: Party | Caller,
    *,
    approve: bool = True,
    reason: RefusalReason | None = None,
    at: datetime = NOW,
    as_seen: Seen | None = None,
) -> Agreement:
    """One party answers; a refusal has a reason unless it is given."""
    by = CALLERS[party] if isinstance(party, Party) else party
    return agreement.answered(
        as_seen or seen(agreement),
        Answer(approve=approve, reason=reason, by=by.account, at=at),
        caller=by,
        margin=MARGIN,
        operation=NEXT,
    )


def change(
    agreement: Agreement,
    proposal: Proposal,
    party: Party | Caller = Party.STUDENT,
    *,
    at: datetime = NOW,
) -> Agreement:
    """One party proposes the next version."""
    by = CALLERS[party] if isinstance(party, Party) else party
    return agreement.changed(proposal, caller=by, at=at, margin=MARGIN, operation=NEXT)


def agreed() -> Agreement:
    """An agreement whose first version all three approved."""
    agreement = propose()
    for party in (Party.HOST, Party.HOME):
        agreement = answer(agreement, party)
    return agreement


def statuses(agreement: Agreement) -> list[str]:
    return [version.status.value for version in agreement.versions]


def refusal(expected: type[DomainError], function: Any, *args: Any, **options: Any) -> DomainError:
    with pytest.raises(expected) as found:
        function(*args, **options)
    return found.value
