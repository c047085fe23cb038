"""Rules: a member proposes, members vote, everybody reads what is in force when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from chaincode.domain.caller import Role
from chaincode.domain.commands.rules import (
    CloseBallot,
    FindBrokenRules,
    ProposeRule,
    VoteOnRule,
    WithdrawRule,
)
from chaincode.domain.errors import NotParty
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import Kind, counterpart, record_key, split_key, word_key
from chaincode.domain.qualification.days import Period, day_of
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.rules.ballot import Ballot
from chaincode.domain.rules.rule_version import RuleVersion
from chaincode.domain.rules.series import Series, series_of
from chaincode.domain.rules.vote import Objection, Vote
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.intent import Intent, LedgerCall, WriteRequest, new_id
from gateway.services.operations import Operations, OperationView
from gateway.services.ports import Clock
from gateway.services.records import Records

_PAGE = 100


@dataclass(frozen=True, slots=True)
class RuleState:
    """A version with its ballot, its votes, and the days on which it is in force."""

    rule: RuleVersion
    ballot: Ballot
    votes: tuple[Vote, ...]
    series: Series
    in_force: tuple[Period, ...]
    today: date
    """In the rule's own time zone."""


@dataclass(frozen=True, slots=True)
class SeriesPage:
    """Some rules in all their versions; `after` continues behind them."""

    series: tuple[Series, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule that demands less than a framework, and where."""

    rule: str
    violations: tuple[dict[str, JsonValue], ...]


@dataclass(frozen=True, slots=True)
class BrokenPage:
    """Rules of one member that break a framework; `after` continues behind them."""

    broken: tuple[BrokenRule, ...]
    after: str | None


class Rules:
    """The rules of the consortium, and this member's part in agreeing on them."""

    def __init__(self, operations: Operations, records: Records, clock: Clock) -> None:
        self._operations = operations
        self._records = records
        self._clock = clock

    async def propose(
        self,
        person: AuthenticatedPerson,
        content: RuleContent,
        *,
        answer_by: datetime,
        previous: str | None,
        write: WriteRequest,
    ) -> OperationView:
        """Propose a new rule, or the version that follows `previous` (ProposeRule).

        Raises:
            NotPermitted: the person speaks for no member.
            NotParty: the rule belongs to another member.
            LedgerRefused: `previous` is not there.
        """
        person.require(Role.REGISTRAR, Role.SUPERVISOR)
        operation, identifier, number, expected = new_id(), new_id(), 1, None
        if previous is not None:
            parts = split_key(previous)
            if parts.owner != person.msp_id:
                raise NotParty("the rule belongs to another member", field="previous")
            series = await self._records.load(Series, series_of(previous))
            identifier, number = parts.identifier, (parts.number or 0) + 1
            expected = series.version
        command = ProposeRule(
            operation=operation,
            rule=identifier,
            number=number,
            expected_version=expected,
            content=content,
            answer_by=answer_by,
        )
        rule = record_key(Kind.RULE, person.msp_id, identifier, number)
        return await self._accept(person, "propose-rule", command, rule, write)

    async def vote(
        self,
        person: AuthenticatedPerson,
        rule: str,
        *,
        rule_digest: str,
        approve: bool,
        reason: Objection | None,
        write: WriteRequest,
    ) -> OperationView:
        """Vote on the content that was seen (VoteOnRule).

        Raises:
            NotPermitted: the person speaks for no member.
            NotElector: the member has no vote on this rule.
            LedgerRefused: there is no such rule.
        """
        await self._require_elector(person, rule)
        command = VoteOnRule(
            operation=new_id(),
            rule=rule,
            rule_digest=rule_digest,
            approve=approve,
            reason=reason,
        )
        return await self._accept(person, "vote-on-rule", command, rule, write)

    async def close(
        self, person: AuthenticatedPerson, rule: str, *, expected_version: int, write: WriteRequest
    ) -> OperationView:
        """Have the votes counted (CloseBallot).

        Raises:
            NotPermitted: the person speaks for no member.
            NotElector: the member has no vote on this rule.
            LedgerRefused: there is no such rule.
        """
        await self._require_elector(person, rule)
        command = CloseBallot(operation=new_id(), rule=rule, expected_version=expected_version)
        return await self._accept(person, "close-ballot", command, rule, write)

    async def withdraw(
        self, person: AuthenticatedPerson, rule: str, *, expected_version: int, write: WriteRequest
    ) -> OperationView:
        """Take a proposal back (WithdrawRule).

        Raises:
            NotPermitted: the person speaks for no member.
            NotParty: another member proposed it.
        """
        person.require(Role.REGISTRAR, Role.SUPERVISOR)
        if split_key(rule).owner != person.msp_id:
            raise NotParty("another member proposed this rule", field="rule")
        command = WithdrawRule(operation=new_id(), rule=rule, expected_version=expected_version)
        return await self._accept(person, "withdraw-rule", command, rule, write)

    async def read(self, rule: str) -> RuleState:
        """A version with all that bears on it.

        Raises:
            LedgerRefused: there is none (record-not-found).
        """
        found = await self._records.load(RuleVersion, rule)
        ballot = await self._records.load(Ballot, counterpart(rule, Kind.BALLOT))
        keys = [word_key(Kind.VOTE, rule, member) for member in ballot.electorate]
        votes = await self._records.find_all(Vote, keys)
        series = await self._records.load(Series, series_of(rule))
        return RuleState(
            rule=found,
            ballot=ballot,
            votes=tuple(vote for vote in votes if vote is not None),
            series=series,
            in_force=series.periods_in_force(split_key(rule).number or 0),
            today=day_of(self._clock(), found.content.valid.time_zone),
        )

    async def page(self, owner: str, *, after: str | None) -> SeriesPage:
        """The rules of one member in the order of their keys."""
        found = await self._records.page(Series, owner, after=after, limit=_PAGE)
        following = split_key(found[-1].key).identifier if len(found) == _PAGE else None
        return SeriesPage(found, following)

    async def broken(self, framework: str, owner: str, *, after: str | None) -> BrokenPage:
        """Rules of one member that break a framework on a day on which both are in force.

        Raises:
            LedgerRefused: there is no such rule, or it is no framework.
        """
        answer = await self._records.ask(
            FindBrokenRules(framework=framework, owner=owner, after=after)
        )
        items = cast("Sequence[dict[str, JsonValue]]", answer["broken"])
        broken = tuple(
            BrokenRule(
                str(item["rule"]),
                tuple(cast("Sequence[dict[str, JsonValue]]", item["violations"])),
            )
            for item in items
        )
        following = answer["after"]
        return BrokenPage(broken, None if following is None else str(following))

    async def _require_elector(self, person: AuthenticatedPerson, rule: str) -> None:
        person.require(Role.REGISTRAR, Role.SUPERVISOR)
        ballot = await self._records.load(Ballot, counterpart(rule, Kind.BALLOT))
        ballot.require_elector(person.msp_id)

    async def _accept(
        self,
        person: AuthenticatedPerson,
        kind: str,
        command: ProposeRule | VoteOnRule | CloseBallot | WithdrawRule,
        rule: str,
        write: WriteRequest,
    ) -> OperationView:
        return await self._operations.accept(
            Intent(
                operation=command.operation,
                kind=kind,
                request=write,
                calls=(LedgerCall(person.account, command),),
                result={"rule": rule},
            )
        )
