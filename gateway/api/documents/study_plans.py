"""Study plans as REST takes and shows them."""

from typing import Annotated, Self

from pydantic import Field

from chaincode.domain.keys import Kind
from chaincode.domain.qualification.programme import Trait
from chaincode.domain.qualification.shares import Load
from chaincode.domain.values import Slug, Value
from gateway.api.documents.decimals import Amount, CreditSumText
from gateway.api.documents.identifiers import RecordId, identifier_of, key_of
from gateway.api.documents.programmes import TraitsText
from gateway.services.recognition.study_plan import (
    MAX_TERMS,
    StatedCredit,
    StatedPlan,
    StatedTerm,
)

Courses = Annotated[int, Field(ge=0, le=1_000)]


class LoadBody(Value):
    """So many courses with so many credits together."""

    courses: Courses
    credits: CreditSumText

    def load(self) -> Load:
        """The domain's form."""
        return Load(courses=self.courses, credits=self.credits)


class StatedTermBody(LoadBody):
    """All that the student takes of the programme in a term of yours, recognised included."""

    term: RecordId


class StatedCreditBody(Value):
    """The term that a credit is counted in, and in which of the programme's groups it may be."""

    credit: RecordId
    term: RecordId | None = None
    groups: Annotated[list[Slug], Field(min_length=1, max_length=50)] | None = None
    traits: TraitsText = Field(default_factory=list)
    """What no record says of it, such as `accredited`."""


class StudyPlanBody(Value):
    """What the student takes when; what is left out is not known."""

    terms: Annotated[list[StatedTermBody], Field(max_length=MAX_TERMS)] = Field(
        default_factory=list
    )
    credits: Annotated[list[StatedCreditBody], Field(max_length=64)] = Field(default_factory=list)
    degree: LoadBody | None = None

    def plan(self) -> StatedPlan:
        """The request of the use case."""
        return StatedPlan(
            terms=tuple(
                StatedTerm(term=key_of(Kind.TERM, one.term), load=one.load()) for one in self.terms
            ),
            credits=tuple(
                StatedCredit(
                    enrolment=key_of(Kind.ENROLMENT, one.credit),
                    term=key_of(Kind.TERM, one.term) if one.term else None,
                    groups=None if one.groups is None else tuple(one.groups),
                    traits=tuple(one.traits),
                )
                for one in self.credits
            ),
            degree=self.degree.load() if self.degree else None,
        )


class LoadView(Value):
    """So many courses with so many credits together."""

    courses: int
    credits: Amount


class StatedTermView(LoadView):
    """A term with what is taken in it."""

    term: RecordId


class StatedCreditView(Value):
    """A credit with its term, groups and traits."""

    credit: RecordId
    term: RecordId | None
    groups: tuple[Slug, ...] | None
    traits: tuple[Trait, ...]


class StudyPlanView(Value):
    """A plan as it was stated last; empty where nothing was."""

    terms: tuple[StatedTermView, ...]
    credits: tuple[StatedCreditView, ...]
    degree: LoadView | None

    @classmethod
    def of(cls, plan: StatedPlan | None) -> Self:
        """Show a plan."""
        shown = plan or StatedPlan()
        degree = shown.degree
        return cls(
            terms=tuple(
                StatedTermView(
                    term=identifier_of(one.term),
                    courses=one.load.courses,
                    credits=one.load.credits,
                )
                for one in shown.terms
            ),
            credits=tuple(
                StatedCreditView(
                    credit=identifier_of(one.enrolment),
                    term=identifier_of(one.term) if one.term else None,
                    groups=one.groups,
                    traits=one.traits,
                )
                for one in shown.credits
            ),
            degree=LoadView(courses=degree.courses, credits=degree.credits) if degree else None,
        )
