"""What is asked about a programme, and the answer: codes and amounts, no sentences."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from chaincode.domain.qualification.days import Day
from chaincode.domain.qualification.programme import CreditSum, Traits
from chaincode.domain.qualification.term import AcademicYear
from chaincode.domain.values import Slug, Value

Label = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9/.-]{0,119}$")]
Amount = Annotated[int, Field(ge=0)]
"""Credits in hundredths."""


class EarnedCredit(Value):
    """A credit that is presented towards a programme.

    The year and the term are those of the learner's home, None where neither applies, as for a
    certificate of vocation; the institution is None where there was none.
    """

    key: Label
    amount: CreditSum
    groups: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=50)]
    """The groups of the programme in which it may count; it counts once."""
    awarded_on: Day
    academic_year: AcademicYear | None = None
    term: Label | None = None
    institution: Label | None = None
    traits: Traits = ()


class RequirementKind(StrEnum):
    """What a programme demands."""

    TOTAL = "total"
    GROUP = "group"
    MINIMUM = "minimum"
    HOME = "home"


class RequirementFinding(Value):
    """One demand, and how far what counts fulfils it."""

    kind: RequirementKind
    id: Slug | None
    demanded: Amount
    found: Amount
    missing: Amount


class LimitFinding(Value):
    """One limit in one year, term or institution, or (`of` None) in the whole degree."""

    id: Slug
    of: Label | None
    at_most: Amount
    presented: Amount
    counted: Amount


class DropReason(StrEnum):
    """Why a credit, or a part of it, does not count."""

    LIMIT = "limit"
    NO_GROUP = "no-group"
    """The programme has none of its groups."""


class Drop(Value):
    """A reason; a limit is named with the year, term or institution in which it is reached."""

    reason: DropReason
    limit: Slug | None = None
    of: Label | None = None


class Use(Value):
    """So much of a credit counts in a group."""

    group: Slug
    amount: Amount


class CreditFinding(Value):
    """What became of one credit: `presented` is `counted` and `dropped` together."""

    key: Label
    presented: Amount
    counted: Amount
    dropped: Amount
    uses: tuple[Use, ...]
    drops: tuple[Drop, ...]


class Completion(Value):
    """Whether credits fulfil a programme, which of them count, and what is missing."""

    fulfilled: bool
    presented: Amount
    counted: Amount
    requirements: tuple[RequirementFinding, ...]
    limits: tuple[LimitFinding, ...]
    """All limits that some credit falls under, reached or not."""
    credits: tuple[CreditFinding, ...]
    """In the order of their keys."""

    @property
    def missing(self) -> tuple[RequirementFinding, ...]:
        """The demands that are not fulfilled."""
        return tuple(one for one in self.requirements if one.missing)
