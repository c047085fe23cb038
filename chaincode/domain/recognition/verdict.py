"""What a decision says: outcome, what is recognised, and why, as a tree of codes."""

from typing import Annotated, TypeAlias, cast

from pydantic import Field

from chaincode.domain import canonical
from chaincode.domain.decision import DecisionOutcome
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import CourseKey, EnrolmentKey
from chaincode.domain.recognition.amounts import Clause, CreditAmount, ScoreAmount
from chaincode.domain.recognition.codes import Code, Finding
from chaincode.domain.recognition.facts import Source
from chaincode.domain.values import Slug, Value

Plain: TypeAlias = str | int | bool | tuple[str, ...]
"""What a node quotes: amounts are texts such as 6.00."""
Quoted: TypeAlias = dict[str, Annotated[Plain, Field(union_mode="left_to_right")]]


class Node(Clause):
    """One line of an explanation: what was demanded, what was found, and where that stands."""

    code: Code
    finding: Finding
    about: str | None = None
    """The mapping or the course that it is about."""
    demanded: Quoted | None = None
    found: Quoted | None = None
    where: tuple[Source, ...] = ()
    children: "tuple[Node, ...]" = ()


class UsedCredit(Value):
    """How much of a credit of the host a recognition uses up: what is to be redeemed."""

    enrolment: EnrolmentKey
    course: CourseKey
    amount: CreditAmount


class Recognised(Clause):
    """One home course that is replaced, or one score; without `grade` it is passed only."""

    mapping: Slug
    home: CourseKey | None = None
    subject: Slug | None = None
    credits: CreditAmount | None = None
    grade: ScoreAmount | None = None
    """The grade at home, or the score."""
    used: Annotated[tuple[UsedCredit, ...], Field(max_length=20)]
    """The host's credits behind it, shared by the items of one mapping; none for a score."""


class Verdict(Clause):
    """The answer of an evaluator.

    `items` are what a recognition, or a person's confirmation, would bring; without either they
    are empty. `missing` are the wanted home courses that are not among them.
    """

    evaluator: int
    outcome: DecisionOutcome
    items: tuple[Recognised, ...]
    missing: tuple[CourseKey, ...]
    explanation: Node

    @property
    def credits(self) -> int:
        """All recognised credits, in hundredths."""
        return sum(item.credits or 0 for item in self.items)

    def document(self) -> dict[str, JsonValue]:
        """The JSON form, whose canonical bytes are committed and compared in a replay."""
        return cast("dict[str, JsonValue]", self.model_dump(mode="json"))

    def digest(self) -> str:
        """SHA-256 of the canonical form."""
        return canonical.digest(self.document())
