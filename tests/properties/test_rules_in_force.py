"""Rules as a state machine: whoever does what in whatever order, the promises hold.

Every step runs the contract's own function. The machine remembers in its own words who voted for
what, and holds versions, ballots and days to that.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chaincode.domain.caller import Caller, Role
from chaincode.domain.constitution import Constitution
from chaincode.domain.errors import DomainError
from chaincode.domain.keys import Kind, counterpart, record_key, split_key
from chaincode.domain.rules.ballot import Ballot, BallotStatus
from chaincode.domain.rules.rule_version import RuleVersion
from chaincode.domain.rules.series import Series, series_of
from chaincode.domain.rules.vote import Vote
from tests.support.examples import examples
from tests.support.plain_ledger import PlainLedger
from tests.support.records import OPERATION, text_of
from tests.support.rules import framework_document, rule_document
from tests.support.world import CONSTITUTION

START = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
UNIVERSITIES = ("alphaMSP", "betaMSP", "gammaMSP")
MEMBERS = (*UNIVERSITIES, "ministryMSP")
THRESHOLDS = {"internal": 1, "bilateral": 2, "alliance": 2, "framework": 3}
ELECTORATES = {
    "internal": ("alphaMSP",),
    "bilateral": ("alphaMSP", "betaMSP"),
    "alliance": UNIVERSITIES,
    "framework": MEMBERS,
}
HORIZON = [START.date() + timedelta(days=days) for days in range(-2, 30)]
SERIES = st.sampled_from([("internal", 1), ("bilateral", 2), ("alliance", 3), ("framework", 4)])
DAYS = st.integers(-1, 6)


class Agreeing(RuleBasedStateMachine):
    """Four members, four rules, any number of versions of each."""

    def __init__(self) -> None:
        super().__init__()
        constitution = Constitution.founded(CONSTITUTION, operation=OPERATION)
        self.ledger = PlainLedger(constitution, START)
        self.scopes: dict[str, str] = {}
        self.deadlines: dict[str, datetime] = {}
        self.given: dict[str, dict[str, bool]] = {}
        self.ended: dict[str, BallotStatus] = {}
        self.minimums: dict[str, int] = {}
        self.first_values: dict[str, bytes] = {}
        self.settled: dict[tuple[str, date], int | None] = {}

    def speaker(self, member: str) -> Caller:
        role = Role.SUPERVISOR if member == "ministryMSP" else Role.REGISTRAR
        return self.ledger.caller(member, role)

    @rule(
        which=SERIES,
        first=DAYS,
        length=st.none() | st.integers(0, 9),
        hours=st.integers(1, 20),
        minimum=st.sampled_from([50, 60, 70]),
        skip=st.sampled_from([0, 0, 0, 1]),
    )
    def propose(  # noqa: PLR0917 - drawn
        self,
        which: tuple[str, int],
        first: int,
        length: int | None,
        hours: int,
        minimum: int,
        skip: int,
    ) -> None:
        scope, series_number = which
        owner = "ministryMSP" if scope == "framework" else "alphaMSP"
        identifier = f"{series_number:032x}"
        series = self.find(Series, record_key(Kind.SERIES, owner, identifier))
        number = (series.latest if series else 0) + 1 + skip
        begins = self.ledger.now.date() + timedelta(days=first)
        days = {
            "first": begins.isoformat(),
            "last": None if length is None else (begins + timedelta(days=length)).isoformat(),
            "minimum": f"{minimum}.00",
        }
        document = (
            framework_document(**days) if scope == "framework" else rule_document(scope, **days)
        )
        key = record_key(Kind.RULE, owner, identifier, number)
        answer_by = self.ledger.now + timedelta(hours=hours)
        waiting = series is not None and self.is_open(series.rule_key(series.latest))
        landed = self.attempt(
            owner,
            "ProposeRule",
            {
                "rule": identifier,
                "number": number,
                "expected_version": series.version if series else None,
                "content": document,
                "answer_by": text_of(answer_by),
            },
        )
        assert landed is (not waiting and not skip)
        if landed:
            self.scopes[key] = scope
            self.deadlines[key] = answer_by
            self.given[key] = {owner: True}
            self.minimums[key] = minimum

    @precondition(lambda self: self.scopes)
    @rule(data=st.data(), member=st.sampled_from(MEMBERS), approve=st.booleans())
    def vote(self, data: Any, member: str, approve: bool) -> None:  # noqa: FBT001 - drawn
        key = data.draw(st.sampled_from(sorted(self.scopes)))
        allowed = (
            member in ELECTORATES[self.scopes[key]]
            and member not in self.given[key]
            and self.is_open(key)
            and self.ledger.now <= self.deadlines[key]
        )
        landed = self.attempt(
            member,
            "VoteOnRule",
            {
                "rule": key,
                "rule_digest": self.get(RuleVersion, key).digest,
                "approve": approve,
                "reason": None if approve else "law",
            },
        )
        assert landed is allowed
        if landed:
            self.given[key][member] = approve

    @precondition(lambda self: self.open_rules())
    @rule(data=st.data())
    def agree(self, data: Any) -> None:
        """Everybody who has not voted is for it, and the proposer closes: rules come into force."""
        key = data.draw(st.sampled_from(self.open_rules()))
        for member in ELECTORATES[self.scopes[key]]:
            if member not in self.given[key] and self.ledger.now <= self.deadlines[key]:
                arguments = {
                    "rule": key,
                    "rule_digest": self.get(RuleVersion, key).digest,
                    "approve": True,
                }
                assert self.attempt(member, "VoteOnRule", arguments)
                self.given[key][member] = True
        self.end(key, split_key(key).owner)

    @precondition(lambda self: self.scopes)
    @rule(data=st.data(), member=st.sampled_from(MEMBERS))
    def close(self, data: Any, member: str) -> None:
        self.end(data.draw(st.sampled_from(sorted(self.scopes))), member)

    def end(self, key: str, member: str) -> None:
        expected = self.expected_end(key, member)
        landed = self.attempt(member, "CloseBallot", self.ballot(key))
        assert landed is (expected is not None), (key, expected)
        if expected is not None:
            self.ended[key] = expected
            assert self.get(Ballot, counterpart(key, Kind.BALLOT)).status is expected

    @precondition(lambda self: self.scopes)
    @rule(data=st.data(), member=st.sampled_from(MEMBERS))
    def withdraw(self, data: Any, member: str) -> None:
        key = data.draw(st.sampled_from(sorted(self.scopes)))
        allowed = member == split_key(key).owner and self.is_open(key)
        assert self.attempt(member, "WithdrawRule", self.ballot(key)) is allowed
        if allowed:
            self.ended[key] = BallotStatus.WITHDRAWN

    @rule(hours=st.integers(1, 60))
    def wait(self, hours: int) -> None:
        for series in self.all_series():
            for day in HORIZON:
                if day < self.ledger.now.date():
                    version = series.in_force(day)
                    self.settled[series.key, day] = version.number if version else None
        self.ledger.now += timedelta(hours=hours)

    def expected_end(self, key: str, member: str) -> BallotStatus | None:
        """How a close ends the ballot, in the words of docs/spec/records.md; None for a refusal."""
        scope, given = self.scopes[key], self.given[key]
        if member not in ELECTORATES[scope] or not self.is_open(key):
            return None
        approvals = sum(given.values())
        if approvals >= THRESHOLDS[scope]:
            rule_version = self.get(RuleVersion, key)
            late = rule_version.content.valid.first < self.ledger.now.date()
            return None if late or self.breaks_a_framework(key) else BallotStatus.ADOPTED
        missing = len(ELECTORATES[scope]) - len(given)
        over = self.ledger.now > self.deadlines[key] + timedelta(seconds=300)
        return BallotStatus.REFUSED if over or approvals + missing < THRESHOLDS[scope] else None

    def breaks_a_framework(self, key: str) -> bool:
        """Whether, on a day of the rule, the framework in force asks for a better grade."""
        valid = self.get(RuleVersion, key).content.valid
        frameworks = self.find(Series, record_key(Kind.SERIES, "ministryMSP", f"{4:032x}"))
        if self.scopes[key] == "framework" or frameworks is None:
            return False
        last = valid.last or valid.first + timedelta(days=120)
        days = [valid.first + timedelta(days=n) for n in range((last - valid.first).days + 1)]
        found = [frameworks.in_force(day) for day in days]
        return any(
            one is not None and self.minimums[frameworks.rule_key(one.number)] > self.minimums[key]
            for one in found
        )

    @invariant()
    def nothing_was_adopted_below_its_threshold(self) -> None:
        for series in self.all_series():
            for version in series.versions:
                key = series.rule_key(version.number)
                assert sum(self.given[key].values()) >= THRESHOLDS[self.scopes[key]]
                assert self.ended[key] is BallotStatus.ADOPTED

    @invariant()
    def one_version_is_in_force_on_a_day(self) -> None:
        for series in self.all_series():
            adopted = {
                key: self.get(RuleVersion, key).content.valid
                for key, ended in self.ended.items()
                if ended is BallotStatus.ADOPTED and series_of(key) == series.key
            }
            for day in HORIZON:
                holding = [split_key(key).number for key, v in adopted.items() if v.holds(day)]
                found = series.in_force(day)
                assert (found.number if found else None) == max(holding, default=None)
                ruling = [
                    number
                    for number in range(1, series.latest + 1)
                    if any(period.holds(day) for period in series.periods_in_force(number))
                ]
                assert ruling == ([found.number] if found else [])

    @invariant()
    def what_was_in_force_on_a_day_that_passed_stays(self) -> None:
        for (key, day), number in self.settled.items():
            found = self.get(Series, key).in_force(day)
            assert (found.number if found else None) == number

    @invariant()
    def rules_and_votes_are_as_they_were_written(self) -> None:
        for key, value in self.ledger.state.items():
            if key.startswith(("rule/", "vote/")):
                assert self.first_values.setdefault(key, value) == value

    @invariant()
    def votes_are_those_that_were_given(self) -> None:
        found: dict[str, dict[str, bool]] = {}
        for key, value in self.ledger.state.items():
            if key.startswith("vote/"):
                vote = Vote.decode(key, value)
                found.setdefault(vote.rule, {})[split_key(vote.by).owner] = vote.approve
        assert found == self.given

    def attempt(self, member: str, function: str, arguments: Mapping[str, Any]) -> bool:
        """Whether it landed; a refusal leaves everything as it was."""
        before = dict(self.ledger.state)
        try:
            self.ledger.submit(self.speaker(member), function, dict(arguments))
        except DomainError:
            assert self.ledger.state == before
            return False
        return True

    def open_rules(self) -> list[str]:
        return sorted(key for key in self.scopes if self.is_open(key))

    def is_open(self, key: str) -> bool:
        return key not in self.ended

    def ballot(self, key: str) -> dict[str, Any]:
        version = self.get(Ballot, counterpart(key, Kind.BALLOT)).version
        return {"rule": key, "expected_version": version}

    def all_series(self) -> list[Series]:
        return [
            Series.decode(key, value)
            for key, value in self.ledger.state.items()
            if key.startswith("series/")
        ]

    def find(self, kind: Any, key: str) -> Any:
        stored = self.ledger.state.get(key)
        return None if stored is None else kind.decode(key, stored)

    def get(self, kind: Any, key: str) -> Any:
        found = self.find(kind, key)
        assert found is not None
        return found


TestAgreeing = Agreeing.TestCase
TestAgreeing.settings = settings(max_examples=examples(30), stateful_step_count=40)
