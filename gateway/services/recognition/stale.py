"""Recognitions that ignore a change: of any member, found on the own peer's ledger.

Which decision used a credit stands on the ledger as a commitment. Home knows it, since it holds
what it is told of its students to that; so does the decider. For others a redemption is one of its
decider's decisions by the same rule towards the same programme: it is stale where fewer of these
were decided again since than there are students on whose credits anything moved. So nobody is
accused wrongly; that a decider revised somebody else's decision instead, home alone can see.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from chaincode.domain.caller import Role
from chaincode.domain.constitution import Constitution
from chaincode.domain.decision import Decision, DecisionStatus
from chaincode.domain.keys import CONSTITUTION_KEY, Kind, sibling, split_key
from chaincode.domain.redemption import Redemption, RedemptionStatus
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.recognition.changes import Used
from gateway.services.recognition.links import Link, Links
from gateway.services.recognition.staleness import Stale, one_of, rests
from gateway.services.recognition.uses import Uses
from gateway.services.records import Records

SCANNED: Final = 1_000
"""Credits that one page looks at, at most; the next begins behind them."""
_FOUND: Final = 100
"""A page with so many is long enough."""
_TOGETHER: Final = 200
_ENDED: Final = DecisionStatus.WITHDRAWN
_BOUND = frozenset(
    {RedemptionStatus.REDEEMED, RedemptionStatus.GRANTED, RedemptionStatus.GIVEN_BACK}
)
"""What was redeemed by a decision."""


@dataclass(frozen=True, slots=True)
class StalePage:
    """Some of them; `after` continues behind the credits that were looked at."""

    items: tuple[Stale, ...]
    unreadable: tuple[str, ...]
    """Ledger keys of enrolments whose records are not what they should be."""
    after: str | None
    """Ledger key of an enrolment; None at the end."""


@dataclass(slots=True)
class _Scan:
    """What one page has looked at."""

    margin: timedelta
    stale: list[Stale] = field(default_factory=list)
    unlinked: list[Used] = field(default_factory=list)
    linked: set[str] = field(default_factory=set)
    unreadable: list[str] = field(default_factory=list)


class StaleRecognitions:
    """Looks; nothing is written."""

    def __init__(self, *, records: Records, uses: Uses, links: Links, msp_id: str) -> None:
        self._records = records
        self._uses = uses
        self._links = links
        self._msp_id = msp_id

    async def page(self, person: AuthenticatedPerson, *, after: str | None) -> StalePage:
        """Those that concern a registrar's university as home or as teaching; all to a supervisor.

        Args:
            person: who asks.
            after: ledger key of the enrolment behind whose credit the page begins.

        Raises:
            NotPermitted: neither a registrar nor a supervisor.
            LedgerUnavailable: the peer cannot be reached.
        """
        person.require(Role.REGISTRAR, Role.SUPERVISOR)
        constitution = await self._records.load(Constitution, CONSTITUTION_KEY)
        members = sorted(member.msp_id for member in constitution.content.members)
        margin = constitution.content.parameters.deadline_margin_seconds
        scan = _Scan(timedelta(seconds=margin))
        end = await self._look(scan, members, after)
        scan.stale += await self._of_groups(scan)
        mine = [one for one in scan.stale if self._concerns(person, one.used)]
        mine.sort(key=lambda one: (one.used.holding.enrolment.key, one.used.entry.number))
        return StalePage(tuple(mine), tuple(scan.unreadable), end)

    async def _look(self, scan: _Scan, members: Sequence[str], after: str | None) -> str | None:
        """Look at credits in the order of their keys; where the next page begins."""
        begins = split_key(after) if after else None
        looked = 0
        for owner in members:
            if begins is not None and owner < begins.owner:
                continue
            tail = begins.identifier if begins is not None and owner == begins.owner else None
            while True:
                page = await self._records.page(Redemption, owner, after=tail, limit=_TOGETHER)
                await self._some(scan, page, members)
                looked += len(page)
                if len(page) < _TOGETHER:
                    break
                tail = split_key(page[-1].key).identifier
                if looked >= SCANNED or len(scan.stale) + len(scan.unlinked) >= _FOUND:
                    return sibling(page[-1].key, Kind.ENROLMENT)
        return None

    async def _some(self, scan: _Scan, page: Sequence[Redemption], members: Sequence[str]) -> None:
        uses, unreadable = await self._uses.of(page, members)
        scan.unreadable += unreadable
        links = await self._links.of(uses)
        for used in uses:
            link = links.get((used.holding.enrolment.key, used.entry.number))
            if link is not None:
                scan.linked.add(link.decision.key)
                _note_linked(scan, used, link)
            elif used.entry.status in _BOUND and used.moved >= used.entry.permitted_at:
                scan.unlinked.append(used)

    async def _of_groups(self, scan: _Scan) -> list[Stale]:
        groups: dict[tuple[str, str, str], list[Used]] = defaultdict(list)
        for used in scan.unlinked:
            entry = used.entry
            groups[entry.redeemer, entry.rule, entry.programme].append(used)
        if not groups:
            return []
        decided = await self._decided(group[0] for group in groups)
        found: list[Stale] = []
        for (decider, rule, programme), uses in groups.items():
            candidates = [
                one
                for one in decided[decider]
                if (one.rule, one.programme) == (rule, programme) and one.key not in scan.linked
            ]
            found += [
                stale for use in uses if (stale := one_of(use, uses, candidates, scan.margin))
            ]
        return found

    async def _decided(self, deciders: Iterable[str]) -> Mapping[str, list[Decision]]:
        found: dict[str, list[Decision]] = {}
        for decider in sorted(set(deciders)):
            found[decider] = []
            after: str | None = None
            while True:
                page = await self._records.page(Decision, decider, after=after, limit=_TOGETHER)
                found[decider] += [
                    one for one in page if one.status is not DecisionStatus.WITHDRAWN
                ]
                if len(page) < _TOGETHER:
                    break
                after = split_key(page[-1].key).identifier
        return found

    def _concerns(self, person: AuthenticatedPerson, used: Used) -> bool:
        holding = used.holding
        return person.role == Role.SUPERVISOR or self._msp_id in {
            holding.home,
            holding.enrolment.teaching,
        }


def _note_linked(scan: _Scan, used: Used, link: Link) -> None:
    if link.decision.status is _ENDED:
        return
    changes = used.unanswered(link.decision.latest, link.seen, margin=scan.margin)
    if changes:
        certain = not rests(link.decision)
        scan.stale.append(Stale(used, changes, (link.decision.key,), 1, certain))
