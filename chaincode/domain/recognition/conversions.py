"""How a grade of the host becomes one of home: documents; `converting` computes with them."""

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from chaincode.domain.faults import fault
from chaincode.domain.grading import Better
from chaincode.domain.recognition.amounts import (
    Clause,
    GradeAmount,
    GradeStep,
    Percent,
    ScoreAmount,
)
from chaincode.domain.recognition.rounding import RoundTo
from chaincode.domain.values import Title

_TOLERANCE = 10
"""A distribution sums to 100 within 0.1, in hundredths of a per cent."""
_WHOLE = 10_000


class Band(Clause):
    """Grades from `lowest` to `highest`, both included; for one grade alone they are equal."""

    label: Title | None = None
    lowest: GradeAmount
    highest: GradeAmount

    def holds(self, mark: int) -> bool:
        """Whether a grade (hundredths) belongs to it."""
        return self.lowest <= mark <= self.highest


class SharedBand(Band):
    """A band with its share of the passing grades."""

    share: Percent


class DistributionTable(Clause):
    """The shares of a university's passing grades, the best band first."""

    better: Better
    step: GradeStep
    """How far neighbouring grades lie apart; between bands no grade is left out."""
    graded: Annotated[int, Field(ge=1, le=100_000_000)]
    """How many students were graded."""
    field: Annotated[str, StringConstraints(pattern=r"^[0-9]{2,4}$")] | None = None
    """The field of study (ISCED-F, two to four digits) that the table is for; none means all."""
    bands: Annotated[tuple[SharedBand, ...], Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        require_adjacent(self.bands, self.better, self.step, "bands")
        total = sum(band.share for band in self.bands)
        if abs(total - _WHOLE) > _TOLERANCE:
            raise fault("bands", message="the shares sum to 100 within 0.1")
        return self


class TablePair(Band):
    """Grades of the host, and what each becomes."""

    becomes: ScoreAmount


def require_adjacent(bands: tuple[Band, ...], better: Better, step: int, *path: str) -> None:
    """Hold bands, the best first, to follow each other without gap or overlap.

    Raises:
        PydanticCustomError: with the path to the first that does not.
    """
    for place, band in enumerate(bands):
        if band.lowest > band.highest:
            raise fault(*path, place, message="lowest lies above highest")
        if (band.highest - band.lowest) % step:
            raise fault(*path, place, message="lowest and highest lie whole steps apart")
        if not place:
            continue
        above, below = bands[place - 1], band
        if better is Better.LOWER:
            above, below = below, above
        if above.lowest - below.highest != step:
            raise fault(
                *path, place, message="a band begins one step behind the one before, the best first"
            )


class ByDistribution(Clause):
    """The home grade that stands where the host's stands in its own distribution."""

    kind: Literal["by-distribution"]
    host: DistributionTable
    home: DistributionTable
    pick: Literal["best", "worst", "middle", "largest-overlap"]
    band_value: Literal["lowest", "middle", "highest"]
    fewest_graded: Annotated[int, Field(ge=1, le=100_000_000)]
    rounding: RoundTo

    @model_validator(mode="after")
    def _enough(self) -> Self:
        for name, table in (("host", self.host), ("home", self.home)):
            if table.graded < self.fewest_graded:
                raise fault(name, "graded", message="fewer graded students than the rule demands")
        return self


class ByTable(Clause):
    """Explicit pairs, the best first; no grade between the first and the last is left out."""

    kind: Literal["by-table"]
    better: Better
    step: GradeStep
    pairs: Annotated[tuple[TablePair, ...], Field(min_length=1, max_length=500)]
    home_better: Better

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        require_adjacent(self.pairs, self.better, self.step, "pairs")
        for place, (before, pair) in enumerate(zip(self.pairs, self.pairs[1:], strict=False), 1):
            rises = pair.becomes - before.becomes
            if rises > 0 if self.home_better is Better.HIGHER else rises < 0:
                raise fault(
                    "pairs", place, "becomes", message="a worse grade must not become a better one"
                )
        return self


class Linear(Clause):
    """On a line from the host's pass mark and best grade to those of home."""

    kind: Literal["linear"]
    host_pass: GradeAmount
    host_best: GradeAmount
    home_pass: ScoreAmount
    home_best: ScoreAmount
    rounding: RoundTo

    @model_validator(mode="after")
    def _not_flat(self) -> Self:
        if self.host_pass == self.host_best:
            raise fault("host_best", message="the best grade differs from the pass mark")
        if self.home_pass == self.home_best:
            raise fault("home_best", message="the best grade differs from the pass mark")
        return self


class ModifiedBavarian(Clause):
    """German grades: 1 + 3 · (Nmax - Nd) / (Nmax - Nmin)."""

    kind: Literal["modified-bavarian"]
    host_pass: GradeAmount
    """Nmin."""
    host_best: GradeAmount
    """Nmax."""
    rounding: RoundTo

    @model_validator(mode="after")
    def _not_flat(self) -> Self:
        if self.host_pass == self.host_best:
            raise fault("host_best", message="the best grade differs from the pass mark")
        return self


class Unchanged(Clause):
    """The same scale on both sides: the grade stays as it is."""

    kind: Literal["unchanged"]
    better: Better


class PassOnly(Clause):
    """Recognised without a grade."""

    kind: Literal["pass-only"]


Conversion: TypeAlias = Annotated[
    ByDistribution | ByTable | Linear | ModifiedBavarian | Unchanged | PassOnly,
    Field(discriminator="kind"),
]


class Combine(Clause):
    """How one grade comes of several host courses."""

    grade: Literal["weighted-mean", "worst", "best", "pass-only"]
    order: Literal["convert-then-combine", "combine-then-convert"]
    rounding: RoundTo | None = None
    """Of the mean; the conversion rounds by itself."""

    @model_validator(mode="after")
    def _rounded(self) -> Self:
        if (self.grade == "weighted-mean") != (self.rounding is not None):
            raise fault("rounding", message="a mean, and nothing else, says how it is rounded")
        return self
