"""The best choice among options that use up the same things, found within a bound of steps.

Things are whatever can be used up: a credit's hundredths, a home course (once), what a share cap
leaves. The search is exact where it ends within the bound, and says so where it does not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

MAX_STEPS = 4_000
MAX_LOOKS = 300_000
"""For one decision: what takes more is left to a person.

A step in a large group looks at every use of every scarce thing, so that steps alone would not
bound the time.
"""


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
    steps, looks, finished = MAX_STEPS, MAX_LOOKS, True
    for group in _groups(ordered, scarce):
        wanted = sorted(scarce & {thing for option in group for thing in option.uses})
        search = _Search(group, {thing: capacity[thing] for thing in wanted}, steps, looks)
        chosen |= search.best
        steps, looks = search.steps, search.looks
        finished = finished and search.finished
    return Choice(frozenset(chosen), finished)


def _scarce(options: Sequence[Option], capacity: Mapping[str, int]) -> set[str]:
    wanted: dict[str, int] = {}
    for option in options:
        for thing, amount in option.uses.items():
            wanted[thing] = wanted.get(thing, 0) + amount
    return {thing for thing, amount in wanted.items() if amount > capacity[thing]}


def _groups(options: Sequence[Option], scarce: set[str]) -> list[list[Option]]:
    """Options that compete, directly or through others; each group can be solved by itself.

    As `options` are in order, so are the groups by their first, and each within itself.
    """
    parents: dict[str, str] = {}
    wanted = [[thing for thing in option.uses if thing in scarce] for option in options]
    for things in wanted:
        for thing in things:
            parents[_root(parents, thing)] = _root(parents, things[0])
    groups: dict[str | int, list[Option]] = {}
    for place, (option, things) in enumerate(zip(options, wanted, strict=True)):
        group = _root(parents, things[0]) if things else place
        groups.setdefault(group, []).append(option)
    return list(groups.values())


def _root(parents: dict[str, str], thing: str) -> str:
    while (parent := parents.setdefault(thing, thing)) != thing:
        parents[thing] = thing = parents[parent]
    return thing


def _order(option: Option) -> tuple[int, str]:
    return -option.value, option.id


class _Search:
    """Depth first, taking before leaving, with a bound; the first dive always reaches a leaf."""

    def __init__(
        self, options: Sequence[Option], capacity: dict[str, int], steps: int, looks: int
    ) -> None:
        self.best: frozenset[str] = frozenset()
        self.steps = steps
        self.looks = looks
        self.finished = True
        self._options = options
        self._rest = [*accumulate((one.value for one in reversed(options)), initial=0)][::-1]
        self._users = {thing: _users(options, thing) for thing in capacity}
        self._looks_of_a_step = 1 + sum(map(len, self._users.values()))
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
            if dived and self.looks > 0:
                self.looks -= self._looks_of_a_step
                if value + self._bound(place, left) <= best_value:
                    continue
            if dived and min(self.steps, self.looks) <= 0:
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
    # Exact: two values for one differ by more than 2^-64 of it, amounts being below 2^32.
    return sorted(found, key=lambda user: (-(user[1] << 64) // user[2], user[0]))
