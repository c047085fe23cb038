"""The ballot on a version of a rule: who may vote, until when, and what came of it."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import Field

from chaincode.domain.errors import (
    BallotClosed,
    BallotOpen,
    NotElector,
    OutsideWindow,
    VersionConflict,
)
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import Kind, RuleKey
from chaincode.domain.record import Record
from chaincode.domain.rules.electorate import Electorate
from chaincode.domain.rules.rule_version import RuleVersion
from chaincode.domain.rules.vote import Vote
from chaincode.domain.values import Digest, Instant, MspId, format_instant

Electors = Annotated[tuple[MspId, ...], Field(max_length=500)]


class BallotStatus(StrEnum):
    """open → adopted | refused | withdrawn."""

    OPEN = "open"
    ADOPTED = "adopted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Ballot(Record):
    """The votes asked for; each vote is a record of its own, and closing reads them all."""

    kind: ClassVar[Kind] = Kind.BALLOT

    rule: RuleKey
    rule_digest: Digest
    electorate: Annotated[tuple[MspId, ...], Field(min_length=1, max_length=500)]
    """Who votes, as the constitution had it when the rule was proposed."""
    threshold: Annotated[int, Field(ge=1, le=500)]
    answer_by: Instant
    status: BallotStatus
    opened_at: Instant
    closed_at: Instant | None
    approved_by: Electors
    refused_by: Electors

    @classmethod
    def opened(
        cls,
        key: str,
        rule: RuleVersion,
        electorate: Electorate,
        *,
        answer_by: datetime,
        operation: str,
    ) -> Self:
        """Ask for votes on a rule from its proposal on.

        Raises:
            OutsideWindow: the deadline is not later than the proposal.
        """
        if answer_by <= rule.proposed_at:
            raise OutsideWindow(
                "the ballot would have ended already",
                field="answer_by",
                facts={"now": format_instant(rule.proposed_at)},
            )
        return cls(
            key=key,
            version=1,
            operation=operation,
            rule=rule.key,
            rule_digest=rule.digest,
            electorate=electorate.members,
            threshold=electorate.threshold,
            answer_by=answer_by,
            status=BallotStatus.OPEN,
            opened_at=rule.proposed_at,
            closed_at=None,
            approved_by=(),
            refused_by=(),
        )

    def expect(self, version: int, *, field: str = "expected_version") -> None:
        """Hold the caller to the version seen; `facts` say what became of the ballot.

        Raises:
            VersionConflict: it moved on.
        """
        try:
            super().expect(version, field=field)
        except VersionConflict as error:
            error.facts |= self._ending()
            raise

    def require_open(self) -> None:
        """Refuse whatever comes after the end.

        Raises:
            BallotClosed: `facts` say how it ended, and when.
        """
        if self.status is not BallotStatus.OPEN:
            raise BallotClosed(f"the ballot is {self.status.value}", facts=self._ending())

    def require_may_vote(self, member: str, at: datetime) -> None:
        """Hold a vote to the electorate and the deadline.

        Raises:
            NotElector: the member has no vote here.
            BallotClosed: the ballot has ended.
            OutsideWindow: the deadline has passed.
        """
        self.require_elector(member)
        self.require_open()
        if at > self.answer_by:
            raise OutsideWindow(
                "the ballot's deadline has passed",
                facts={
                    "answer_by": format_instant(self.answer_by),
                    "now": format_instant(at),
                    "status": self.status.value,
                },
            )

    def require_elector(self, member: str) -> None:
        """Hold a member to the electorate.

        Raises:
            NotElector: it is not in it; `facts` say who is.
        """
        if member not in self.electorate:
            raise NotElector(
                "this member has no vote on this rule", facts={"electorate": list(self.electorate)}
            )

    def closed(
        self, votes: Mapping[str, Vote], *, at: datetime, margin_seconds: int, operation: str
    ) -> Self:
        """Count the votes; by member, those who did not vote left out.

        It ends as soon as the votes that are missing cannot change the outcome, and otherwise once
        the deadline has passed by more than a clock may be bent: then nobody can vote any more.

        Raises:
            BallotClosed: it ended before.
            BallotOpen: votes that are missing could still decide, and the deadline has not passed.
            StaleReference, RecordCorrupt: a vote is on another content or not its member's.
        """
        self.require_open()
        for member, vote in votes.items():
            vote.require_counts(self.rule, self.rule_digest, member)
        approved = [
            member for member in self.electorate if member in votes and votes[member].approve
        ]
        refused = [
            member for member in self.electorate if member in votes and not votes[member].approve
        ]
        adopted = len(approved) >= self.threshold
        hopeless = len(refused) > len(self.electorate) - self.threshold
        ended = at > self.answer_by + timedelta(seconds=margin_seconds)
        if not (adopted or hopeless or ended):
            raise self._undecided(approved, refused)
        return self.next(
            operation,
            status=BallotStatus.ADOPTED if adopted else BallotStatus.REFUSED,
            closed_at=at,
            approved_by=tuple(approved),
            refused_by=tuple(refused),
        )

    def withdrawn(self, *, at: datetime, operation: str) -> Self:
        """The proposer takes the proposal back.

        Raises:
            BallotClosed: it ended before.
        """
        self.require_open()
        return self.next(operation, status=BallotStatus.WITHDRAWN, closed_at=at)

    def _undecided(self, approved: Collection[str], refused: Collection[str]) -> BallotOpen:
        voted = {*approved, *refused}
        return BallotOpen(
            "votes are missing that could decide, and the deadline has not passed",
            facts={
                "answer_by": format_instant(self.answer_by),
                "threshold": self.threshold,
                "approved_by": list(approved),
                "refused_by": list(refused),
                "missing": [member for member in self.electorate if member not in voted],
            },
        )

    def _ending(self) -> dict[str, JsonValue]:
        closed = None if self.closed_at is None else format_instant(self.closed_at)
        return {"status": self.status.value, "closed_at": closed}
