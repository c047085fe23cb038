"""Progress towards a degree as REST shows it."""

from typing import Self

from chaincode.domain.qualification.findings import (
    Completion,
    CreditFinding,
    DropReason,
    RequirementKind,
)
from chaincode.domain.values import Slug, Value
from gateway.api.documents.decimals import Amount
from gateway.api.documents.identifiers import CourseId, ProgrammeId, RecordId, identifier_of
from gateway.services.recognition.earned import Presented, Use
from gateway.services.recognition.progress import ProgressInView


class RequirementView(Value):
    """One demand of the programme, and how far what counts fulfils it."""

    kind: RequirementKind
    id: Slug | None
    demanded: Amount
    found: Amount
    missing: Amount


class LimitView(Value):
    """One limit in one year, term or institution, or (`of` null) in the whole degree."""

    id: Slug
    of: str | None
    at_most: Amount
    presented: Amount
    counted: Amount


class UseView(Value):
    """So much of a credit counts in a group."""

    group: Slug
    amount: Amount


class DropView(Value):
    """Why a part does not count; a limit is named with the year, term or institution."""

    reason: DropReason
    limit: Slug | None
    of: str | None


class PresentedView(Value):
    """One credit towards the programme: what of it counts where, and why a part does not."""

    use: Use
    decision: RecordId | None
    course: CourseId
    """What is replaced at the decider; of an open credit, the course that it was earned in."""
    credits: tuple[RecordId, ...]
    groups_known: bool
    """If not, it may count in all groups."""
    term_known: bool
    """If not, limits by term and by academic year let it pass."""
    presented: Amount
    counted: Amount
    dropped: Amount
    uses: tuple[UseView, ...]
    drops: tuple[DropView, ...]

    @classmethod
    def of(cls, presented: Presented, finding: CreditFinding) -> Self:
        """Show a finding with what it is about."""
        return cls(
            use=presented.use,
            decision=identifier_of(presented.decision) if presented.decision else None,
            course=identifier_of(presented.course),
            credits=tuple(map(identifier_of, presented.credits)),
            groups_known=presented.groups_known,
            term_known=presented.term_known,
            presented=finding.presented,
            counted=finding.counted,
            dropped=finding.dropped,
            uses=tuple(UseView(**dict(one)) for one in finding.uses),
            drops=tuple(
                DropView(reason=one.reason, limit=one.limit, of=_label(one.of))
                for one in finding.drops
            ),
        )


class CompletionView(Value):
    """Whether credits fulfil the programme, which of them count, and what is missing."""

    fulfilled: bool
    presented: Amount
    counted: Amount
    requirements: tuple[RequirementView, ...]
    limits: tuple[LimitView, ...]
    credits: tuple[PresentedView, ...]

    @classmethod
    def of(cls, found: Completion, view: ProgressInView) -> Self:
        """Show a completion."""
        return cls(
            fulfilled=found.fulfilled,
            presented=found.presented,
            counted=found.counted,
            requirements=tuple(RequirementView(**dict(one)) for one in found.requirements),
            limits=tuple(LimitView(**{**dict(one), "of": _label(one.of)}) for one in found.limits),
            credits=tuple(PresentedView.of(view.presented[one.key], one) for one in found.credits),
        )


class SetAsideView(Value):
    """What was redeemed and does not count: the credit is suspended, revoked or failed."""

    decision: RecordId
    course: CourseId
    credits: tuple[RecordId, ...]
    amount: Amount


class ProgressView(Value):
    """How far somebody is: `now` by what is redeemed, `with_open` with all open credits too."""

    programme: ProgrammeId
    title: str
    total: Amount
    now: CompletionView
    with_open: CompletionView
    set_aside: tuple[SetAsideView, ...]

    @classmethod
    def of(cls, view: ProgressInView) -> Self:
        """Show it."""
        content = view.programme.content
        return cls(
            programme=identifier_of(view.programme.key),
            title=content.title,
            total=content.total,
            now=CompletionView.of(view.now, view),
            with_open=CompletionView.of(view.with_open, view),
            set_aside=tuple(
                SetAsideView(
                    decision=identifier_of(one.decision),
                    course=identifier_of(one.course),
                    credits=tuple(map(identifier_of, one.credits)),
                    amount=one.earned.amount,
                )
                for one in view.presented.values()
                if one.use is Use.SET_ASIDE and one.decision
            ),
        )


def _label(of: str | None) -> str | None:
    """Terms have ids outside; years and institutions are shown as they are."""
    return identifier_of(of) if of is not None and of.startswith("term/") else of
