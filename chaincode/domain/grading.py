"""Scales, parts and the final mark: exact integers throughout."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from chaincode.domain.errors import InvalidArgument
from chaincode.domain.faults import fault
from chaincode.domain.places import Place
from chaincode.domain.recognition.amounts import format_hundredths
from chaincode.domain.recognition.process_limits import ProcessFloor
from chaincode.domain.values import Mark, Slug, Sparse, Title, Value, Weight

FULL_WEIGHT = 10_000


class Mode(StrEnum):
    """Where a part is assessed: offline parts are reviewed on a second level."""

    ONLINE = "online"
    OFFLINE = "offline"
    PROCESS = "process"


class Part(Sparse):
    """One assessed part of a course; `weight` is in hundredths of a per cent."""

    id: Slug
    title: Title
    weight: Weight
    mode: Mode
    proctored: bool = False
    place: Place | None = None
    """Where it is examined; a paper examination that names none is held by who teaches."""
    process: ProcessFloor | None = None
    """What the learning process of everybody who passes has shown."""

    @model_validator(mode="after")
    def _fits_its_mode(self) -> Self:
        sat = self.mode is Mode.OFFLINE or self.proctored
        if self.place is not None and not sat:
            raise fault("place", message="a place belongs to a part offline or proctored")
        if self.process is not None and self.mode is not Mode.PROCESS:
            raise fault("process", message="this belongs to a part of the mode process")
        return self


class Better(StrEnum):
    """Which end of the scale is the good one: 1.00 is best in Germany, 100.00 elsewhere."""

    HIGHER = "higher"
    LOWER = "lower"


class Rounding(StrEnum):
    """How the weighted mean comes to the scale's step."""

    HALF_UP = "half-up"
    HALF_EVEN = "half-even"
    TRUNCATE = "truncate"


class Scale(Value):
    """A numeric grading scale in hundredths: lowest ≤ pass mark ≤ highest."""

    lowest: Mark
    highest: Mark
    pass_mark: Mark
    better: Better
    step: Annotated[int, Field(ge=1, le=1_000)] = 1
    rounding: Rounding = Rounding.HALF_UP

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.lowest <= self.pass_mark <= self.highest or self.lowest == self.highest:
            raise ValueError("lowest ≤ pass mark ≤ highest must hold, and lowest < highest")
        if any((mark - self.lowest) % self.step for mark in (self.highest, self.pass_mark)):
            raise ValueError("highest and pass mark must lie whole steps above lowest")
        return self

    def require_mark(self, mark: int, *, field: str = "mark") -> None:
        """Hold one part's mark to the scale.

        Raises:
            InvalidArgument: outside the scale, or between two steps. The mark itself is not named.
        """
        if not self.lowest <= mark <= self.highest:
            raise InvalidArgument(
                f"a mark lies between {format_hundredths(self.lowest)} and "
                f"{format_hundredths(self.highest)}",
                field=field,
            )
        if not self.holds(mark):
            raise InvalidArgument(
                f"marks go in steps of {format_hundredths(self.step)}", field=field
            )

    def holds(self, mark: int) -> bool:
        """Whether a mark is one of the scale's steps."""
        return self.lowest <= mark <= self.highest and (mark - self.lowest) % self.step == 0

    def passes(self, mark: int) -> bool:
        """Whether a mark reaches the pass mark; the pass mark itself passes."""
        if self.better is Better.HIGHER:
            return mark >= self.pass_mark
        return mark <= self.pass_mark

    def round(self, numerator: int, denominator: int) -> int:
        """Bring the exact mean numerator/denominator (hundredths) onto the scale's steps."""
        above = numerator - self.lowest * denominator
        steps, rest = divmod(above, self.step * denominator)
        twice = 2 * rest
        whole = self.step * denominator
        up = {
            Rounding.HALF_UP: twice >= whole,
            Rounding.HALF_EVEN: twice > whole or (twice == whole and steps % 2 == 1),
            Rounding.TRUNCATE: False,
        }[self.rounding]
        return self.lowest + (steps + up) * self.step


def require_whole(parts: tuple[Part, ...]) -> None:
    """Hold the parts to sum to 100.00 %, each named once, one at most with process facts.

    Raises:
        InvalidArgument: they do not.
    """
    if len({part.id for part in parts}) != len(parts):
        raise InvalidArgument("each part needs a name of its own", field="parts")
    stated = [place for place, part in enumerate(parts) if part.process is not None]
    if len(stated) > 1:
        raise InvalidArgument(
            "one part says what the learning process shows", field=f"parts.{stated[1]}.process"
        )
    total = sum(part.weight for part in parts)
    if total != FULL_WEIGHT:
        raise InvalidArgument(
            f"the weights sum to {format_hundredths(total)}, "
            f"not to {format_hundredths(FULL_WEIGHT)} per cent",
            field="parts",
            facts={"total": total},
        )


def final_mark(scale: Scale, parts: tuple[Part, ...], marks: dict[str, int]) -> int:
    """The weighted mean of all parts on the scale, in hundredths.

    Raises:
        InvalidArgument: a part has no mark.
    """
    missing = sorted({part.id for part in parts} - marks.keys())
    if missing:
        raise InvalidArgument(f"no mark for: {', '.join(missing)}", field="grades")
    return scale.round(sum(part.weight * marks[part.id] for part in parts), FULL_WEIGHT)
