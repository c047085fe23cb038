"""The choice of what counts, held against all choices that there are."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product
from math import ceil, floor
from random import Random
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaincode.domain.errors import InvalidArgument
from chaincode.domain.qualification.completion import MAX_CREDITS, complete
from chaincode.domain.qualification.findings import (
    Completion,
    Drop,
    DropReason,
    EarnedCredit,
)
from chaincode.domain.qualification.programme import (
    Group,
    Limit,
    Minimum,
    ProgrammeContent,
    ShareLimit,
    Trait,
    Within,
)
from tests.support.examples import examples
from tests.support.qualification import BANK, earned, learner

TRAITS = st.lists(st.sampled_from([Trait.ONLINE, Trait.ACCREDITED]), max_size=2, unique=True)
CREDITS = st.builds(
    EarnedCredit,
    key=st.just("credit"),
    amount=st.integers(1, 2),
    groups=st.sampled_from([("major",), ("free",), ("free", "major"), ("other",)]),
    awarded_on=st.dates(date(2024, 1, 1), date(2024, 1, 3)),
    academic_year=st.sampled_from([None, "2023", "2024"]),
    term=st.sampled_from([None, "a", "b"]),
    institution=st.sampled_from([None, "alphaMSP", "beta"]),
    traits=TRAITS.map(tuple),
)
PRESENTED = st.lists(CREDITS, max_size=4).map(
    lambda found: [
        one.model_copy(update={"key": f"credit-{place}"}) for place, one in enumerate(found)
    ]
)
LIMITS = st.lists(
    st.builds(
        Limit,
        id=st.just("limit"),
        within=st.sampled_from(Within),
        traits=TRAITS.map(tuple),
        at_most=st.integers(0, 5),
    ),
    max_size=3,
)
SHARES = st.lists(
    st.builds(
        ShareLimit,
        id=st.just("share"),
        within=st.sampled_from(Within),
        traits=st.sampled_from([(Trait.ONLINE,), (Trait.ACCREDITED, Trait.ONLINE)]),
        at_most=st.sampled_from([2_500, 4_000, 6_667]),
    ),
    max_size=2,
)
PROGRAMMES = st.builds(
    ProgrammeContent,
    title=st.just("Degree"),
    granted_by=st.just("alphaMSP"),
    total=st.integers(1, 8),
    groups=st.tuples(st.integers(0, 4), st.integers(0, 3)).map(
        lambda asked: (
            Group(id="major", title="Major", at_least=asked[0]),
            Group(id="free", title="Free", at_least=asked[1]),
        )
    ),
    minimums=st.integers(1, 4).map(
        lambda asked: (Minimum(id="online", traits=(Trait.ONLINE,), at_least=asked),)
    ),
    limits=LIMITS.map(tuple),
    shares=SHARES.map(tuple),
    home_credits=st.integers(0, 2),
    home_share=st.sampled_from([0, 5_000]),
)
Uses = tuple[tuple[str, int], ...]


def ways(credit: EarnedCredit, groups: Sequence[str]) -> list[Uses]:
    """All ways in which one credit can count."""
    own = [group for group in groups if group in credit.groups]
    return [
        tuple(zip(own, amounts, strict=True))
        for amounts in product(range(credit.amount + 1), repeat=len(own))
        if sum(amounts) <= credit.amount
    ]


def passes(programme: ProgrammeContent, presented: list[EarnedCredit], way: list[Uses]) -> bool:
    """Whether a choice keeps to the limits, said once more in other words."""
    for limit in (*programme.limits, *programme.shares):
        field = {
            Within.ACADEMIC_YEAR: "academic_year",
            Within.TERM: "term",
            Within.INSTITUTION: "institution",
        }.get(limit.within)
        values = {getattr(one, field) for one in presented} - {None} if field else {None}
        for value in values:
            inside = [
                (one, sum(amount for _, amount in uses))
                for one, uses in zip(presented, way, strict=True)
                if field is None or getattr(one, field) == value
            ]
            whole = sum(one.amount for one, _ in inside) if field else programme.total
            share = isinstance(limit, ShareLimit)
            cap = floor(whole * limit.at_most / 10_000) if share else limit.at_most
            counted = sum(
                amount
                for one, amount in inside
                if not limit.traits or set(limit.traits).intersection(one.traits)
            )
            if counted > cap:
                return False
    return True


def missing(programme: ProgrammeContent, presented: list[EarnedCredit], way: list[Uses]) -> int:
    flat = [
        (one, group, amount)
        for one, uses in zip(presented, way, strict=True)
        for group, amount in uses
    ]
    short = programme.total - sum(amount for _, _, amount in flat)
    found = max(0, short)
    for group in programme.groups:
        found += max(0, group.at_least - sum(a for _, name, a in flat if name == group.id))
    for minimum in programme.minimums:
        traits = set(minimum.traits)
        found += max(0, minimum.at_least - sum(a for o, _, a in flat if traits & set(o.traits)))
    owed = max(programme.home_credits, ceil(programme.total / 2) if programme.home_share else 0)
    found += max(0, owed - sum(a for one, _, a in flat if one.institution == "alphaMSP"))
    return found


def all_ways(programme: ProgrammeContent, presented: list[EarnedCredit]) -> Iterator[list[Uses]]:
    groups = [group.id for group in programme.groups]
    for way in product(*(ways(one, groups) for one in presented)):
        if passes(programme, presented, list(way)):
            yield list(way)


def chosen(found: Completion) -> list[Uses]:
    return [tuple((use.group, use.amount) for use in one.uses) for one in found.credits]


@settings(max_examples=examples(100), deadline=None)
@given(PROGRAMMES, PRESENTED)
def test_no_other_choice_is_better(
    programme: ProgrammeContent, presented: list[EarnedCredit]
) -> None:
    found = complete(programme, presented)
    way = chosen(found)
    assert passes(programme, presented, way)
    best = min(
        (missing(programme, presented, other), -sum(a for uses in other for _, a in uses))
        for other in all_ways(programme, presented)
    )
    assert (sum(one.missing for one in found.requirements), -found.counted) == best
    assert missing(programme, presented, way) == best[0]
    assert found.fulfilled is (best[0] == 0)


@settings(max_examples=examples(40), deadline=None)
@given(PROGRAMMES, PRESENTED, st.randoms())
def test_the_answer_adds_up_and_knows_no_order(
    programme: ProgrammeContent, presented: list[EarnedCredit], random: Random
) -> None:
    found = complete(programme, presented)
    other = random.sample(presented, len(presented))
    assert complete(programme, other) == found
    assert found.presented == sum(one.amount for one in presented)
    assert found.counted == sum(one.counted for one in found.credits)
    for one in found.credits:
        assert one.presented == one.counted + one.dropped
        assert one.counted == sum(use.amount for use in one.uses)
        assert bool(one.drops) is (one.dropped > 0)
    for limit in found.limits:
        assert limit.counted <= min(limit.at_most, limit.presented)


@settings(max_examples=examples(40), deadline=None)
@given(PROGRAMMES, PRESENTED, CREDITS)
def test_another_credit_never_makes_a_learner_poorer(
    programme: ProgrammeContent, presented: list[EarnedCredit], more: EarnedCredit
) -> None:
    before = complete(programme, presented)
    after = complete(programme, [*presented, more])
    short = [sum(one.missing for one in found.requirements) for found in (before, after)]
    assert (short[1], -after.counted) <= (short[0], -before.counted)


def test_what_a_group_has_too_much_of_counts_elsewhere() -> None:
    programme = BANK.model_copy(
        update={
            "total": 1_000,
            "groups": (
                Group(id="major", title="Major", at_least=600),
                Group(id="elective", title="Elective", at_least=400),
            ),
            "minimums": (),
        }
    )
    one = earned(700, "major", "2024-1", groups=("elective", "major"))
    other = earned(300, "elective", "2024-2")
    found = complete(programme, [one, other])
    assert found.fulfilled
    (split,) = [credit for credit in found.credits if credit.key == one.key]
    assert [(use.group, use.amount) for use in split.uses] == [("major", 600), ("elective", 100)]


def test_what_belongs_to_no_group_does_not_count_and_says_so() -> None:
    found = complete(BANK, [earned(600, "music", "2024-1")])
    (one,) = found.credits
    assert (one.counted, one.dropped) == (0, 600)
    assert one.drops == (Drop(reason=DropReason.NO_GROUP),)


def test_groups_with_a_minimum_are_kept_wherever_they_stand() -> None:
    programme = BANK.model_copy(update={"groups": BANK.groups[::-1]})
    presented = [earned(1_500, group, "2024-1") for group in ("free", "major")]
    counted = {one.key: one.counted for one in complete(programme, presented).credits}
    assert counted == {"2024-1.free.1500": 900, "2024-1.major.1500": 1_500}


def test_the_later_award_is_dropped_first() -> None:
    early = earned(1_500, "major", "2024-1", key="z", awarded_on=date(2024, 5, 1))
    late = earned(1_500, "major", "2024-1", key="a", awarded_on=date(2024, 5, 2))
    found = complete(BANK, [late, early])
    assert [(one.key, one.counted) for one in found.credits] == [("a", 900), ("z", 1_500)]


def test_nothing_presented_is_all_missing() -> None:
    found = complete(BANK, [])
    assert [one.missing for one in found.requirements] == [14_000, 6_000, 3_000, 0, 1_800]
    assert (found.fulfilled, found.credits, found.limits) == (False, (), ())


def test_a_credit_presented_twice_is_refused() -> None:
    twice = [*learner(), learner()[3]]
    with pytest.raises(InvalidArgument) as refused:
        complete(BANK, twice)
    assert refused.value.field == f"credits.{len(twice) - 1}.key"


def test_too_many_credits_are_refused() -> None:
    many = [earned(1, "free", "2024-1", key=f"{place}") for place in range(MAX_CREDITS + 1)]
    assert complete(BANK, many[:-1]).counted == MAX_CREDITS
    with pytest.raises(InvalidArgument, match="at most 500"):
        complete(BANK, many)


def entangled(count: int, seed: int) -> list[EarnedCredit]:
    """Credits of which hardly two are alike, past every limit of the bank."""
    random = Random(seed)  # noqa: S311 - the same credits each time
    return [
        earned(
            random.randrange(50, 1_200),
            "major",
            f"{random.randrange(2018, 2027)}-{random.randrange(1, 3)}",
            key=f"credit-{place}",
            groups=tuple(
                sorted(random.sample(["major", "liberal", "free"], random.choice([1, 2])))
            ),
            institution=f"college-{random.randrange(8)}",
            traits=tuple(random.sample(sorted(Trait), random.randrange(4))),
        )
        for place in range(count)
    ]


@pytest.mark.parametrize("seed", range(5))
def test_two_hundred_entangled_credits_are_fast(seed: int) -> None:
    prior = Limit(id="prior", within=Within.DEGREE, traits=(Trait.PRIOR_LEARNING,), at_most=2_001)
    shares = (
        ShareLimit(id="online", within=Within.TERM, traits=(Trait.ONLINE,), at_most=4_000),
        ShareLimit(id="blended", within=Within.INSTITUTION, traits=(Trait.BLENDED,), at_most=3_333),
    )
    programme = BANK.model_copy(update={"limits": (*BANK.limits, prior), "shares": shares})
    presented = entangled(200, seed)
    began = monotonic()
    found = complete(programme, presented)
    assert monotonic() - began < 30
    assert found.counted > 14_000
