"""Shares of a term or a degree: how much a mapping takes of what a cap leaves."""

from collections.abc import Iterator
from dataclasses import dataclass

from chaincode.domain.qualification.shares import Load, at_least
from chaincode.domain.recognition.amounts import format_hundredths
from chaincode.domain.recognition.case import Case, judged
from chaincode.domain.recognition.codes import Code
from chaincode.domain.recognition.demands import HomeShare, ShareCap
from chaincode.domain.recognition.facts import CountedHost
from chaincode.domain.recognition.rule_parts import Mapping
from chaincode.domain.recognition.share_caps import Share, share_caps
from chaincode.domain.recognition.verdict import Node


@dataclass(frozen=True, slots=True)
class CapUse:
    """What a mapping takes of one cap; `left` is None where a fact is missing."""

    name: str
    node: Node
    amount: int
    left: int | None
    """What the cap leaves before this decision."""


def cap_uses(case: Case, mapping: Mapping) -> Iterator[CapUse]:
    """Each cap that the mapping falls under, with the node that judges it alone."""
    hosts = [
        CountedHost(host=credit.host, course_kind=credit.course_kind, term=credit.term)
        for credit in (case.credits.get(item.course) for item in mapping.host)
        if credit is not None
    ]
    load = Load.of(home.credits for home in mapping.home)
    for place, demand in enumerate(case.rule.demands):
        if isinstance(demand, ShareCap):
            for share in share_caps(case, demand, hosts):
                yield _use(f"cap {place}", share, load)
        elif isinstance(demand, HomeShare) and any(
            host.host != case.facts.decider for host in hosts
        ):
            yield _home_share(case, demand, f"cap {place}", load)


def _use(name: str, share: Share, load: Load) -> CapUse:
    amount = load.by(share.demand.unit)
    left = share.left
    node = judged(
        Code.SHARE_CAP,
        None if left is None else amount <= left,
        about=share.term,
        demanded={
            "share": format_hundredths(share.demand.at_most),
            "of": share.subject,
            "unit": share.demand.unit.value,
            "within": share.demand.within.value,
        },
        found={
            "limit": share.quote(share.limit or 0),
            "counted": share.quote(share.counted or 0),
            "added": share.quote(amount),
        },
        where=share.sources,
    )
    return CapUse(f"{name} {share.term or ''} {share.subject}", node, amount, left)


def _home_share(case: Case, demand: HomeShare, name: str, load: Load) -> CapUse:
    programme, before = case.facts.programme, case.facts.counted
    whole = programme.load.credits if programme and programme.load else None
    limit = None if whole is None else whole - at_least(whole, demand.at_least)
    counted = sum(
        entry.credits
        for entry in before or ()
        if any(host.host != case.facts.decider for host in entry.hosts)
    )
    left = None if limit is None or before is None else limit - counted
    node = judged(
        Code.HOME_SHARE,
        None if left is None else load.credits <= left,
        demanded={"share": format_hundredths(demand.at_least)},
        found={
            "limit": format_hundredths(limit or 0),
            "counted": format_hundredths(counted),
            "added": format_hundredths(load.credits),
        },
        where=programme.sources if programme else (),
    )
    return CapUse(name, node, load.credits, left)
