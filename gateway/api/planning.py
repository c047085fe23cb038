"""Before anything is decided: lint a rule, ask what would count, look for equivalent courses."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import StringConstraints

from chaincode.domain.keys import Kind
from gateway.api.dependencies import PersonDep, service
from gateway.api.documents.equivalences import EquivalenceListView
from gateway.api.documents.identifiers import OWNED, CourseId, RecordId, key_of
from gateway.api.documents.linting import LintView
from gateway.api.documents.planning import EvaluateBody, EvaluationView
from gateway.api.documents.rules import RuleBody
from gateway.api.languages import LanguageDep
from gateway.api.strict import StrictRoute
from gateway.services.recognition.equivalences import Equivalences
from gateway.services.recognition.linting import Linting
from gateway.services.recognition.planning import Planning

router = APIRouter(prefix="/v1", tags=["rules"], route_class=StrictRoute)
RuleOrSeries = Annotated[
    str,
    StringConstraints(pattern=rf"^{OWNED}(~[1-9][0-9]{{0,3}})?$", max_length=85),
    Path(description="A version, or a rule without it: the version in force on the day."),
]


@router.post("/rules:lint")
async def lint_rule(
    body: RuleBody,
    person: PersonDep,
    linting: Annotated[Linting, Depends(service(Linting))],
    language: LanguageDep,
    series: Annotated[
        RecordId | None, Query(description="The rule that it is to be the next version of.")
    ] = None,
) -> LintView:
    """What you should know of a rule before you propose it (a registrar or supervisor).

    Parts that nothing reaches, gaps in tables, demands that contradict; with `series`, what it
    changes against the version in force, and which of your own decisions it would have made
    differently. The body is the rule document, at most 512 KiB.
    """
    report = await linting.lint(
        person, body, series=key_of(Kind.SERIES, series) if series else None
    )
    return LintView.of(report, language)


@router.post("/rules/{rule}:evaluate")
async def evaluate_rule(
    rule: RuleOrSeries,
    body: EvaluateBody,
    person: PersonDep,
    planning: Annotated[Planning, Depends(service(Planning))],
    language: LanguageDep,
) -> EvaluationView:
    """What would count? Nothing is recorded.

    `rule` is a version of a rule, or a rule without a number: its version in force on the day.
    """
    kind = Kind.SERIES if rule.count("~") == 1 else Kind.RULE
    answer = await planning.evaluate(person, key_of(kind, rule), body.to_plan())
    return EvaluationView.of(answer, language)


@router.get("/equivalences")
async def list_equivalences(
    person: PersonDep,
    equivalences: Annotated[Equivalences, Depends(service(Equivalences))],
    language: LanguageDep,
    course: Annotated[CourseId, Query(description="A course of your own university's.")],
) -> EquivalenceListView:
    """Which courses of others count for a course of this university, by the rules in force."""
    del person
    return EquivalenceListView.of(await equivalences.of(key_of(Kind.COURSE, course)), language)
