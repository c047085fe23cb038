"""ProposeRule, VoteOnRule, CloseBallot, WithdrawRule; FindBrokenRules."""

from collections.abc import Mapping

from chaincode.contracts.operation import Call, Operations
from chaincode.contracts.rules_in_force import (
    contradictions_of,
    load_ballot,
    require_frameworks_kept,
    violations_of,
)
from chaincode.contracts.speaking import require_speaks
from chaincode.domain import canonical
from chaincode.domain.caller import Role
from chaincode.domain.commands.rules import (
    CloseBallot,
    FindBrokenRules,
    ProposeRule,
    VoteOnRule,
    WithdrawRule,
)
from chaincode.domain.errors import InvalidArgument, NotParty, RecordExists, WrongState
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import (
    Kind,
    counterpart,
    framework_key,
    record_key,
    split_key,
    word_key,
)
from chaincode.domain.recognition.frameworks import stated_categories
from chaincode.domain.recognition.rule_parts import Framework
from chaincode.domain.rules.ballot import Ballot, BallotStatus
from chaincode.domain.rules.electorate import electorate_of
from chaincode.domain.rules.framework import FrameworkIndex
from chaincode.domain.rules.rule_version import RuleVersion
from chaincode.domain.rules.series import Series, in_force_within, series_of
from chaincode.domain.rules.vote import Vote
from chaincode.domain.values import format_instant

operations = Operations()


@operations.writes(Role.REGISTRAR, Role.SUPERVISOR)
async def propose_rule(call: Call, command: ProposeRule) -> None:
    """A member proposes a version and votes for it; the ballot on it opens."""
    owner = require_speaks(call)
    await _number(call, owner, command)
    electorate = electorate_of(command.content, owner, call.constitution)
    rule = RuleVersion.proposed(
        record_key(Kind.RULE, owner, command.rule, command.number),
        command.content,
        by=call.caller.account,
        at=call.ledger.now,
        operation=command.operation,
    )
    ballot = Ballot.opened(
        counterpart(rule.key, Kind.BALLOT),
        rule,
        electorate,
        answer_by=command.answer_by,
        operation=command.operation,
    )
    await call.ledger.create(rule, changed_by=call.constitution.content.voting)
    await call.ledger.create(ballot, changed_by=None)
    await _vote(
        call,
        rule,
        VoteOnRule(
            operation=command.operation, rule=rule.key, rule_digest=rule.digest, approve=True
        ),
    )


async def _number(call: Call, owner: str, command: ProposeRule) -> None:
    """Begin the series, or count on in it: a number is used once and none is left out."""
    key = record_key(Kind.SERIES, owner, command.rule)
    if command.expected_version is None:
        await call.ledger.create(Series.begun(key, operation=command.operation), changed_by=None)
        if command.number != 1:
            raise WrongState("a rule begins with number 1", facts={"next": 1})
        return
    series = await call.ledger.load(Series, key)
    series.expect(command.expected_version)
    last = await call.ledger.load(Ballot, series.latest_ballot)
    await call.ledger.replace(
        series.proposed(command.number, last=last, operation=command.operation)
    )


@operations.writes(Role.REGISTRAR, Role.SUPERVISOR)
async def vote_on_rule(call: Call, command: VoteOnRule) -> None:
    """A member of the electorate votes, once, on the content that it has seen."""
    member = require_speaks(call)
    key = word_key(Kind.VOTE, command.rule, member)
    before = await call.ledger.find(Vote, key)
    if before is not None:
        raise RecordExists(
            "this member has voted; a vote is never changed",
            facts={"key": key, "approve": before.approve, "at": format_instant(before.at)},
        )
    rule = await call.ledger.load(RuleVersion, command.rule)
    ballot = await load_ballot(call, rule)
    ballot.require_may_vote(member, call.ledger.now)
    await _vote(call, rule, command)


