"""Shares of courses and of credits: a cap is rounded down, what is owed at least is rounded up."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from chaincode.domain.values import Value

WHOLE = 10_000
"""A share is given in hundredths of a per cent: 4000 is 40 %."""
Share = Annotated[int, Field(ge=0, le=WHOLE)]


class ShareUnit(StrEnum):
    """What a share is a share of."""

    COURSES = "courses"
    CREDITS = "credits"


class Load(Value):
    """So many courses with so many credits (hundredths) together."""

    courses: Annotated[int, Field(ge=0)] = 0
    credits: Annotated[int, Field(ge=0)] = 0

    @classmethod
    def of(cls, credits_of_courses: Iterable[int]) -> "Load":
        """The load of courses with these credits (hundredths) each."""
        each = list(credits_of_courses)
        return cls(courses=len(each), credits=sum(each))

    def by(self, unit: ShareUnit) -> int:
        """A number of courses, or of credits in hundredths."""
        return self.courses if unit is ShareUnit.COURSES else self.credits


def at_most(whole: int, share: int) -> int:
    """How much of `whole` a cap leaves, rounded down: 40 % of 4 courses is 1."""
    return whole * share // WHOLE


def at_least(whole: int, share: int) -> int:
    """How much of `whole` is owed, rounded up: half of 105 hundredths is 53."""
    return -(-whole * share // WHOLE)


def excess(part: Load, whole: Load, *, unit: ShareUnit, share: int) -> int:
    """By how much `part`, which lies in `whole`, passes its cap; 0 where it does not."""
    return max(0, part.by(unit) - at_most(whole.by(unit), share))


def shortfall(home: Load, degree: Load, *, unit: ShareUnit, share: int) -> int:
    """How much of a degree is missing at home, by the share that is owed there; 0 for none."""
    return max(0, at_least(degree.by(unit), share) - home.by(unit))
