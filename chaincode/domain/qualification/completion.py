"""Does a set of credits fulfil a programme? The learner's best choice of what counts.

Credits that a programme cannot tell apart are one lot. How much of each lot counts in which group
is an integer program (`optimum`): least is missing, then most counts, then groups with a minimum
come before those without, in the programme's order, then earlier credits before later ones. The
order in which credits were entered plays no part.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chaincode.domain.errors import InvalidArgument
from chaincode.domain.qualification.findings import (
    Completion,
    CreditFinding,
    Drop,
    DropReason,
    EarnedCredit,
    LimitFinding,
    RequirementFinding,
    RequirementKind,
    Use,
)
from chaincode.domain.qualification.optimum import Bounded, Choice, best_choice
from chaincode.domain.qualification.programme import (
    Group,
    Limit,
    ProgrammeContent,
    ShareLimit,
    Within,
)

MAX_CREDITS = 500


@dataclass(frozen=True, slots=True)
class _Lot:
    """Credits alike to the programme, the earliest award first."""

    credits: tuple[EarnedCredit, ...]

    @property
    def any(self) -> EarnedCredit:
        return self.credits[0]

    @property
    def amount(self) -> int:
        return sum(credit.amount for credit in self.credits)


@dataclass(frozen=True, slots=True)
class _Place:
    """A lot counting in a group: one amount to choose."""

    lot: int
    group: str


@dataclass(frozen=True, slots=True)
class _Ceiling:
    """A limit in one year, term or institution, over some lots."""

    limit: Limit | ShareLimit
    of: str | None
    lots: frozenset[int]
    at_most: int


@dataclass(frozen=True, slots=True)
class _Demand:
    """A requirement over some places."""

    kind: RequirementKind
    id: str | None
    demanded: int
    places: frozenset[int]


def complete(programme: ProgrammeContent, credits_: Sequence[EarnedCredit]) -> Completion:
    """Choose what counts, and compare it with what the programme demands.

    Raises:
        InvalidArgument: a credit is presented twice, or more than 500 are.
        TooIntricate: the best choice was not found in bounded time.
    """
    _require_each_once(credits_)
    lots = _lots(credits_)
    places = [
        _Place(number, group.id)
        for group in _by_need(programme)
        for number, lot in enumerate(lots)
        if group.id in lot.any.groups
    ]
    ceilings = list(_ceilings(programme, lots))
    demands = list(_demands(programme, lots, places))
    amounts = best_choice(_choice(programme, lots, places, ceilings, demands))
    counted = [
        sum(amount for place, amount in zip(places, amounts, strict=True) if place.lot == number)
        for number in range(len(lots))
    ]
    requirements = tuple(_requirement(demand, amounts) for demand in demands)
    return Completion(
        fulfilled=not any(one.missing for one in requirements),
        presented=sum(lot.amount for lot in lots),
        counted=sum(counted),
        requirements=requirements,
        limits=tuple(_limit(ceiling, lots, counted) for ceiling in ceilings),
        credits=tuple(_findings(lots, places, amounts, ceilings, counted)),
    )


def _require_each_once(credits_: Sequence[EarnedCredit]) -> None:
    if len(credits_) > MAX_CREDITS:
        raise InvalidArgument(f"at most {MAX_CREDITS} credits are compared", field="credits")
    seen = set()
    for number, credit in enumerate(credits_):
        if credit.key in seen:
            raise InvalidArgument("a credit counts once", field=f"credits.{number}.key")
        seen.add(credit.key)


def _lots(credits_: Sequence[EarnedCredit]) -> list[_Lot]:
    alike: dict[tuple[object, ...], list[EarnedCredit]] = defaultdict(list)
    for credit in sorted(credits_, key=lambda one: (one.awarded_on, one.key)):
        traits, groups = frozenset(credit.traits), frozenset(credit.groups)
        signature = (credit.academic_year, credit.term, credit.institution, traits, groups)
        alike[signature].append(credit)
    return [_Lot(tuple(found)) for found in alike.values()]


def _by_need(programme: ProgrammeContent) -> list[Group]:
    return sorted(programme.groups, key=lambda group: group.at_least == 0)


def _ceilings(programme: ProgrammeContent, lots: Sequence[_Lot]) -> Iterator[_Ceiling]:
    for limit in programme.ceilings:
        found: dict[str | None, set[int]] = defaultdict(set)
        presented: dict[str | None, int] = defaultdict(int)
        for number, lot in enumerate(lots):
            applies, of = _bucket(limit, lot.any)
            if not applies:
                continue
            presented[of] += lot.amount
            if not limit.traits or set(limit.traits) & set(lot.any.traits):
                found[of].add(number)
        for of in sorted(found, key=str):
            whole = programme.total if limit.within is Within.DEGREE else presented[of]
            yield _Ceiling(limit, of, frozenset(found[of]), limit.amount(whole))


def _bucket(limit: Limit | ShareLimit, credit: EarnedCredit) -> tuple[bool, str | None]:
    """Whether a limit applies to a credit, and in which year, term or institution."""
    of = {
        Within.DEGREE: None,
        Within.ACADEMIC_YEAR: credit.academic_year,
        Within.TERM: credit.term,
        Within.INSTITUTION: credit.institution,
    }[limit.within]
    return limit.within is Within.DEGREE or of is not None, of


def _demands(
    programme: ProgrammeContent, lots: Sequence[_Lot], places: Sequence[_Place]
) -> Iterator[_Demand]:
    kinds = RequirementKind
    everywhere = frozenset(range(len(places)))
    yield _Demand(kinds.TOTAL, None, programme.total, everywhere)
    for group in programme.groups:
        within = frozenset(at for at in everywhere if places[at].group == group.id)
        yield _Demand(kinds.GROUP, group.id, group.at_least, within)
    for minimum in programme.minimums:
        asked = set(minimum.traits)
        within = frozenset(at for at in everywhere if asked & set(lots[places[at].lot].any.traits))
        yield _Demand(kinds.MINIMUM, minimum.id, minimum.at_least, within)
    if programme.home:
        home = frozenset(
            at for at in everywhere if lots[places[at].lot].any.institution == programme.granted_by
        )
        yield _Demand(kinds.HOME, None, programme.home, home)


def _choice(
    programme: ProgrammeContent,
    lots: Sequence[_Lot],
    places: Sequence[_Place],
    ceilings: Sequence[_Ceiling],
    demands: Sequence[_Demand],
) -> Choice:
    of_lot: Mapping[int, set[int]] = defaultdict(set)
    for at, place in enumerate(places):
        of_lot[place.lot].add(at)
    limits = [
        Bounded(frozenset(at for lot in one.lots for at in of_lot[lot]), one.at_most)
        for one in ceilings
    ]
    # A lot that may count in several groups counts once.
    limits += [
        Bounded(frozenset(found), lots[lot].amount)
        for lot, found in of_lot.items()
        if len(found) > 1
    ]
    order = [group.id for group in _by_need(programme)]
    return Choice(
        available=tuple(lots[place.lot].amount for place in places),
        limits=tuple(limits),
        floors=tuple(Bounded(one.places, one.demanded) for one in demands),
        worths=(
            tuple(len(order) - order.index(place.group) for place in places),
            tuple(len(lots) - place.lot for place in places),
        ),
    )


def _requirement(demand: _Demand, amounts: Sequence[int]) -> RequirementFinding:
    found = sum(amounts[place] for place in demand.places)
    return RequirementFinding(
        kind=demand.kind,
        id=demand.id,
        demanded=demand.demanded,
        found=found,
        missing=max(0, demand.demanded - found),
    )


def _limit(ceiling: _Ceiling, lots: Sequence[_Lot], counted: Sequence[int]) -> LimitFinding:
    return LimitFinding(
        id=ceiling.limit.id,
        of=ceiling.of,
        at_most=ceiling.at_most,
        presented=sum(lots[lot].amount for lot in ceiling.lots),
        counted=sum(counted[lot] for lot in ceiling.lots),
    )


def _findings(
    lots: Sequence[_Lot],
    places: Sequence[_Place],
    amounts: Sequence[int],
    ceilings: Sequence[_Ceiling],
    counted: Sequence[int],
) -> list[CreditFinding]:
    found = []
    for number, lot in enumerate(lots):
        uses = [
            (place.group, amount)
            for place, amount in zip(places, amounts, strict=True)
            if place.lot == number
        ]
        full = [
            Drop(reason=DropReason.LIMIT, limit=one.limit.id, of=one.of)
            for one in ceilings
            if number in one.lots and sum(counted[lot] for lot in one.lots) == one.at_most
        ]
        drops = full if uses else [Drop(reason=DropReason.NO_GROUP)]
        found += list(_shared_out(lot, uses, drops))
    return sorted(found, key=lambda one: one.key)


def _shared_out(
    lot: _Lot, uses: Iterable[tuple[str, int]], drops: Sequence[Drop]
) -> Iterator[CreditFinding]:
    """Give a lot's amounts to its credits, the earliest award first."""
    left = dict(uses)
    for credit in lot.credits:
        open_, taken = credit.amount, []
        for group, still in left.items():
            amount = min(open_, still)
            if amount:
                taken.append(Use(group=group, amount=amount))
                left[group] = still - amount
                open_ -= amount
        yield CreditFinding(
            key=credit.key,
            presented=credit.amount,
            counted=credit.amount - open_,
            dropped=open_,
            uses=tuple(taken),
            drops=tuple(drops) if open_ else (),
        )
