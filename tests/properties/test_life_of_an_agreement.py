"""A state machine of the learning agreement: whatever is tried in whatever order by whomever."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chaincode.domain.agreements.agreement import Agreement
from chaincode.domain.agreements.answers import Answer, Party, RefusalReason
from chaincode.domain.agreements.conflict import Seen
from chaincode.domain.agreements.tables import Tables
from chaincode.domain.agreements.version import (
    PARTY_VERSIONS,
    AgreementVersion,
    LateReason,
    VersionKind,
    VersionStatus,
)
from chaincode.domain.errors import DomainError
from chaincode.domain.qualification.days import end_of
from tests.support.agreements import (
    AGREEMENT,
    CALLERS,
    MARGIN,
    WINDOW,
    make_proposal,
    propose,
    seen,
    tables,
)
from tests.support.examples import examples
from tests.support.records import NEXT, NOW

PARTY = st.sampled_from(Party)
ENDED = {
    VersionStatus.SUPERSEDED,
    VersionStatus.REFUSED,
    VersionStatus.LAPSED,
    VersionStatus.WITHDRAWN,
}
CONTENT = ("number", "kind", "table_a", "table_b", "digest", "late_reason", "answer_by")


class Parties(RuleBasedStateMachine):
    """Three parties and a clock; the model counts what each of them approved, by digest."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.agreement: Agreement = propose()
        self.approved: dict[Party, set[str]] = {party: set() for party in Party}
        self.refused: set[str] = set()
        self.in_force: str | None = None
        self.read: list[Seen] = [seen(self.agreement)]
        self.approved[Party.STUDENT].add(self.last.digest)

    @property
    def last(self) -> AgreementVersion:
        return self.agreement.versions[-1]

    @property
    def open(self) -> bool:
        waits = self.last.status is VersionStatus.PROPOSED
        return waits and self.now <= self.last.answer_by + MARGIN

    @rule(days=st.integers(0, 20))
    def time_goes_by(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(party=PARTY)
    def somebody_reads(self, party: Party) -> None:
        del party
        self.read.append(seen(self.agreement))

    @rule(
        party=PARTY,
        kind=st.sampled_from(VersionKind),
        course=st.integers(1, 3),
        late=st.none() | st.sampled_from(LateReason),
        days=st.integers(1, 15),
    )
    def change(
        self, party: Party, kind: VersionKind, course: int, late: LateReason | None, days: int
    ) -> None:
        rows = Tables.none() if kind is VersionKind.CANCEL else tables((course,))
        current = self.agreement.in_force
        first = self.in_force is None
        closed = end_of(WINDOW.through, WINDOW.time_zone)
        allowed = (
            not self.open
            and days <= 14
            and sum(party in one.proposers for one in self.agreement.versions) < PARTY_VERSIONS
            and first == (kind is VersionKind.FIRST)
            and (not first or party is Party.STUDENT)
            and (current is None or current.kind is not VersionKind.CANCEL)
            and (current is None or current.tables != rows)
            and not (late is None and self.now >= closed + MARGIN)
            and not (late is not None and self.now < closed)
        )
        try:
            found = self.agreement.changed(
                make_proposal(kind, rows, late=late, at=self.now, days=days),
                caller=CALLERS[party],
                at=self.now,
                margin=MARGIN,
                operation=NEXT,
            )
        except DomainError:
            assert not allowed
        else:
            assert allowed
            self.moved(found)
            self.approved[party].add(self.last.digest)

    @rule(party=PARTY, data=st.data(), approve=st.booleans(), reason=st.booleans())
    def answer(self, party: Party, data: st.DataObject, approve: bool, reason: bool) -> None:  # noqa: FBT001 - drawn
        named = data.draw(st.sampled_from(self.read))
        answered = self.last.approvals.of(party) is not None
        allowed = (
            named == seen(self.agreement) and self.open and not answered and approve is not reason
        )
        try:
            found = self.agreement.answered(
                named,
                Answer(
                    approve=approve,
                    reason=RefusalReason.OTHER if reason else None,
                    by=CALLERS[party].account,
                    at=self.now,
                ),
                caller=CALLERS[party],
                margin=MARGIN,
                operation=NEXT,
            )
        except DomainError:
            assert not allowed
        else:
            assert allowed
            self.moved(found)
            digest = self.last.digest
            (self.approved[party] if approve else self.refused).add(digest)
            if all(digest in self.approved[one] for one in Party):
                self.in_force = digest

    @rule(party=PARTY)
    def answer_as_read_now(self, party: Party) -> None:
        self.read.append(seen(self.agreement))
        if self.open and self.last.approvals.of(party) is None:
            found = self.agreement.answered(
                seen(self.agreement),
                Answer(approve=True, reason=None, by=CALLERS[party].account, at=self.now),
                caller=CALLERS[party],
                margin=MARGIN,
                operation=NEXT,
            )
            self.moved(found)
            self.approved[party].add(self.last.digest)
            if all(self.last.digest in self.approved[one] for one in Party):
                self.in_force = self.last.digest

    @rule(party=PARTY, data=st.data())
    def withdraw(self, party: Party, data: st.DataObject) -> None:
        named = data.draw(st.sampled_from(self.read))
        alone = self.last.approvals.given_by == {party}
        allowed = named == seen(self.agreement) and self.open and alone
        try:
            found = self.agreement.withdrawn(
                named, caller=CALLERS[party], at=self.now, margin=MARGIN, operation=NEXT
            )
        except DomainError:
            assert not allowed
        else:
            assert allowed
            self.moved(found)
            assert self.last.status is VersionStatus.WITHDRAWN

    @precondition(lambda self: self.open)
    @rule()
    def a_proposal_lapses(self) -> None:
        self.now = self.last.answer_by + MARGIN + timedelta(seconds=1)
        before = self.agreement.in_force
        assert self.last.standing(self.now, margin=MARGIN) is VersionStatus.LAPSED
        assert self.agreement.in_force == before

    def moved(self, found: Agreement) -> None:
        """Nothing is edited: content stays, answers are only added, what has ended stays so."""
        assert found.version == self.agreement.version + 1
        for old, new in zip(self.agreement.versions, found.versions, strict=False):
            assert all(getattr(old, name) == getattr(new, name) for name in CONTENT)
            for party in Party:
                assert old.approvals.of(party) in {None, new.approvals.of(party)}
            assert old.status not in ENDED or old.status is new.status
        assert len(found.versions) >= len(self.agreement.versions)
        assert Agreement.decode(AGREEMENT, found.encode()) == found
        self.agreement = found

    @invariant()
    def only_what_all_three_approved_is_in_force(self) -> None:
        agreed = {VersionStatus.IN_FORCE, VersionStatus.SUPERSEDED}
        for version in self.agreement.versions:
            unanimous = all(version.digest in self.approved[party] for party in Party)
            assert (version.status in agreed) is unanimous
            assert not unanimous or version.digest not in self.refused

    @invariant()
    def the_latest_agreed_one_is_in_force_and_no_other(self) -> None:
        found = self.agreement.in_force
        assert (found.digest if found else None) == self.in_force
        statuses = [version.status for version in self.agreement.versions]
        assert statuses.count(VersionStatus.IN_FORCE) <= 1
        assert statuses.count(VersionStatus.PROPOSED) <= 1


TestParties = Parties.TestCase
TestParties.settings = settings(max_examples=examples(20), stateful_step_count=40)
