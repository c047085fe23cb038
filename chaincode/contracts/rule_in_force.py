"""Which rule a member may decide by today: the one place where contracts look that up."""

from datetime import date, timedelta

from chaincode.contracts.operation import Call
from chaincode.domain.errors import NotPermitted, OutsideWindow, RuleNotInForce
from chaincode.domain.qualification.days import day_of
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.rules.rule_version import RuleVersion
from chaincode.domain.rules.series import Series, series_of


def today(call: Call, content: RuleContent) -> tuple[date, ...]:
    """The day, or around midnight the two days, that it may be where the rule is at home."""
    margin = timedelta(seconds=call.margin_seconds)
    zone = content.valid.time_zone
    instants = (call.ledger.now - margin, call.ledger.now + margin)
    return tuple(sorted({day_of(instant, zone) for instant in instants}))


async def rule_in_force(
    call: Call, key: str, *, decider: str, on: date | None = None
) -> RuleVersion:
    """Load a rule that is in force, on a day given or today, and names the decider.

    Raises:
        RecordNotFound: there is no such version of a rule.
        NotPermitted: the rule does not name this decider, or is a framework: it decides nothing.
        OutsideWindow: the day given is not today.
        RuleNotInForce: another version is in force, or none.
    """
    rule = await call.ledger.load(RuleVersion, key)
    series = await call.ledger.load(Series, series_of(key))
    if decider not in rule.content.deciders or rule.content.scope.kind == "framework":
        raise NotPermitted("the rule does not name this university as a decider")
    days = today(call, rule.content)
    if on is None:
        if any(_holds(series, key, day) for day in days):
            return rule
        series.require_in_force(key, days[0])
    else:
        require_day(on, days)
        series.require_in_force(key, on)
    return rule


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


def _holds(series: Series, key: str, day: date) -> bool:
    try:
        series.require_in_force(key, day)
    except RuleNotInForce:
        return False
    return True
