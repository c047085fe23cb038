"""An exact simplex tableau: integers over one common denominator, variables with upper bounds.

Fraction-free pivoting: J. Edmonds, Systems of distinct representatives and linear algebra, 1967;
E. H. Bareiss, 1968. Entering and leaving variables by R. G. Bland, 1977, so that it ends.
"""

from collections.abc import Sequence
from fractions import Fraction


class Tableau:
    """Minimizes several costs, the first above all, the next among what is equal in it, and so on.

    It begins at a basis that is feasible: `rows` hold the identity in the columns `basis`, `right`
    is not negative, and each cost is zero in these columns. A column without a bound (None) must
    be held by the rows. A nonbasic variable stands at zero; at its upper bound it is `flipped`:
    the column then means its bound less the variable.
    """

    def __init__(
        self,
        *,
        rows: Sequence[Sequence[int]],
        right: Sequence[int],
        basis: Sequence[int],
        bounds: Sequence[int | None],
        costs: Sequence[Sequence[int]],
    ) -> None:
        self._rows = [list(row) for row in rows]
        self._right = list(right)
        self._basis = list(basis)
        self._bounds = tuple(bounds)
        self._costs = [list(cost) for cost in costs]
        self._flipped = [False] * len(bounds)
        self._denominator = 1

    def minimize(self) -> list[Fraction]:
        """The value of each variable at the optimum."""
        while (column := self._entering()) is not None:
            self._move(column)
        return self._values()

    def _entering(self) -> int | None:
        basic = set(self._basis)
        for column, bound in enumerate(self._bounds):
            if column in basic or bound == 0:
                continue
            for cost in self._costs:
                if cost[column] > 0:
                    break
                if cost[column] < 0:
                    return column
        return None

    def _move(self, column: int) -> None:
        """Raise a variable as far as the first bound that it meets, its own or a basic one's."""
        bound = self._bounds[column]
        best = None if bound is None else (Fraction(bound), column, -1)
        for place, row in enumerate(self._rows):
            step = self._step(place, row[column])
            if step is not None and (best is None or (step, self._basis[place]) < best[:2]):
                best = (step, self._basis[place], place)
        if best is None:
            raise ArithmeticError("nothing holds the costs: a bound is missing")
        place = best[2]
        if place < 0:
            self._flip(column)
            return
        if self._rows[place][column] < 0:
            self._flip_basic(place)
        self._pivot(place, column)

    def _step(self, place: int, coefficient: int) -> Fraction | None:
        if coefficient > 0:
            return Fraction(self._right[place], coefficient)
        bound = self._bounds[self._basis[place]]
        if coefficient == 0 or bound is None:
            return None
        return Fraction(bound * self._denominator - self._right[place], -coefficient)

    def _flip(self, column: int) -> None:
        bound = self._bounds[column] or 0
        for place, row in enumerate(self._rows):
            self._right[place] -= row[column] * bound
            row[column] = -row[column]
        for cost in self._costs:
            cost[column] = -cost[column]
        self._flipped[column] = not self._flipped[column]

    def _flip_basic(self, place: int) -> None:
        column = self._basis[place]
        self._flip(column)
        self._rows[place] = [-entry for entry in self._rows[place]]
        self._right[place] = -self._right[place]

    def _pivot(self, place: int, column: int) -> None:
        row, right, before = self._rows[place], self._right[place], self._denominator
        pivot = row[column]
        for other, entries in enumerate(self._rows):
            if other == place:
                continue
            factor = entries[column]
            if factor:
                self._right[other] = (self._right[other] * pivot - factor * right) // before
            elif pivot != before:
                self._right[other] = self._right[other] * pivot // before
            self._rows[other] = _reduced(entries, row, pivot, factor, before)
        self._costs = [_reduced(cost, row, pivot, cost[column], before) for cost in self._costs]
        self._denominator = pivot
        self._basis[place] = column

    def _values(self) -> list[Fraction]:
        values = [Fraction(0)] * len(self._bounds)
        for place, column in enumerate(self._basis):
            values[column] = Fraction(self._right[place], self._denominator)
        return [
            (bound or 0) - value if flipped else value
            for value, bound, flipped in zip(values, self._bounds, self._flipped, strict=True)
        ]


def _reduced(entries: list[int], row: list[int], pivot: int, factor: int, before: int) -> list[int]:
    """Clear the entering column; the division is exact."""
    if not factor:
        if pivot == before:
            return entries
        return [entry * pivot // before for entry in entries]
    if pivot == before == 1:
        return [
            entry - factor * other if other else entry
            for entry, other in zip(entries, row, strict=True)
        ]
    return [
        (entry * pivot - factor * other) // before
        for entry, other in zip(entries, row, strict=True)
    ]
