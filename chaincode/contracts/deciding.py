"""By what a member may decide today: a rule in force that names it, a programme of its own."""

from datetime import date, timedelta

from chaincode.contracts.operation import Call
from chaincode.contracts.rules_in_force import load_rule_in_force
from chaincode.domain.errors import (
    InvalidArgument,
    NotPermitted,
    OutsideWindow,
    RuleNotInForce,
)
from chaincode.domain.keys import split_key
from chaincode.domain.qualification.days import day_of
from chaincode.domain.qualification.programme import Programme
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.rules.rule_version import RuleVersion


def today(call: Call, content: RuleContent) -> tuple[date, ...]:
    """The day, or around midnight the two days, that it may be where the rule is at home."""
    margin = timedelta(seconds=call.margin_seconds)
    zone = content.valid.time_zone
    instants = (call.ledger.now - margin, call.ledger.now + margin)
    return tuple(sorted({day_of(instant, zone) for instant in instants}))


async def rule_in_force(
    call: Call, key: str, *, decider: str, on: date | None = None, course: str | None = None
) -> RuleVersion:
    """Load a rule that is in force, on a day given or today, and names the decider.

    With `course`, also what it says of that host course keeps to the frameworks.

    Raises:
        RecordNotFound: there is no such version of a rule.
        NotPermitted: the rule does not name this decider; a framework names none.
        OutsideWindow: the day given is not today.
        RuleNotInForce: another version is in force, or none.
        FrameworkBroken: it breaks a framework that is in force.
    """
    rule = await call.ledger.load(RuleVersion, key)
    if decider not in rule.content.deciders:
        raise NotPermitted("the rule does not name this university as a decider")
    days = today(call, rule.content)
    if on is not None:
        require_day(on, days)
        return await load_rule_in_force(call, key, rule.digest, on)
    try:
        return await load_rule_in_force(call, key, rule.digest, days[0], course=course)
    except RuleNotInForce:
        return await load_rule_in_force(call, key, rule.digest, days[-1], course=course)


def require_day(on: date, days: tuple[date, ...]) -> None:
    """Hold a decision to a day that it may be now.

    Raises:
        OutsideWindow: another day.
    """
    if on not in days:
        raise OutsideWindow(
            "a decision is made on the day it is recorded",
            field="computed.decided_on",
            facts={"days": [day.isoformat() for day in days]},
        )


async def require_programme(call: Call, key: str, decider: str) -> None:
    """Hold a decision to a programme that the decider published.

    Raises:
        InvalidArgument: it is another member's.
        RecordNotFound: there is none.
    """
    if split_key(key).owner != decider:
        raise InvalidArgument("the programme belongs to another member", field="programme")
    await call.ledger.load(Programme, key)
