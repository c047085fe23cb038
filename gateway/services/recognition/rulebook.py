"""Rules as they hold on a day: versions in force, and the frameworks that bind them."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from chaincode.domain.constitution import Constitution, MemberKind
from chaincode.domain.errors import RuleNotInForce
from chaincode.domain.keys import CONSTITUTION_KEY, Kind, framework_key, split_key
from chaincode.domain.qualification.days import day_of
from chaincode.domain.recognition.rule import RuleContent
from chaincode.domain.recognition.rule_parts import InForce
from chaincode.domain.rules.framework import FrameworkIndex
from chaincode.domain.rules.rule_version import RuleVersion
from chaincode.domain.rules.series import Series
from gateway.services.ports import Clock
from gateway.services.records import Records

_PAGE: Final = 200
_REMEMBERED: Final = 64


class Rulebook:
    """Reads rules at the own peer. A version never changes, so those read last are kept."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock
        self._versions: OrderedDict[str, RuleVersion] = OrderedDict()

    def today(self, time_zone: str) -> date:
        """The present day in a time zone."""
        return day_of(self._clock(), time_zone)

    async def members(self, *kinds: MemberKind) -> tuple[str, ...]:
        """MSP ids of the consortium's members, of these kinds or of all."""
        constitution = await self._records.load(Constitution, CONSTITUTION_KEY)
        return tuple(
            member.msp_id
            for member in constitution.content.members
            if not kinds or member.kind in kinds
        )

    async def versions(self, keys: Sequence[str]) -> tuple[RuleVersion, ...]:
        """Rule versions in the order of their ledger keys given.

        Raises:
            LedgerRefused: one is not there (record-not-found).
            LedgerUnavailable: the peer cannot be reached.
        """
        found: dict[str, RuleVersion] = {}
        for key in dict.fromkeys(keys):
            if key in self._versions:
                self._versions.move_to_end(key)
                found[key] = self._versions[key]
        missing = [key for key in dict.fromkeys(keys) if key not in found]
        if len(missing) == 1:
            read = [await self._records.load(RuleVersion, missing[0])]
        else:
            several = await self._records.find_all(RuleVersion, missing)
            read = [rule for rule in several if rule is not None]
        for rule in read:
            found[rule.key] = self._versions[rule.key] = rule
        while len(self._versions) > _REMEMBERED:
            self._versions.popitem(last=False)
        return tuple(found[key] for key in keys if key in found)

    async def version(self, key: str) -> RuleVersion:
        """One rule version; same errors as `versions`."""
        (rule,) = await self.versions((key,))
        return rule

    async def in_force(self, series: str, on: date | None) -> RuleVersion:
        """The version of a series in force on a day, today if none is named.

        Raises:
            RuleNotInForce: none is.
            LedgerRefused: there is no such series.
        """
        found = await self._records.load(Series, series)
        day = on or (self.today(found.versions[-1].valid.time_zone) if found.versions else None)
        entry = found.in_force(day) if day else None
        if entry is None:
            raise RuleNotInForce(
                "no version of the rule is in force on that day",
                facts={"series": series, "day": day.isoformat() if day else None},
            )
        return await self.version(found.rule_key(entry.number))

    async def comparable(self, series: str) -> RuleVersion | None:
        """The version in force today, else the one adopted last; None where none was.

        Raises:
            LedgerRefused: there is no such series.
        """
        found = await self._records.load(Series, series)
        if not found.versions:
            return None
        last = found.versions[-1]
        entry = found.in_force(self.today(last.valid.time_zone)) or last
        return await self.version(found.rule_key(entry.number))

    async def all_in_force(self) -> tuple[RuleVersion, ...]:
        """Every member's rules in force today, each in its own time zone, frameworks left out."""
        keys = []
        for member in await self.members():
            after: str | None = None
            while True:
                page = await self._records.page(Series, member, after=after, limit=_PAGE)
                keys += [key for series in page for key in self._in_force_today(series)]
                if len(page) < _PAGE:
                    break
                after = split_key(page[-1].key).identifier
        found = await self.versions(keys)
        return tuple(rule for rule in found if rule.content.scope.kind != "framework")

    def _in_force_today(self, series: Series) -> Iterable[str]:
        """The key of the one in force; versions may name different time zones."""
        zones = {version.valid.time_zone for version in series.versions}
        for zone in sorted(zones):
            entry = series.in_force(self.today(zone))
            if entry is not None and entry.valid.time_zone == zone:
                yield series.rule_key(entry.number)

    async def frameworks(self, period: InForce) -> tuple[RuleVersion, ...]:
        """The framework rules in force at some time of a period, of every authority."""
        authorities = await self.members(MemberKind.AUTHORITY)
        keys = [framework_key(member) for member in authorities]
        found = await self._records.find_all(FrameworkIndex, keys)
        return await self.versions(
            [entry.rule for index in found if index for entry in index.binding(period)]
        )


def contents(rules: Iterable[RuleVersion]) -> list[RuleContent]:
    """What rules say."""
    return [rule.content for rule in rules]


def series_key(identifier: str) -> str:
    """From `alphaMSP~9f…` to the ledger key of the series."""
    return f"{Kind.SERIES}/{identifier.replace('~', '/')}"
