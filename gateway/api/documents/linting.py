"""What the linter says of a rule, as REST shows it."""

from typing import Any, Self

from chaincode.domain.decision import DecisionOutcome
from chaincode.domain.recognition.codes import Code, Finding
from chaincode.domain.recognition.lint_cases import Said
from chaincode.domain.recognition.lint_changes import ChangeKind, RuleChange
from chaincode.domain.recognition.lint_codes import LintCode, LintFinding, Severity
from chaincode.domain.recognition.lint_sentences import lint_sentence
from chaincode.domain.recognition.sentences import Language
from chaincode.domain.values import Value
from gateway.api.documents.identifiers import RecordId, RuleId, identifier_of, shown
from gateway.api.documents.verdicts import RecognisedView
from gateway.api.schemas import JsonObject
from gateway.services.recognition.linting import LintReport, PastCases, PastDecision


class LintCounts(Value):
    """How many findings there are, shown or not."""

    error: int
    warning: int
    notice: int


class LintFindingView(Value):
    """One finding; `path` leads through the document."""

    severity: Severity
    code: LintCode
    path: str
    sentence: str
    values: JsonObject
    """What the sentence quotes."""

    @classmethod
    def of(cls, found: LintFinding, language: Language) -> Self:
        """Show a finding."""
        return cls(
            severity=found.severity,
            code=found.code,
            path=found.path,
            sentence=lint_sentence(found, language),
            values=dict(found.values),
        )


class RuleChangeView(Value):
    """One part that differs: mappings by id, courses by key, demands by kind."""

    kind: ChangeKind
    path: tuple[str, ...]
    before: Any
    after: Any

    @classmethod
    def of(cls, change: RuleChange) -> Self:
        """Show a change."""
        return cls(kind=change.kind, path=change.path, before=change.before, after=change.after)


class SaidView(Value):
    """One line of an explanation, without its numbers."""

    code: Code
    about: str | None
    finding: Finding

    @classmethod
    def of(cls, said: Said) -> Self:
        """Show a line."""
        about = None if said.about is None else str(shown(said.about))
        return cls(code=said.code, about=about, finding=said.finding)


class PastDecisionView(Value):
    """A decision that the rule would have made differently, and what would differ."""

    decision: RecordId
    rule: RuleId
    outcome_before: DecisionOutcome
    outcome_after: DecisionOutcome
    items_before: tuple[RecognisedView, ...]
    items_after: tuple[RecognisedView, ...]
    said_before: tuple[SaidView, ...]
    said_after: tuple[SaidView, ...]

    @classmethod
    def of(cls, past: PastDecision) -> Self:
        """Show a difference."""
        found = past.difference
        return cls(
            decision=identifier_of(past.decision),
            rule=identifier_of(past.rule),
            outcome_before=found.outcome_before,
            outcome_after=found.outcome_after,
            items_before=tuple(RecognisedView.of(item, {}) for item in found.items_before),
            items_after=tuple(RecognisedView.of(item, {}) for item in found.items_after),
            said_before=tuple(map(SaidView.of, found.said_before)),
            said_after=tuple(map(SaidView.of, found.said_after)),
        )


class PastCasesView(Value):
    """The member's own decisions by this rule, tried again."""

    considered: int
    different: int
    decisions: tuple[PastDecisionView, ...]

    @classmethod
    def of(cls, past: PastCases) -> Self:
        """Show counts and the first of those that differ."""
        return cls(
            considered=past.considered,
            different=past.different,
            decisions=tuple(map(PastDecisionView.of, past.decisions)),
        )


class LintView(Value):
    """All that was found; lists hold at most 500, the counts count all."""

    counts: LintCounts
    findings: tuple[LintFindingView, ...]
    against: RuleId | None
    """The version that it is compared with."""
    changed: int
    changes: tuple[RuleChangeView, ...]
    past: PastCasesView

    @classmethod
    def of(cls, report: LintReport, language: Language) -> Self:
        """Show a report."""
        return cls(
            counts=LintCounts(**{one.value: number for one, number in report.counts.items()}),
            findings=tuple(LintFindingView.of(found, language) for found in report.findings),
            against=None if report.against is None else identifier_of(report.against),
            changed=report.changed,
            changes=tuple(map(RuleChangeView.of, report.changes)),
            past=PastCasesView.of(report.past),
        )
