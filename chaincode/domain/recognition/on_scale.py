"""A grade that a rule names, and the scale that it is meant on."""

from typing import Self

from pydantic import model_validator

from chaincode.domain.faults import fault
from chaincode.domain.grading import Better, Scale
from chaincode.domain.recognition.amounts import Clause, GradeAmount


class Ends(Clause):
    """The ends of a scale."""

    lowest: GradeAmount
    highest: GradeAmount

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.lowest >= self.highest:
            raise fault("highest", message="the highest grade lies above the lowest")
        return self


class OnScale(Clause):
    """A grade on the host's scale."""

    grade: GradeAmount
    better: Better
    """Which end of the host's scale is the good one; a course with the other is not judged."""
    scale: Ends | None = None
    """The scale that is meant; a course with other ends is not judged. Left out, any."""

    @model_validator(mode="after")
    def _inside(self) -> Self:
        ends = self.scale
        if ends is not None and not ends.lowest <= self.grade <= ends.highest:
            raise fault("grade", message="the grade lies outside its scale")
        return self

    def meant_on(self, scale: Scale) -> bool:
        """Whether marks of a scale can be held to this grade."""
        ends = self.scale
        named = ends is None or (ends.lowest, ends.highest) == (scale.lowest, scale.highest)
        inside = scale.lowest <= self.grade <= scale.highest
        return named and inside and scale.better is self.better

    def as_good_as(self, other: "OnScale") -> bool:
        """Whether it asks for at least as much.

        Where both name their scale, how far each grade lies from the bad end counts, as a part of
        its own scale: 14.00 of 0.00 to 20.00 is 70.00 of 100.00. Where neither does, the numbers
        count. Otherwise they cannot be compared, and it does not.
        """
        if self.scale is not None and other.scale is not None:
            own, whole = _part(self, self.scale)
            others, others_whole = _part(other, other.scale)
            return own * others_whole >= others * whole
        if self.scale is not other.scale or self.better is not other.better:
            return False
        if self.better is Better.HIGHER:
            return self.grade >= other.grade
        return self.grade <= other.grade


def _part(demand: OnScale, ends: Ends) -> tuple[int, int]:
    """How far a grade lies from the bad end of its scale, and how long the scale is."""
    above, whole = demand.grade - ends.lowest, ends.highest - ends.lowest
    return above if demand.better is Better.HIGHER else whole - above, whole