async def _vote(call: Call, rule: RuleVersion, command: VoteOnRule) -> None:
    rule.require_digest(command.rule_digest)
    if command.approve is (command.reason is not None):
        raise InvalidArgument(
            "a vote against names its reason, a vote for has none", field="reason"
        )
    vote = Vote(
        key=word_key(Kind.VOTE, rule.key, call.caller.msp_id),
        version=1,
        operation=command.operation,
        rule=rule.key,
        rule_digest=rule.digest,
        approve=command.approve,
        reason=command.reason,
        by=call.caller.account,
        at=call.ledger.now,
    )
    await call.ledger.create(vote, changed_by=call.constitution.content.voting)


@operations.writes(Role.REGISTRAR, Role.SUPERVISOR)
async def close_ballot(call: Call, command: CloseBallot) -> None:
    """A member of the electorate has the votes counted: the rule is adopted or refused.

    Every vote's key is read, present or absent, so that no vote is ordered between the count and
    its block.
    """
    member = require_speaks(call)
    rule = await call.ledger.load(RuleVersion, command.rule)
    ballot = await load_ballot(call, rule)
    ballot.require_elector(member)
    ballot.expect(command.expected_version)
    votes = {}
    for elector in ballot.electorate:
        vote = await call.ledger.find(Vote, word_key(Kind.VOTE, rule.key, elector))
        if vote is not None:
            votes[elector] = vote
    ballot = ballot.closed(
        votes,
        at=call.ledger.now,
        margin_seconds=call.margin_seconds,
        operation=command.operation,
    )
    await call.ledger.replace(ballot)
    if ballot.status is BallotStatus.ADOPTED:
        await _adopt(call, rule, command.operation)


async def _adopt(call: Call, rule: RuleVersion, operation: str) -> None:
    series = await call.ledger.load(Series, series_of(rule.key))
    await call.ledger.replace(series.adopted(rule, at=call.ledger.now, operation=operation))
    if isinstance(rule.content.scope, Framework):
        await _list_framework(call, rule, operation)
    else:
        stated = stated_categories(rule.content)
        await require_frameworks_kept(call, rule.content, rule.content.valid, stated)


async def _list_framework(call: Call, rule: RuleVersion, operation: str) -> None:
    key = framework_key(split_key(rule.key).owner)
    index = await call.ledger.find(FrameworkIndex, key)
    if index is None:
        begun = FrameworkIndex.begun(key, rule, at=call.ledger.now, operation=operation)
        await call.ledger.create(begun, changed_by=None)
        return
    await call.ledger.replace(index.adopted(rule, at=call.ledger.now, operation=operation))


@operations.writes(Role.REGISTRAR, Role.SUPERVISOR)
async def withdraw_rule(call: Call, command: WithdrawRule) -> None:
    """The proposer takes a proposal back while its ballot is open."""
    member = require_speaks(call)
    if split_key(command.rule).owner != member:
        raise NotParty("another member proposed this rule", field="rule")
    ballot = await load_ballot(call, await call.ledger.load(RuleVersion, command.rule))
    ballot.expect(command.expected_version)
    await call.ledger.replace(ballot.withdrawn(at=call.ledger.now, operation=command.operation))


@operations.reads(*Role)
async def find_broken_rules(call: Call, command: FindBrokenRules) -> Mapping[str, JsonValue]:
    """The rules of one member that break a framework on a day on which both are in force."""
    framework = await call.ledger.load(RuleVersion, command.framework)
    if not isinstance(framework.content.scope, Framework):
        raise InvalidArgument("this rule is no framework", field="framework")
    broken: list[JsonValue] = []
    last, count = None, 0
    prefix = f"{Kind.SERIES.value}/{command.owner}/"
    async for stored in call.ledger.page(prefix, after=command.after, limit=command.limit):
        series = Series.decode(str(stored.get("key")), canonical.encode(stored))
        last, count = split_key(series.key).identifier, count + 1
        for entry in in_force_within(series.versions, framework.content.valid):
            rule = await call.ledger.load(RuleVersion, series.rule_key(entry.number))
            found = violations_of(rule.content, [framework])
            stated = stated_categories(rule.content)
            found += await contradictions_of(call, rule.content, [framework], stated)
            if found:
                broken.append({"rule": rule.key, "violations": found})
    return {"broken": broken, "after": last if count == command.limit else None}
