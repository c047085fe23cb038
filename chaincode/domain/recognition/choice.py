"""The best choice among options that use up the same things, found within a bound of steps.

Things are whatever can be used up: a credit's hundredths, a home course (once), what a share cap
leaves. The search is exact where it ends within the bound, and says so where it does not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

MAX_STEPS = 4_000
"""For one decision: what takes more is left to a person."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be chosen: `value` above zero, and how much of each thing it uses."""

    id: str
    value: int
    uses: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen ids; `finished` says whether none better can exist."""

    chosen: frozenset[str]
    finished: bool


def choose(options: Iterable[Option], capacity: Mapping[str, int]) -> Choice:
    """The options of the largest total value within `capacity`.

    Of equally good ones the first found, options being taken by falling value, then by id; so the
    order in which they are given does not matter.
    """
    ordered = sorted(options, key=_order)
    scarce = _scarce(ordered, capacity)
    chosen: set[str] = set()
    steps, finished = MAX_STEPS, True
    for group in _groups(ordered, scarce):
        search = _Search(group, {thing: capacity[thing] for thing in sorted(scarce)}, steps)
        chosen |= search.best
        steps = search.steps
        finished = finished and search.finished
    return Choice(frozenset(chosen), finished)


def _scarce(options: Sequence[Option], capacity: Mapping[str, int]) -> set[str]:
    wanted: dict[str, int] = {}
    for option in options:
        for thing, amount in option.uses.items():
            wanted[thing] = wanted.get(thing, 0) + amount
    return {thing for thing, amount in wanted.items() if amount > capacity[thing]}


def _groups(options: Sequence[Option], scarce: set[str]) -> list[list[Option]]:
    """Options that compete, directly or through others; each group can be solved by itself."""
    group_of: dict[str, list[Option]] = {}
    groups: dict[int, list[Option]] = {}
    for option in options:
        joined = [option]
        touched = {id(group_of[thing]) for thing in scarce & option.uses.keys() & group_of.keys()}
        for number in touched:
            joined += groups.pop(number)
        groups[id(joined)] = joined
        for thing in {thing for member in joined for thing in scarce & member.uses.keys()}:
            group_of[thing] = joined
    return sorted((sorted(group, key=_order) for group in groups.values()), key=_first)


def _order(option: Option) -> tuple[int, str]:
    return -option.value, option.id


def _first(group: Sequence[Option]) -> tuple[int, str]:
    return _order(group[0])


class _Search:
    """Depth first, taking before leaving, with a bound; the first dive always reaches a leaf."""

    def __init__(self, options: Sequence[Option], capacity: dict[str, int], steps: int) -> None:
        self.best: frozenset[str] = frozenset()
        self.steps = steps
        self.finished = True
        self._options = options
        self._rest = [*accumulate((one.value for one in reversed(options)), initial=0)][::-1]
        self._users = {
            thing: _users(options, thing)
            for thing in capacity
            if any(option.uses.get(thing) for option in options)
        }
        self._run(capacity)

    def _run(self, capacity: dict[str, int]) -> None:
        options, best_value, dived = self._options, -1, False
        stack = [(0, 0, frozenset[str](), capacity)]
        while stack:
            place, value, chosen, left = stack.pop()
            if place == len(options):
                dived = True
                if value > best_value:
                    best_value, self.best = value, chosen
                continue
            if dived and value + self._bound(place, left) <= best_value:
                continue
            if dived and self.steps <= 0:
                self.finished = False
                return
            self.steps -= 1
            option = options[place]
            stack.append((place + 1, value, chosen, left))
            if all(left.get(thing, amount) >= amount for thing, amount in option.uses.items()):
                rest = {thing: amount - option.uses.get(thing, 0) for thing, amount in left.items()}
                stack.append((place + 1, value + option.value, chosen | {option.id}, rest))

    def _bound(self, place: int, left: Mapping[str, int]) -> int:
        """No choice among the rest is worth more: each scarce thing alone, in fractions."""
        rest = self._rest[place]
        return min((rest - self._lost(place, left, thing) for thing in self._users), default=rest)

    def _lost(self, place: int, left: Mapping[str, int], thing: str) -> int:
        """What the rest must do without, at the least, for want of one thing."""
        lost, remaining = 0, left[thing]
        for position, value, amount in self._users[thing]:
            if position < place:
                continue
            taken = min(amount, remaining)
            remaining -= taken
            lost += value * (amount - taken) // amount
        return lost


def _users(options: Sequence[Option], thing: str) -> list[tuple[int, int, int]]:
    """Position, value and amount of those that use a thing, the most worth for it first."""
    found = [
        (position, option.value, option.uses[thing])
        for position, option in enumerate(options)
        if option.uses.get(thing)
    ]
    return sorted(found, key=lambda user: (Fraction(-user[1], user[2]), user[0]))
