"""Decisions as REST shows them: revisions, what is recognised, and why."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field

from chaincode.domain.decision import (
    MAX_REVISIONS,
    Confirmation,
    ConfirmationReason,
    Decision,
    DecisionOutcome,
    DecisionStatus,
    DecisionTrigger,
    Revision,
)
from chaincode.domain.recognition.sentences import Language
from chaincode.domain.values import Digest, Instant, RandomId, Value, Version
from gateway.api.documents.identifiers import (
    CourseId,
    ProgrammeId,
    RecordId,
    RuleId,
    identifier_of,
)
from gateway.api.documents.verdicts import ExplanationView, RecognisedView
from gateway.services.recognition.decisions import DecisionInView, DecisionPage
from gateway.services.recognition.replay import NotReplayed, Replayed

RevisionNumber = Annotated[int, Field(ge=1, le=MAX_REVISIONS)]


class ConfirmDecisionBody(Value):
    """A registrar's word on the last revision of the decision as seen."""

    expected_version: Version
    outcome: Annotated[DecisionOutcome, Field(strict=False)]
    reason: Annotated[ConfirmationReason, Field(strict=False)]


class ConfirmationView(Value):
    """What a registrar said."""

    outcome: DecisionOutcome
    reason: ConfirmationReason
    by: RecordId
    at: Instant

    @classmethod
    def of(cls, word: Confirmation) -> Self:
        """Show it."""
        return cls(outcome=word.outcome, reason=word.reason, by=identifier_of(word.by), at=word.at)


class RevisionView(Value):
    """One time that the rule was applied."""

    number: RevisionNumber
    decided_on: date
    outcome: DecisionOutcome
    trigger: DecisionTrigger
    automatic: bool
    differs: bool
    by: str
    at: Instant
    explanation_commitment: Digest
    confirmation: ConfirmationView | None

    @classmethod
    def of(cls, revision: Revision) -> Self:
        """Show it as the ledger has it."""
        return cls(
            number=revision.number,
            decided_on=revision.computed.decided_on,
            outcome=revision.computed.outcome,
            trigger=revision.trigger,
            automatic=revision.computed.automatic,
            differs=revision.differs,
            by=revision.by,
            at=revision.at,
            explanation_commitment=revision.computed.explanation_commitment,
            confirmation=ConfirmationView.of(revision.confirmation)
            if revision.confirmation
            else None,
        )


class DecisionSummary(Value):
    """A decision as the ledger has it. `holds` is what stands now; null until something has."""

    id: RecordId
    version: Version
    decider: str
    rule: RuleId
    evaluator: int
    programme: ProgrammeId
    status: DecisionStatus
    holds: DecisionOutcome | None
    revisions: tuple[RevisionView, ...]

    @classmethod
    def of(cls, decision: Decision) -> Self:
        """Show the record."""
        return cls(**_record(decision))


class DecisionView(DecisionSummary):
    """A decision with its reasons, as far as this gateway knows them.

    `items`, `missing` and `explanation` are of the revision `explained`; null where this gateway
    was not told.
    """

    application: RandomId
    explained: RevisionNumber | None
    items: tuple[RecognisedView, ...] | None
    missing: tuple[CourseId, ...] | None
    explanation: ExplanationView | None

    @classmethod
    def shown(cls, found: DecisionInView, language: Language) -> Self:
        """Show a decision in a language."""
        verdict, titles = found.verdict, found.titles
        items = missing = explanation = None
        if verdict is not None:
            items = tuple(RecognisedView.of(item, titles) for item in verdict.items)
            missing = tuple(map(identifier_of, verdict.missing))
            explanation = ExplanationView.of(verdict.explanation, language, titles)
        return cls(
            **_record(found.decision),
            application=found.application.id,
            explained=found.number,
            items=items,
            missing=missing,
            explanation=explanation,
        )


class DecisionList(Value):
    """Decisions of this member."""

    decisions: tuple[DecisionSummary, ...]
    next: str | None

    @classmethod
    def of(cls, page: DecisionPage) -> Self:
        """Show a page."""
        return cls(decisions=tuple(map(DecisionSummary.of, page.decisions)), next=page.after)


class ReplayedView(Value):
    """What became of one revision: null where it could not be checked, for the `reason` given."""

    number: RevisionNumber
    identical: bool | None
    reason: NotReplayed | None
    differences: tuple[str, ...]


class ReplayView(Value):
    """Every revision, repeated from its facts by the rule and evaluator that it was made with."""

    decision: RecordId
    rule: RuleId
    rule_digest: Digest
    evaluator: int
    identical: bool | None
    """All are; null where none differs and one could not be checked."""
    revisions: tuple[ReplayedView, ...]

    @classmethod
    def of(cls, decision: Decision, found: Sequence[Replayed]) -> Self:
        """Show a replay."""
        answers = {one.identical for one in found}
        return cls(
            decision=identifier_of(decision.key),
            rule=identifier_of(decision.rule),
            rule_digest=decision.rule_digest,
            evaluator=decision.evaluator,
            identical=False if False in answers else None if None in answers else True,
            revisions=tuple(
                ReplayedView(
                    number=one.number,
                    identical=one.identical,
                    reason=one.reason,
                    differences=one.differences,
                )
                for one in found
            ),
        )


def _record(decision: Decision) -> dict[str, Any]:
    return {
        "id": identifier_of(decision.key),
        "version": decision.version,
        "decider": decision.decider,
        "rule": identifier_of(decision.rule),
        "evaluator": decision.evaluator,
        "programme": identifier_of(decision.programme),
        "status": decision.status,
        "holds": decision.holds,
        "revisions": tuple(map(RevisionView.of, decision.revisions)),
    }
