"""The best choice of whole amounts under limits: an exact small integer program.

Linear relaxations, and branching where one leaves a fraction; A. H. Land and A. G. Doig, 1960.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from chaincode.domain.errors import TooIntricate
from chaincode.domain.qualification.tableau import Tableau

MAX_BRANCHES = 500
"""How many relaxations are solved before the question is given up."""

_Score = tuple[Fraction | int, ...]


@dataclass(frozen=True, slots=True)
class Bounded:
    """Together, the amounts at these places have this bound."""

    places: frozenset[int]
    amount: int


@dataclass(frozen=True, slots=True)
class Choice:
    """How much to take at each place, from 0 to `available`.

    `limits` are never passed. `floors` are missed by as little as can be, all together; then as
    much as can be is taken; then the sums of amounts times worth are made as large as can be, one
    row of `worths` after the other.
    """

    available: tuple[int, ...]
    limits: tuple[Bounded, ...]
    floors: tuple[Bounded, ...]
    worths: tuple[tuple[int, ...], ...]

    def score(self, amounts: Sequence[Fraction | int]) -> _Score:
        """What is minimized, the first number above all."""
        missing = sum(
            max(0, one.amount - sum(amounts[place] for place in one.places)) for one in self.floors
        )
        taken = sum(amounts)
        rest = (
            -sum(amount * each for amount, each in zip(amounts, worth, strict=True))
            for worth in self.worths
        )
        return (missing, -taken, *rest)


@dataclass(frozen=True, slots=True)
class _Branch:
    least: tuple[int, ...]
    most: tuple[int, ...]


def best_choice(choice: Choice) -> tuple[int, ...]:
    """The amounts of the best choice, the same for the same question.

    Raises:
        TooIntricate: it was not found within `MAX_BRANCHES` steps.
    """
    nothing = (0,) * len(choice.available)
    found, score = nothing, choice.score(nothing)
    open_branches = [_Branch(nothing, choice.available)]
    for _ in range(MAX_BRANCHES):
        if not open_branches:
            return found
        branch = open_branches.pop()
        amounts = _relaxed(choice, branch)
        if amounts is None or _promise(choice.score(amounts)) >= score:
            continue
        place = next((at for at, each in enumerate(amounts) if each.denominator > 1), None)
        if place is None:
            found, score = tuple(int(each) for each in amounts), choice.score(amounts)
            continue
        below, above = list(branch.most), list(branch.least)
        below[place], above[place] = floor(amounts[place]), ceil(amounts[place])
        open_branches += [
            replace(branch, most=tuple(below)),
            replace(branch, least=tuple(above)),
        ]
    raise TooIntricate("the best choice of credits was not found: a person must decide")


def _promise(score: _Score) -> _Score:
    """The best that whole amounts can still reach where fractions reach `score`."""
    for place, each in enumerate(score):
        if each != int(each):
            return (*score[:place], ceil(each))
    return score


def _relaxed(choice: Choice, branch: _Branch) -> list[Fraction] | None:
    """The best amounts, fractions allowed, between a branch's bounds; None where there are none."""
    count, least = len(choice.available), branch.least
    room = [one.amount - sum(least[place] for place in one.places) for one in choice.limits]
    if any(each < 0 for each in room) or any(
        most < low for low, most in zip(least, branch.most, strict=True)
    ):
        return None
    owed = [one.amount - sum(least[place] for place in one.places) for one in choice.floors]
    width = count + len(room) + 2 * len(owed)
    rows, right, basis = [], [], []
    missing = [0] * width
    for place, one in enumerate(choice.limits):
        rows.append(_row(width, one.places, {count + place: 1}))
        right.append(room[place])
        basis.append(count + place)
    for place, one in enumerate(choice.floors):
        over = count + len(room) + 2 * place
        short = over + 1
        row = _row(width, one.places, {over: -1, short: 1})
        missing[short] = 1
        if owed[place] >= 0:
            # The shortfall is basic: its cost is taken out of the row's other columns.
            missing = [cost - entry for cost, entry in zip(missing, row, strict=True)]
        rows.append(row if owed[place] >= 0 else [-entry for entry in row])
        right.append(abs(owed[place]))
        basis.append(short if owed[place] >= 0 else over)
    spare = [0] * (width - count)
    costs = [missing, [-1] * count + spare]
    costs += [[-each for each in worth] + spare for worth in choice.worths]
    bounds = [most - low for low, most in zip(least, branch.most, strict=True)]
    tableau = Tableau(
        rows=rows,
        right=right,
        basis=basis,
        bounds=[*bounds, *[None] * (width - count)],
        costs=costs,
    )
    values = tableau.minimize()
    return [value + low for value, low in zip(values, least, strict=False)]


def _row(width: int, places: frozenset[int], more: dict[int, int]) -> list[int]:
    row = [0] * width
    for place in places:
        row[place] = 1
    for place, entry in more.items():
        row[place] = entry
    return row
