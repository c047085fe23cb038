"""Notices as REST shows them: what was, what is, and where the decision stands now."""

from collections.abc import Mapping
from typing import Self

from chaincode.domain.decision import DecisionOutcome, DecisionStatus
from chaincode.domain.recognition.codes import Code, Finding
from chaincode.domain.values import Instant, RandomId, Value
from gateway.api.documents.decisions import RevisionNumber
from gateway.api.documents.identifiers import RecordId, identifier_of
from gateway.api.documents.verdicts import RecognisedView
from gateway.services.inbox import InboxItem, InboxPage
from gateway.services.recognition.difference import Side


class ReasonView(Value):
    """A code that kept something from being recognised without more ado."""

    code: Code
    finding: Finding


class SideView(Value):
    """What one revision said."""

    outcome: DecisionOutcome
    items: tuple[RecognisedView, ...]
    reasons: tuple[ReasonView, ...]

    @classmethod
    def of(cls, side: Side, titles: Mapping[str, str]) -> Self:
        """Show one side; `titles` of home courses by ledger key."""
        return cls(
            outcome=side.outcome,
            items=tuple(RecognisedView.of(item, titles) for item in side.items),
            reasons=tuple(ReasonView(code=one.code, finding=one.finding) for one in side.reasons),
        )


class NoticeView(Value):
    """A decision that says something else than before."""

    id: RandomId
    created_at: Instant
    seen_at: Instant | None
    decision: RecordId
    application: RandomId | None
    agreement: RecordId | None
    """The learning agreement that the decision fulfilled."""
    revision: RevisionNumber
    before: SideView
    after: SideView
    status: DecisionStatus | None
    """Of the decision now; null while this peer does not show it."""
    holds: DecisionOutcome | None
    granted: bool
    """A degree was granted with one of the credits: it keeps what it used."""

    @classmethod
    def of(cls, item: InboxItem) -> Self:
        """Show an item."""
        notice, found, application = item.notice, item.difference, item.application
        agreement = application.agreement if application else None
        return cls(
            id=notice.id,
            created_at=notice.created_at.replace(microsecond=0),
            seen_at=notice.seen_at.replace(microsecond=0) if notice.seen_at else None,
            decision=identifier_of(notice.decision),
            application=application.id if application else None,
            agreement=None if agreement is None else identifier_of(agreement),
            revision=found.number,
            before=SideView.of(found.before, item.titles),
            after=SideView.of(found.after, item.titles),
            status=item.decision.status if item.decision else None,
            holds=item.decision.holds if item.decision else None,
            granted=item.granted,
        )


class InboxView(Value):
    """Notices, the latest first."""

    notices: tuple[NoticeView, ...]
    next: RandomId | None

    @classmethod
    def of(cls, page: InboxPage) -> Self:
        """Show a page."""
        return cls(notices=tuple(map(NoticeView.of, page.items)), next=page.after)
