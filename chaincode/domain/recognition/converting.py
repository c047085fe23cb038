"""Grades from the host's scale to home's: exact fractions, rounded where the rule says so."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

from chaincode.domain.grading import Better
from chaincode.domain.recognition.conversions import (
    Band,
    ByDistribution,
    ByTable,
    Combine,
    Conversion,
    Linear,
    ModifiedBavarian,
    PassOnly,
    Unchanged,
)

_GERMAN_BEST, _GERMAN_PASS = 100, 400


class GradeOf(NamedTuple):
    """A grade (hundredths) with the credits (hundredths) that weigh it in a mean."""

    mark: int
    credits: int


def host_better(conversion: Conversion) -> Better | None:
    """Which end of the host's scale a conversion takes for the good one; None if it asks none."""
    match conversion:
        case ByDistribution():
            return conversion.host.better
        case ByTable() | Unchanged():
            return conversion.better
        case Linear() | ModifiedBavarian():
            return _upwards(conversion.host_pass, conversion.host_best)
        case PassOnly():
            return None


def home_better(conversion: Conversion) -> Better | None:
    """Which end of home's scale is the good one; None where no grade comes out."""
    match conversion:
        case ByDistribution():
            return conversion.home.better
        case ByTable():
            return conversion.home_better
        case Linear():
            return _upwards(conversion.home_pass, conversion.home_best)
        case ModifiedBavarian():
            return Better.LOWER
        case Unchanged():
            return conversion.better
        case PassOnly():
            return None


def convert(conversion: Conversion, mark: int) -> int | None:
    """The home grade of a host grade, both in hundredths; None where the rule names none."""
    match conversion:
        case ByDistribution():
            return _by_distribution(conversion, mark)
        case ByTable():
            return next((pair.becomes for pair in conversion.pairs if pair.holds(mark)), None)
        case Linear():
            line = (conversion.home_pass, conversion.home_best)
            return _on_line(conversion, mark, *line)
        case ModifiedBavarian():
            return _on_line(conversion, mark, _GERMAN_PASS, _GERMAN_BEST)
        case Unchanged():
            return mark
        case PassOnly():
            return None


def combine(
    conversion: Conversion,
    how: Combine,
    grades: Sequence[GradeOf],
    to_home: Callable[[int], int | None],
) -> int | None:
    """One home grade of several host grades; None where one of them cannot be converted.

    `to_home` is the conversion of one grade.
    """
    if how.order == "combine-then-convert":
        return to_home(_combined(how, grades, host_better(conversion)))
    converted = [to_home(grade.mark) for grade in grades]
    known = [
        GradeOf(mark, grade.credits)
        for mark, grade in zip(converted, grades, strict=True)
        if mark is not None
    ]
    if len(known) < len(grades):
        return None
    return _combined(how, known, home_better(conversion))


def _combined(how: Combine, grades: Sequence[GradeOf], better: Better | None) -> int:
    marks = [grade.mark for grade in grades]
    if how.rounding is not None:
        weight = sum(grade.credits for grade in grades)
        total = sum(grade.mark * grade.credits for grade in grades)
        return how.rounding.apply(Fraction(total, weight))
    highest = (how.grade == "best") == (better is Better.HIGHER)
    return max(marks) if highest else min(marks)


def _upwards(worst: int, best: int) -> Better:
    return Better.HIGHER if best > worst else Better.LOWER


def _on_line(
    conversion: Linear | ModifiedBavarian, mark: int, home_pass: int, home_best: int
) -> int | None:
    lowest, highest = sorted((conversion.host_pass, conversion.host_best))
    if not lowest <= mark <= highest:
        return None
    way = Fraction(mark - conversion.host_pass, conversion.host_best - conversion.host_pass)
    return conversion.rounding.apply(home_pass + (home_best - home_pass) * way)


def _by_distribution(conversion: ByDistribution, mark: int) -> int | None:
    """Both distributions are laid on one line, from the best grade down.

    With host shares summing to H and home shares to T, all borders are multiplied by H · T: the
    scaling to 100 is exact.
    """
    host, home = conversion.host.bands, conversion.home.bands
    place = next((place for place, band in enumerate(host) if band.holds(mark)), None)
    if place is None:
        return None
    host_ends = list(accumulate(band.share for band in host))
    home_ends = list(accumulate(band.share for band in home))
    begins = (host_ends[place] - host[place].share) * home_ends[-1]
    ends = host_ends[place] * home_ends[-1]
    stretches = [
        ((end - band.share) * host_ends[-1], end * host_ends[-1])
        for band, end in zip(home, home_ends, strict=True)
    ]
    picked = home[_pick(conversion, begins, ends, stretches)]
    return conversion.rounding.apply(_band_value(conversion, picked))


def _pick(
    conversion: ByDistribution, begins: int, ends: int, stretches: Sequence[tuple[int, int]]
) -> int:
    overlaps = [min(ends, high) - max(begins, low) for low, high in stretches]
    candidates = [place for place, overlap in enumerate(overlaps) if overlap > 0]
    if conversion.pick == "middle" or not candidates:  # a share of nothing is a point
        middle = begins + ends
        return next(
            place
            for place, (low, high) in enumerate(stretches)
            if low < high and middle <= 2 * high  # on a border: the better grade
        )
    if conversion.pick == "best":
        return candidates[0]
    if conversion.pick == "worst":
        return candidates[-1]
    return max(candidates, key=lambda place: (overlaps[place], -place))


def _band_value(conversion: ByDistribution, band: Band) -> Fraction:
    if conversion.band_value == "middle":
        return Fraction(band.lowest + band.highest, 2)
    return Fraction(band.lowest if conversion.band_value == "lowest" else band.highest)
