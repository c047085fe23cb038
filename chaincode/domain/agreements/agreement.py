"""The learning agreement: a record of versions, changed by what the three parties say."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from chaincode.domain import canonical
from chaincode.domain.agreements.answers import Answer, Party
from chaincode.domain.agreements.conflict import ProposalReplaced, Seen
from chaincode.domain.agreements.purpose import Purpose
from chaincode.domain.agreements.version import (
    MAX_VERSIONS,
    PARTY_VERSIONS,
    AgreementVersion,
    Proposal,
    VersionKind,
    VersionStatus,
    content_digest,
)
from chaincode.domain.caller import Caller
from chaincode.domain.errors import InvalidArgument, NotParty, OutsideWindow, WrongState
from chaincode.domain.keys import AgreementKey, Kind
from chaincode.domain.record import Record
from chaincode.domain.values import format_instant


class Agreement(Record, Purpose):
    """What student, host and home agreed upon, and what they are agreeing upon."""

    kind: ClassVar[Kind] = Kind.AGREEMENT
    owner_field: ClassVar[str | None] = "home"
    size_limit: ClassVar[int] = canonical.MAX_RULE_BYTES

    key: AgreementKey
    versions: Annotated[tuple[AgreementVersion, ...], Field(min_length=1, max_length=MAX_VERSIONS)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for place, version in enumerate(self.versions, 1):
            digest = content_digest(
                self.key,
                self,
                place,
                kind=version.kind,
                tables=version.tables,
                late_reason=version.late_reason,
            )
            if version.number != place or version.digest != digest:
                raise ValueError("a version's number and digest are those of its content")
            agreed = version.status in {VersionStatus.IN_FORCE, VersionStatus.SUPERSEDED}
            if agreed != version.approvals.unanimous:
                raise ValueError("what all three approved is in force, or was, and nothing else")
        statuses = [version.status for version in self.versions]
        if statuses.count(VersionStatus.IN_FORCE) > 1:
            raise ValueError("at most one version is in force")
        if VersionStatus.PROPOSED in statuses[:-1]:
            raise ValueError("only the last version can wait for answers")
        return self

    @classmethod
    def proposed(
        cls,
        key: str,
        purpose: Purpose,
        proposal: Proposal,
        *,
        by: str,
        at: datetime,
        margin: timedelta,
        operation: str,
    ) -> Self:
        """ProposeAgreement: the student begins, and with that approves version 1.

        Raises:
            InvalidArgument: the tables, the deadline or the reason for being late do not fit.
        """
        if proposal.kind is not VersionKind.FIRST:
            raise InvalidArgument("an agreement begins with a first version", field="kind")
        first = AgreementVersion.proposed(
            key, purpose, 1, proposal, by=by, parties={Party.STUDENT}, at=at, margin=margin
        )
        fields = {name: getattr(purpose, name) for name in Purpose.model_fields}
        return cls(key=key, version=1, operation=operation, versions=(first,), **fields)

    @property
    def in_force(self) -> AgreementVersion | None:
        """The version that binds; a cancellation binds to nothing."""
        status = VersionStatus.IN_FORCE
        return next((version for version in self.versions if version.status is status), None)

    @property
    def cancelled(self) -> bool:
        """Whether all three agreed to end it."""
        found = self.in_force
        return found is not None and found.kind is VersionKind.CANCEL

    def changed(
        self, proposal: Proposal, *, caller: Caller, at: datetime, margin: timedelta, operation: str
    ) -> Self:
        """ProposeAgreementChange: the next version, which the proposer's party approves.

        Raises:
            NotParty: the agreement is other people's.
            WrongState: a proposal waits for answers, the agreement is cancelled or full, the party
                has made all its proposals, or the kind does not fit what is in force.
            InvalidArgument: nothing changes; or as for `proposed`.
        """
        parties = self.parties_of(caller)
        self._require_may_follow(proposal, parties, at, margin)
        version = AgreementVersion.proposed(
            self.key,
            self,
            len(self.versions) + 1,
            proposal,
            by=caller.account,
            parties=parties,
            at=at,
            margin=margin,
        )
        last = self.versions[-1]
        lapsed = last.turned(last.standing(at, margin=margin))
        return self._with((*self.versions[:-1], lapsed, version), operation)

    def answered(
        self,
        seen: Seen,
        answer: Answer,
        *,
        caller: Caller,
        margin: timedelta,
        operation: str,
    ) -> Self:
        """ApproveAgreement: a party approves the proposal that it saw, or refuses with a reason.

        The third approval puts the version in force, and supersedes the one that was.

        Raises:
            NotParty: the agreement is other people's.
            ProposalReplaced: it is not the proposal that was seen.
            WrongState: nothing waits for an answer, or the party has answered.
            OutsideWindow: the answer is late.
            InvalidArgument: a refusal without a reason, or an approval with one.
        """
        parties = self.parties_of(caller)
        version = self._waiting(seen, answer.at, margin)
        if parties & version.approvals.given_by:
            raise WrongState(
                f"number {version.number} is answered by {_and(parties)} already",
                facts={"number": version.number},
            )
        answer.require_reasoned()
        answered = version.answered(version.approvals.given(answer, parties))
        before = self.versions[:-1]
        if answered.status is VersionStatus.IN_FORCE:
            superseded = VersionStatus.SUPERSEDED
            before = tuple(
                one.turned(superseded) if one.status is VersionStatus.IN_FORCE else one
                for one in before
            )
        return self._with((*before, answered), operation)

    def withdrawn(
        self, seen: Seen, *, caller: Caller, at: datetime, margin: timedelta, operation: str
    ) -> Self:
        """WithdrawAgreementProposal: the proposer's party takes it back, before any answer.

        Raises:
            NotParty: another party proposed it, or the agreement is other people's.
            ProposalReplaced: it is not the proposal that was seen.
            WrongState: nothing waits for an answer, or somebody has answered.
            OutsideWindow: it has lapsed.
        """
        version = self._waiting(seen, at, margin)
        parties, proposers = self.parties_of(caller), version.proposers
        if parties != proposers:
            raise NotParty("another party proposed this version", field="agreement")
        others = version.approvals.given_by - proposers
        if others:
            raise WrongState(
                f"number {version.number} is answered by {_and(others)} already",
                facts={"number": version.number},
            )
        gone = version.turned(VersionStatus.WITHDRAWN)
        return self._with((*self.versions[:-1], gone), operation)

    def _require_may_follow(
        self, proposal: Proposal, parties: Collection[Party], at: datetime, margin: timedelta
    ) -> None:
        last, agreed = self.versions[-1], self.in_force
        if self.cancelled:
            raise WrongState("the agreement is cancelled: begin another one")
        if last.standing(at, margin=margin) is VersionStatus.PROPOSED:
            raise WrongState(
                f"number {last.number} waits for answers until {format_instant(last.answer_by)}",
                facts={"number": last.number, "answer_by": format_instant(last.answer_by)},
            )
        if len(self.versions) >= MAX_VERSIONS:
            raise WrongState(f"an agreement has at most {MAX_VERSIONS} versions")
        if sum(not one.proposers.isdisjoint(parties) for one in self.versions) >= PARTY_VERSIONS:
            raise WrongState(
                f"each party proposes at most {PARTY_VERSIONS} versions: "
                + ("another one may propose" if agreed else "begin another agreement"),
                facts={"limit": PARTY_VERSIONS},
            )
        if (agreed is None) is not (proposal.kind is VersionKind.FIRST):
            needed = "a first version" if agreed is None else "a change or a cancellation"
            raise InvalidArgument(f"what comes next is {needed}", field="kind")
        if agreed is None and Party.STUDENT not in parties:
            raise NotParty("the student proposes until something is agreed", field="agreement")
        if agreed is not None and agreed.tables == proposal.tables:
            raise InvalidArgument("nothing would change", field="table_a")

    def _waiting(self, seen: Seen, at: datetime, margin: timedelta) -> AgreementVersion:
        """The proposal that was seen, if it waits for answers still."""
        last = self.versions[-1]
        if Seen(self.version, last.number, last.digest) != seen:
            raise ProposalReplaced(self.key, seen, actual=self.version, versions=self.versions)
        standing = last.standing(at, margin=margin)
        if standing is VersionStatus.LAPSED:
            raise OutsideWindow(
                f"number {last.number} was to be answered by {format_instant(last.answer_by)}",
                facts={"number": last.number, "answer_by": format_instant(last.answer_by)},
            )
        if standing is not VersionStatus.PROPOSED:
            raise WrongState(
                f"number {last.number} is {standing.value}: nothing waits for an answer",
                facts={"number": last.number, "status": standing.value},
            )
        return last

    def _with(self, versions: tuple[AgreementVersion, ...], operation: str) -> Self:
        return self.next(operation, versions=versions)


def _and(parties: Collection[Party]) -> str:
    return " and ".join(sorted(parties))
