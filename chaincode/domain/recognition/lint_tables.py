"""Conversions: which grades have an entry, and which bands nothing picks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from chaincode.domain.grading import Better, Scale
from chaincode.domain.recognition.amounts import format_hundredths
from chaincode.domain.recognition.conversions import (
    Band,
    ByDistribution,
    ByTable,
    Conversion,
    Linear,
    ModifiedBavarian,
)
from chaincode.domain.recognition.converting import convert, host_better
from chaincode.domain.recognition.lint_codes import LintCode, LintFinding, finding
from chaincode.domain.recognition.rule import RuleContent


@dataclass(frozen=True, slots=True)
class Entries:
    """The host's grades that a conversion has an entry for, in hundredths."""

    lowest: int
    highest: int
    better: Better
    step: int
    """Grades between two steps have none; 1 where every grade from lowest to highest has one."""
    bands: tuple[Band, ...]
    """The best first; empty for a formula."""

    @property
    def best(self) -> int:
        """The best grade."""
        return self.highest if self.better is Better.HIGHER else self.lowest

    @property
    def worst(self) -> int:
        """The worst grade."""
        return self.lowest if self.better is Better.HIGHER else self.highest


def entries_of(conversion: Conversion) -> Entries | None:
    """What a conversion has entries for; None where it takes every grade."""
    better = host_better(conversion)
    if better is None:
        return None
    match conversion:
        case ByDistribution():
            return _of_bands(conversion.host.bands, better, conversion.host.step)
        case ByTable():
            return _of_bands(conversion.pairs, better, conversion.step)
        case Linear() | ModifiedBavarian():
            lowest, highest = sorted((conversion.host_pass, conversion.host_best))
            return Entries(lowest, highest, better, 1, ())
        case _:
            return None


def _of_bands(bands: Sequence[Band], better: Better, step: int) -> Entries:
    lowest = min(band.lowest for band in bands)
    highest = max(band.highest for band in bands)
    return Entries(lowest, highest, better, step, tuple(bands))


def is_better(one: int, other: int, better: Better) -> bool:
    """Whether a grade is better than another."""
    return one > other if better is Better.HIGHER else one < other


def lint_tables(rule: RuleContent) -> Iterator[LintFinding]:
    """What can be said of conversions by themselves."""
    for name, conversion in sorted(rule.conversions.items()):
        if isinstance(conversion, ByDistribution):
            yield from _distribution(name, conversion)


def _distribution(name: str, conversion: ByDistribution) -> Iterator[LintFinding]:
    for side, table in (("host", conversion.host), ("home", conversion.home)):
        for place, band in enumerate(table.bands):
            if band.share == 0:
                yield finding(
                    LintCode.BAND_WITHOUT_SHARE,
                    *("conversions", name, side, "bands", place),
                    band=name_of(band),
                )
    picked = {convert(conversion, band.lowest) for band in conversion.host.bands}
    for place, band in enumerate(conversion.home.bands):
        entered = _entered(conversion, band)
        where = ("conversions", name, "home", "bands", place)
        if entered not in picked:
            yield finding(LintCode.BAND_NEVER_PICKED, *where, band=name_of(band))
        elif not band.holds(entered):
            yield finding(
                LintCode.ROUNDING_LEAVES_BAND,
                *where,
                band=name_of(band),
                grade=format_hundredths(entered),
            )


def _entered(conversion: ByDistribution, band: Band) -> int:
    """The grade that is entered for a band of home."""
    value = {
        "lowest": Fraction(band.lowest),
        "middle": Fraction(band.lowest + band.highest, 2),
        "highest": Fraction(band.highest),
    }[conversion.band_value]
    return conversion.rounding.apply(value)


def name_of(band: Band) -> str:
    """A band as it is called, or by its grades."""
    if band.label:
        return band.label
    lowest, highest = format_hundredths(band.lowest), format_hundredths(band.highest)
    return lowest if lowest == highest else f"{lowest} to {highest}"


def missing_grades(entries: Entries, scale: Scale, worst: int) -> Iterator[tuple[int, int]]:
    """Stretches of a scale, from `worst` to its best grade, that have no entry: their ends."""
    best = scale.highest if scale.better is Better.HIGHER else scale.lowest
    low, high = sorted((worst, best))
    below = _last_before(scale, min(high + 1, entries.lowest))
    if low < entries.lowest and below >= low:
        yield low, below
    above = _first_after(scale, max(low - 1, entries.highest))
    if high > entries.highest and above <= high:
        yield above, high


def grade_between(entries: Entries, scale: Scale) -> int | None:
    """A grade of the scale that lies between two neighbouring entries."""
    for band in entries.bands:
        if band.highest >= entries.highest:
            continue
        found = _first_after(scale, band.highest)
        if found < band.highest + entries.step and found <= scale.highest:
            return found
    return None


def _last_before(scale: Scale, grade: int) -> int:
    return scale.lowest + (grade - 1 - scale.lowest) // scale.step * scale.step


def _first_after(scale: Scale, grade: int) -> int:
    return scale.lowest + ((grade - scale.lowest) // scale.step + 1) * scale.step
