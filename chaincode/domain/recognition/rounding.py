"""Rounding of exact fractions, as a part of a rule."""

from fractions import Fraction
from typing import Annotated

from pydantic import Field

from chaincode.domain.grading import Rounding
from chaincode.domain.recognition.amounts import Clause


class RoundTo(Clause):
    """How a grade is rounded, and to how many digits after the point."""

    mode: Rounding
    digits: Annotated[int, Field(ge=0, le=2)]

    def apply(self, hundredths: Fraction) -> int:
        """Round an exact grade, given in hundredths, to hundredths.

        Half up goes towards the larger number, whichever end of the scale is better.
        """
        step = (100, 10, 1)[self.digits]
        numerator, denominator = hundredths.numerator, hundredths.denominator * step
        whole, rest = divmod(numerator, denominator)
        up = {
            Rounding.HALF_UP: 2 * rest >= denominator,
            Rounding.HALF_EVEN: 2 * rest > denominator
            or (2 * rest == denominator and whole % 2 == 1),
            Rounding.TRUNCATE: False,
        }[self.mode]
        return (whole + up) * step
