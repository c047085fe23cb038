"""Notices as REST shows them: what was, what is, and where the decision stands now."""

from collections.abc import Mapping
from typing import Self

from chaincode.domain.decision import DecisionOutcome, DecisionStatus
from chaincode.domain.keys import Kind, split_key
from chaincode.domain.recognition.codes import Code, Finding
from chaincode.domain.values import Instant, RandomId, Value
from gateway.api.documents.decisions import RevisionNumber
from gateway.api.documents.identifiers import CourseId, RecordId, identifier_of
from gateway.api.documents.stale import ChangedView
from gateway.api.documents.verdicts import RecognisedView
from gateway.services.inbox import InboxItem, InboxPage
from gateway.services.recognition.difference import Difference, Side
from gateway.services.recognition.notices import ChangedCredit, CreditsChanged


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


class ChangedCreditView(Value):
    """What became of one credit."""

    credit: RecordId
    course: CourseId
    title: str
    """Of the course; empty while this peer does not show it."""
    changes: tuple[ChangedView, ...]
    """The earliest first."""

    @classmethod
    def of(cls, found: ChangedCredit, titles: Mapping[str, str]) -> Self:
        """Show one; `titles` of courses by ledger key."""
        return cls(
            credit=identifier_of(found.enrolment),
            course=identifier_of(found.course),
            title=titles.get(found.course, ""),
            changes=tuple(map(ChangedView.of, found.changes)),
        )


class NoticeView(Value):
    """A decision that says something else than before, or credits that are worth something else.

    The first has `revision`, `before` and `after`; the second `credits`: of an agreement that is
    not decided on yet, or of a degree that was granted with them.
    """

    id: RandomId
    created_at: Instant
    seen_at: Instant | None
    decision: RecordId | None
    application: RandomId | None
    agreement: RecordId | None
    """The learning agreement that the decision fulfilled, or that rests on the credits."""
    revision: RevisionNumber | None
    before: SideView | None
    after: SideView | None
    credits: tuple[ChangedCreditView, ...]
    status: DecisionStatus | None
    """Of the decision now; null where there is none, or this peer does not show it."""
    holds: DecisionOutcome | None
    granted: bool
    """A degree was granted with one of the credits: it keeps what it used."""

    @classmethod
    def of(cls, item: InboxItem) -> Self:
        """Show an item."""
        notice, news, application = item.notice, item.news, item.application
        decided = split_key(notice.decision).kind is Kind.DECISION
        agreement = notice.decision
        if decided:
            agreement = (application.agreement if application else None) or ""
        different = news if isinstance(news, Difference) else None
        changed = news.credits if isinstance(news, CreditsChanged) else ()
        return cls(
            id=notice.id,
            created_at=notice.created_at.replace(microsecond=0),
            seen_at=notice.seen_at.replace(microsecond=0) if notice.seen_at else None,
            decision=identifier_of(notice.decision) if decided else None,
            application=application.id if application else None,
            agreement=identifier_of(agreement) or None,
            revision=different.number if different else None,
            before=SideView.of(different.before, item.titles) if different else None,
            after=SideView.of(different.after, item.titles) if different else None,
            credits=tuple(ChangedCreditView.of(one, item.titles) for one in changed),
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
