from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaincode.domain.errors import TooIntricate
from chaincode.domain.qualification import optimum
from chaincode.domain.qualification.optimum import Bounded, Choice, best_choice
from chaincode.domain.qualification.tableau import Tableau
from tests.support.examples import examples

PLACES = 4
BOUNDED = st.lists(
    st.builds(
        Bounded,
        st.frozensets(st.integers(0, PLACES - 1), min_size=1),
        st.integers(0, 6),
    ),
    max_size=5,
).map(tuple)
CHOICES = st.builds(
    Choice,
    available=st.tuples(*[st.integers(0, 3)] * PLACES),
    limits=BOUNDED,
    floors=BOUNDED,
    worths=st.lists(st.tuples(*[st.integers(0, 5)] * PLACES), max_size=2).map(tuple),
)

PAIRS = st.builds(
    Bounded,
    st.frozensets(st.integers(0, 4), min_size=2, max_size=2),
    st.integers(1, 3),
)
ENTANGLED = st.builds(
    Choice,
    available=st.tuples(*[st.integers(2, 3)] * 5),
    limits=st.lists(PAIRS, min_size=5, max_size=9).map(tuple),
    floors=st.lists(
        st.builds(Bounded, st.frozensets(st.integers(0, 4), min_size=1), st.just(1)), max_size=3
    ).map(tuple),
    worths=st.just(((1, 5, 2, 4, 3),)),
)
"""Pairs under odd limits, where the best fractions are often halves."""


def odd_ring(places: int, amount: int) -> Choice:
    """Neighbours share a limit: the best fractions are halves everywhere."""
    limits = [Bounded(frozenset({at, (at + 1) % places}), amount) for at in range(places)]
    return Choice((amount,) * places, tuple(limits), (), ())


@settings(max_examples=examples(200), deadline=None)
@given(st.one_of(CHOICES, ENTANGLED))
def test_no_other_whole_amounts_score_better(choice: Choice) -> None:
    found = best_choice(choice)
    possible = [
        amounts
        for amounts in product(*(range(each + 1) for each in choice.available))
        if all(sum(amounts[at] for at in one.places) <= one.amount for one in choice.limits)
    ]
    assert found in possible
    assert choice.score(found) == min(map(choice.score, possible))
    assert best_choice(choice) == found


@pytest.mark.parametrize(("places", "amount", "taken"), [(3, 1, 1), (5, 1, 2), (7, 3, 10)])
def test_where_fractions_would_be_better_whole_amounts_are_found(
    places: int, amount: int, taken: int
) -> None:
    found = best_choice(odd_ring(places, amount))
    assert sum(found) == taken
    assert all(type(each) is int for each in found)


def test_a_floor_comes_before_the_sum() -> None:
    both = Bounded(frozenset({0, 1, 2}), 2)
    choice = Choice((2, 2, 2), (both,), (Bounded(frozenset({2}), 1),), ((3, 2, 1),))
    assert best_choice(choice) == (1, 0, 1)


def test_worths_decide_in_their_order() -> None:
    both = Bounded(frozenset({0, 1}), 2)
    assert best_choice(Choice((2, 2), (both,), (), ((1, 2), (9, 0)))) == (0, 2)
    assert best_choice(Choice((2, 2), (both,), (), ((1, 1), (9, 0)))) == (2, 0)


def test_a_question_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimum, "MAX_BRANCHES", 2)
    with pytest.raises(TooIntricate) as refused:
        best_choice(odd_ring(7, 1))
    assert refused.value.code == "too-intricate"


def test_a_tableau_is_exact_where_fractions_are() -> None:
    # The most of x + y + z where each two of them are 1 at most: 3/2.
    pairs = list(combinations(range(3), 2))
    rows = [
        [*(int(at in pair) for at in range(3)), *(int(row == at) for at in range(3))]
        for row, pair in enumerate(pairs)
    ]
    tableau = Tableau(
        rows=rows,
        right=[1, 1, 1],
        basis=[3, 4, 5],
        bounds=[1, 1, 1, None, None, None],
        costs=[[-1, -1, -1, 0, 0, 0]],
    )
    assert tableau.minimize()[:3] == [Fraction(1, 2)] * 3


def test_a_tableau_that_nothing_holds_says_so() -> None:
    with pytest.raises(ArithmeticError, match="bound is missing"):
        Tableau(rows=[], right=[], basis=[], bounds=[None], costs=[[-1]]).minimize()
