"""The examples of the credit bank, by name and with their numbers."""

from hypothesis import given, settings
from hypothesis import strategies as st

from chaincode.domain.qualification.completion import complete
from chaincode.domain.qualification.findings import (
    Completion,
    Drop,
    DropReason,
    EarnedCredit,
    RequirementKind,
)
from chaincode.domain.qualification.programme import Trait
from tests.support.qualification import BANK, earned, learner


def asked(found: Completion) -> dict[str, tuple[int, int, int]]:
    return {
        one.id or one.kind.value: (one.demanded, one.found, one.missing)
        for one in found.requirements
    }


def test_146_credits_remain_and_the_degree_can_be_applied_for() -> None:
    found = complete(BANK, learner())
    assert (found.presented, found.counted, found.fulfilled) == (15_000, 14_600, True)
    assert asked(found) == {
        "total": (14_000, 14_600, 0),
        "major": (6_000, 6_200, 0),
        "liberal": (3_000, 3_000, 0),
        "free": (0, 5_400, 0),
        "accredited": (1_800, 14_600, 0),
    }
    assert found.missing == ()
    (dropped,) = [one for one in found.credits if one.dropped]
    assert (dropped.key, dropped.counted, dropped.dropped) == ("2024-2.free.500", 100, 400)
    assert dropped.drops == (Drop(reason=DropReason.LIMIT, limit="per-year", of="2024"),)
    (year,) = [one for one in found.limits if (one.id, one.of) == ("per-year", "2024")]
    assert (year.at_most, year.presented, year.counted) == (4_200, 4_600, 4_200)


def test_with_28_liberal_the_degree_is_refused_for_2_liberal_credits() -> None:
    found = complete(BANK, learner(liberal=2_800, free=6_000))
    assert (found.presented, found.counted, found.fulfilled) == (15_000, 14_600, False)
    (missing,) = found.missing
    assert (missing.kind, missing.id) == (RequirementKind.GROUP, "liberal")
    assert (missing.demanded, missing.found, missing.missing) == (3_000, 2_800, 200)


@settings(max_examples=20, deadline=None)
@given(st.permutations(learner()))
def test_the_order_of_entry_plays_no_part(presented: list[EarnedCredit]) -> None:
    assert complete(BANK, presented) == complete(BANK, learner())


def test_more_than_24_in_a_term_do_not_count() -> None:
    found = complete(BANK, [earned(1_500, "major", "2024-1"), earned(1_000, "free", "2024-1")])
    assert found.counted == 2_400
    (dropped,) = [one for one in found.credits if one.dropped]
    assert (dropped.key, dropped.dropped) == ("2024-1.free.1000", 100)
    assert dropped.drops == (Drop(reason=DropReason.LIMIT, limit="per-term", of="2024-1"),)


def test_more_than_105_of_one_institution_do_not_count() -> None:
    presented = [one.model_copy(update={"institution": "college"}) for one in learner()]
    found = complete(BANK, presented)
    assert (found.counted, found.fulfilled) == (10_500, False)
    # All that is missing is the total: the choice keeps what the groups need.
    assert [(one.kind, one.missing) for one in found.missing] == [(RequirementKind.TOTAL, 3_500)]


def test_at_least_18_accredited_or_part_time() -> None:
    plain = [one.model_copy(update={"traits": ()}) for one in learner()]
    refused = complete(BANK, plain)
    assert [(one.id, one.missing) for one in refused.missing] == [("accredited", 1_800)]
    part_time = [
        one.model_copy(update={"traits": (Trait.PART_TIME,)}) if one.term == "2023-1" else one
        for one in plain
    ]
    assert complete(BANK, part_time).fulfilled


def test_a_university_that_grants_the_degree_wants_84_of_its_own() -> None:
    degree = BANK.model_copy(update={"granted_by": "alphaMSP", "home_credits": 8_400, "limits": ()})
    at_home = [
        one.model_copy(update={"institution": "alphaMSP"}) if one.term != "2024-1" else one
        for one in learner()
    ]
    assert complete(degree, at_home).fulfilled
    away = complete(degree, learner())
    assert [(one.kind, one.missing) for one in away.missing] == [(RequirementKind.HOME, 8_400)]


def test_certificates_and_prior_learning_fall_under_no_term() -> None:
    certificate = earned(
        2_000,
        "major",
        "2024-1",
        key="certificate",
        academic_year=None,
        term=None,
        institution=None,
        traits=(Trait.CERTIFICATE,),
    )
    found = complete(BANK, [*learner(), certificate])
    assert found.counted == 14_600 + 2_000
    assert next(one for one in found.credits if one.key == "certificate").dropped == 0
