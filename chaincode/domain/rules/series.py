"""The versions of a rule that were adopted, and which of them is in force on a day."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar, NamedTuple, Self, TypeVar

from pydantic import Field

from chaincode.domain.errors import BallotOpen, OutsideWindow, RuleNotInForce, WrongState
from chaincode.domain.keys import Kind, SeriesKey, counterpart, record_key, split_key
from chaincode.domain.qualification.days import Period, day_of
from chaincode.domain.recognition.rule_parts import InForce
from chaincode.domain.record import Record
from chaincode.domain.rules.ballot import Ballot, BallotStatus
from chaincode.domain.rules.rule_version import RuleVersion
from chaincode.domain.values import Digest, Instant, Value, format_instant

MAX_VERSIONS = 200
_DAY = timedelta(days=1)
VersionNumber = Annotated[int, Field(ge=1, le=9_999)]


class Adopted(Value):
    """A version that was adopted, and the days that its content names."""

    number: VersionNumber
    digest: Digest
    valid: InForce
    adopted_at: Instant


class Series(Record):
    """All versions of one rule. Entries are added, never changed or taken out."""

    kind: ClassVar[Kind] = Kind.SERIES

    key: SeriesKey
    latest: VersionNumber
    """The last number that was proposed, whatever became of it."""
    versions: Annotated[tuple[Adopted, ...], Field(max_length=MAX_VERSIONS)]

    @classmethod
    def begun(cls, key: str, *, operation: str) -> Self:
        """The first version is proposed."""
        return cls(key=key, version=1, operation=operation, latest=1, versions=())

    @property
    def latest_ballot(self) -> str:
        """The key of the ballot on the last number."""
        parts = split_key(self.key)
        return record_key(Kind.BALLOT, parts.owner, parts.identifier, self.latest)

    def proposed(self, number: int, *, last: Ballot, operation: str) -> Self:
        """The next version is proposed; `last` is the ballot on the one before it.

        Raises:
            WrongState: the number is not the next one, or the series is full.
            BallotOpen: the ballot on the last number has not ended.
        """
        if number != self.latest + 1:
            raise WrongState(
                f"the next version of this rule is number {self.latest + 1}",
                facts={"latest": self.latest, "next": self.latest + 1},
            )
        if last.status is BallotStatus.OPEN:
            raise BallotOpen(
                "the ballot on the last version has not ended",
                facts={"rule": last.rule, "answer_by": format_instant(last.answer_by)},
            )
        if len(self.versions) >= MAX_VERSIONS:
            raise WrongState(
                "the rule has all its versions: begin another", facts={"limit": MAX_VERSIONS}
            )
        return self.next(operation, latest=number)

    def adopted(self, rule: RuleVersion, *, at: datetime, operation: str) -> Self:
        """A version's ballot ended for it.

        The day of the closing is the earliest on which it can come into force: what was in force
        on a day before never changes.

        Raises:
            OutsideWindow: its first day lies before the day of the closing.
            WrongState: the number is not greater than those adopted, or the series is full.
        """
        number, valid = split_key(rule.key).number or 0, rule.content.valid
        require_to_come(valid, at)
        if len(self.versions) >= MAX_VERSIONS or any(v.number >= number for v in self.versions):
            raise WrongState(
                "the series takes later numbers alone, and a limited count of them",
                facts={"adopted": [version.number for version in self.versions[-1:]]},
            )
        entry = Adopted(number=number, digest=rule.digest, valid=valid, adopted_at=at)
        return self.next(operation, versions=(*self.versions, entry))

    def in_force(self, day: date) -> Adopted | None:
        """The version in force on a day of the rule's time zone: the greatest number that holds."""
        return in_force(self.versions, day)

    def require_in_force(self, rule: str, day: date) -> Adopted:
        """Hold a version's key to the one in force.

        Raises:
            RuleNotInForce: another version is, or none; `facts` say which.
        """
        found = self.in_force(day)
        if found is None or self.rule_key(found.number) != rule:
            raise RuleNotInForce(
                "this version of the rule is not in force on that day",
                facts={
                    "rule": rule,
                    "day": day.isoformat(),
                    "in_force": None if found is None else self.rule_key(found.number),
                },
            )
        return found

    def periods_in_force(self, number: int) -> tuple[Period, ...]:
        """The days on which one of its versions is in force, first and last included."""
        return tuple(
            period
            for period, version in _ruling(self.versions)
            if version is not None and version.number == number
        )

    def rule_key(self, number: int) -> str:
        """The key of one of its versions."""
        parts = split_key(self.key)
        return record_key(Kind.RULE, parts.owner, parts.identifier, number)


AnyAdopted = TypeVar("AnyAdopted", bound=Adopted)


def in_force(versions: Iterable[AnyAdopted], day: date) -> AnyAdopted | None:
    """The greatest number whose days hold `day`."""
    return _greatest(version for version in versions if version.valid.holds(day))


def _greatest(holding: Iterable[AnyAdopted]) -> AnyAdopted | None:
    return max(holding, key=lambda version: version.number, default=None)


def in_force_within(versions: Iterable[AnyAdopted], period: InForce) -> tuple[AnyAdopted, ...]:
    """The versions in force at some instant of a period, by number.

    Each has the days of its own time zone; what is in force changes where one of them begins or
    has ended.
    """
    known = [(_Span.of(one.valid), one) for one in sorted(versions, key=lambda one: one.number)]
    whole = _Span.of(period)
    changes = {whole.begins} | {change for span, _ in known for change in span}
    ruling = [
        _greatest(version for span, version in known if span.holds(change))
        for change in changes
        if change and whole.holds(change)
    ]
    numbers = {version.number for version in ruling if version is not None}
    return tuple(version for _, version in known if version.number in numbers)


class _Span(NamedTuple):
    """A period's instants, computed once: its days are those of its own time zone."""

    begins: datetime
    ends: datetime | None

    @classmethod
    def of(cls, period: InForce) -> Self:
        return cls(period.begins, period.ends)

    def holds(self, instant: datetime) -> bool:
        return self.begins <= instant and (self.ends is None or instant < self.ends)


def _ruling(
    versions: Collection[AnyAdopted],
) -> tuple[tuple[Period, AnyAdopted | None], ...]:
    """All days from the first version's on, in stretches, each with the version in force.

    What is in force changes on the first day of a version, or on the day after its last.
    """
    changes = {version.valid.first for version in versions}
    changes |= {v.valid.last + _DAY for v in versions if v.valid.last is not None}
    days = sorted(changes)
    stretches: list[tuple[Period, AnyAdopted | None]] = []
    for place, day in enumerate(days):
        last = days[place + 1] - _DAY if place + 1 < len(days) else None
        version = in_force(versions, day)
        goes_on = bool(stretches) and stretches[-1][1] is version
        first = stretches.pop()[0].first if goes_on else day
        stretches.append((Period(first=first, last=last), version))
    return tuple(stretches)


def require_to_come(valid: InForce, at: datetime) -> None:
    """Hold a rule to days that have not passed when its ballot closes.

    Raises:
        OutsideWindow: the first day lies before the day of `at` in the rule's time zone.
    """
    today = day_of(at, valid.time_zone)
    if valid.first < today:
        raise OutsideWindow(
            "the rule would have come into force on a day that has passed",
            field="content.valid.first",
            facts={"first": valid.first.isoformat(), "today": today.isoformat()},
        )


def series_of(rule: str) -> str:
    """The key of the series that a rule's version belongs to."""
    parts = split_key(counterpart(rule, Kind.SERIES))
    return record_key(Kind.SERIES, parts.owner, parts.identifier)
