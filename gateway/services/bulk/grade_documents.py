"""What a plan of grades is asked for with, and what it says of each student."""

from typing import Annotated, Final

from pydantic import Field

from chaincode.domain.caller import Role
from chaincode.domain.grade import GradeReason
from chaincode.domain.grading import Scale
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import EnrolmentKey
from chaincode.domain.values import Mark, MspId, Number, Slug, Value, Version
from gateway.model.bulk import BulkKind
from gateway.services.bulk.plan import MAX_ITEMS, Effect, Kind, PlanItem
from gateway.services.bulk.selecting import Selection

SAME: Final = 10_000
"""A factor of 1, in ten-thousandths."""


class AskedGrade(Value):
    """One student's new grade."""

    enrolment: EnrolmentKey
    part: Slug
    mark: Annotated[Mark, Field(repr=False)]
    reason: GradeReason


class GradeRule(Value):
    """How every grade of a part is computed anew: old mark times `factor` plus `offset`.

    The result comes onto the scale's steps by the scale's own rounding.
    """

    part: Slug
    factor: Annotated[int, Field(ge=0, le=10 * SAME)] = SAME
    """Ten-thousandths: 10500 is 1.05."""
    offset: Annotated[int, Field(ge=-100_000, le=100_000)] = 0
    """Hundredths of a point."""
    clamp: bool = False
    """Whether what leaves the scale comes to its end, instead of not being changed."""
    reason: GradeReason

    def applied(self, scale: Scale, mark: int) -> int | None:
        """The new mark in hundredths; None outside the scale."""
        found = scale.round(mark * self.factor + self.offset * SAME, SAME)
        if self.clamp:
            return min(max(found, scale.lowest), scale.highest)
        return found if scale.lowest <= found <= scale.highest else None


class AskedGrades(Selection):
    """A list of grades, or a rule and what it is for: by when the part was graded last."""

    grades: Annotated[tuple[AskedGrade, ...], Field(min_length=1, max_length=MAX_ITEMS)] | None = (
        None
    )
    rule: GradeRule | None = None


class GradeItem(PlanItem):
    """One student's grade of one part."""

    part: Slug
    reason: GradeReason
    before: Annotated[Mark | None, Field(repr=False)]
    after: Annotated[Mark | None, Field(repr=False)]
    """None where the rule leads outside the scale, or the old mark is not known."""
    grade_version: Version
    work_number: Number | None
    """The work that is graded: the latest."""
    reviewed: bool
    """An offline grade: a registrar of the teaching university reviews it before it counts."""
    home: MspId

    @property
    def effect(self) -> Effect:
        """A grade that is the same stays as it is."""
        if self.hindrance is None and self.before == self.after:
            return Effect.UNCHANGED
        return super().effect

    def acts_on(self) -> list[JsonValue]:
        """Part, mark, reason, and what they were decided on."""
        return [
            self.part,
            self.after,
            self.reason.value,
            self.grade_version,
            self.work_number,
            self.awarded,
        ]


GRADES: Final = Kind(BulkKind.GRADES, Role.TEACHER, AskedGrades, GradeItem)
