"""Plans as REST takes them, and what would count of them."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field

from chaincode.domain.decision import DecisionOutcome
from chaincode.domain.keys import Kind
from chaincode.domain.qualification.days import Day
from chaincode.domain.qualification.shares import Load
from chaincode.domain.recognition.sentences import Language
from chaincode.domain.values import MspId, Value
from gateway.api.documents.decimals import CreditsText, CreditSumText, MarkText
from gateway.api.documents.identifiers import (
    CourseId,
    ProgrammeId,
    RecordId,
    RuleId,
    identifier_of,
    key_of,
)
from gateway.api.documents.verdicts import ExplanationView, RecognisedView
from gateway.services.recognition.plan import Assumption, Plan, PlannedCourse, PlannedTerm
from gateway.services.recognition.planning import Answer


class PlannedCourseBody(Value):
    """A course that you think of taking; without a mark, what asks for one is not known."""

    course: CourseId
    mark: MarkText | None = None
    credits: CreditsText | None = None
    """The course's own unless said."""


class PlannedTermBody(Value):
    """The decider's term that all of it falls in, and everything that you take in it."""

    term: RecordId
    courses: Annotated[int, Field(ge=0, le=1_000)]
    credits: CreditSumText


class EvaluateBody(Value):
    """Courses to be, own credits, or both."""

    plan: Annotated[tuple[PlannedCourseBody, ...], Field(max_length=64, strict=False)] = ()
    credits: Annotated[tuple[RecordId, ...], Field(max_length=64, strict=False)] = ()
    """Own credits: a student's alone."""
    decider: MspId | None = None
    """Who would decide; your own member, or the only decider, unless said."""
    programme: ProgrammeId | None = None
    term: PlannedTermBody | None = None
    wanted: Annotated[tuple[CourseId, ...], Field(max_length=64, strict=False)] | None = None
    """Home courses that shall be replaced; whatever can be unless said."""
    on: Day | None = None
    """The day of the decision, today unless said."""

    def to_plan(self) -> Plan:
        """The plan with ledger keys."""
        term = self.term
        return Plan(
            courses=tuple(
                PlannedCourse(key_of(Kind.COURSE, one.course), one.mark, one.credits)
                for one in self.plan
            ),
            credits=tuple(key_of(Kind.ENROLMENT, one) for one in self.credits),
            decider=self.decider,
            programme=key_of(Kind.PROGRAMME, self.programme) if self.programme else None,
            term=PlannedTerm(
                key_of(Kind.TERM, term.term), Load(courses=term.courses, credits=term.credits)
            )
            if term
            else None,
            wanted=None
            if self.wanted is None
            else tuple(key_of(Kind.COURSE, one) for one in self.wanted),
            on=self.on,
        )


class EvaluationView(Value):
    """What would count; nothing is recorded, and nothing is promised."""

    rule: RuleId
    decider: str
    on: date
    outcome: DecisionOutcome
    items: tuple[RecognisedView, ...]
    """What would be recognised, or a person could confirm."""
    missing: tuple[CourseId, ...]
    """The wanted home courses that are not among them."""
    explanation: ExplanationView
    assumed: tuple[Assumption, ...]
    """What is taken for granted."""

    @classmethod
    def of(cls, answer: Answer, language: Language) -> Self:
        """Show an answer."""
        verdict, titles = answer.verdict, answer.titles
        return cls(
            rule=identifier_of(answer.rule.key),
            decider=answer.decider,
            on=answer.on,
            outcome=verdict.outcome,
            items=tuple(RecognisedView.of(item, titles) for item in verdict.items),
            missing=tuple(map(identifier_of, verdict.missing)),
            explanation=ExplanationView.of(verdict.explanation, language, titles),
            assumed=answer.assumed,
        )
