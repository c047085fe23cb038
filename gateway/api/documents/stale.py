"""Recognitions that ignore a change, as REST shows them."""

from typing import Any, Final, Self

from chaincode.domain.redemption import RedemptionStatus
from chaincode.domain.values import Instant, MspId, Number, Value, Version
from gateway.api.documents.decimals import Amount
from gateway.api.documents.identifiers import ProgrammeId, RecordId, RuleId, identifier_of
from gateway.services.recognition.changes import Change, Changed
from gateway.services.recognition.stale import StalePage
from gateway.services.recognition.staleness import Stale


class ChangedView(Value):
    """What became of the credit after the decision."""

    what: Change
    at: Instant
    by: MspId
    record: str
    """Kind and id of the record that says so."""
    version: Version

    @classmethod
    def of(cls, changed: Changed) -> Self:
        """Show a change."""
        kind = changed.key.partition("/")[0]
        return cls(
            what=changed.what,
            at=changed.at,
            by=changed.by,
            record=f"{kind}/{identifier_of(changed.key)}",
            version=changed.version,
        )


class StaleView(Value):
    """A use of a credit whose decision does not know what the credit is worth now."""

    credit: RecordId
    permission: Number
    member: MspId
    """Who decided."""
    programme: ProgrammeId
    rule: RuleId
    amount: Amount
    status: RedemptionStatus
    since: Instant
    changes: tuple[ChangedView, ...]
    decisions: tuple[RecordId, ...]
    """The decision; or at most twenty of those of which it is one; none where none is recorded."""
    among: int
    certain: bool
    """Whether this very one is; else fewer were decided again than there are students concerned,
    or a registrar's own judgement may stand behind it."""

    @classmethod
    def of(cls, found: Stale) -> Self:
        """Show one."""
        entry = found.used.entry
        return cls(
            credit=identifier_of(found.used.holding.enrolment.key),
            permission=entry.number,
            member=entry.redeemer,
            programme=identifier_of(entry.programme),
            rule=identifier_of(entry.rule),
            amount=entry.amount,
            status=entry.status,
            since=found.changes[0].at,
            changes=tuple(map(ChangedView.of, found.changes)),
            decisions=tuple(map(identifier_of, found.decisions)),
            among=found.among,
            certain=found.certain,
        )


class StaleList(Value):
    """Some of them, in the order of the credits."""

    stale: tuple[StaleView, ...]
    unreadable: tuple[RecordId, ...]
    """Credits whose records are not what they should be."""
    next: RecordId | None
    """Ask again with it as `after`: there are more credits, though none of them may be stale."""

    @classmethod
    def of(cls, page: StalePage) -> Self:
        """Show a page."""
        return cls(
            stale=tuple(map(StaleView.of, page.items)),
            unreadable=tuple(map(identifier_of, page.unreadable)),
            next=None if page.after is None else identifier_of(page.after),
        )


_ID: Final = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
EXAMPLE: Final[dict[str, Any]] = {
    "stale": [
        {
            "credit": f"betaMSP~{_ID}",
            "permission": 1,
            "member": "gammaMSP",
            "programme": f"gammaMSP~{_ID}~1",
            "rule": f"gammaMSP~{_ID}~2",
            "amount": "6.00",
            "status": "redeemed",
            "since": "2026-11-20T09:12:00Z",
            "changes": [
                {
                    "what": "corrected",
                    "at": "2026-11-20T09:12:00Z",
                    "by": "alphaMSP",
                    "record": f"credit/betaMSP~{_ID}",
                    "version": 4,
                }
            ],
            "decisions": [f"gammaMSP~{_ID}"],
            "among": 1,
            "certain": True,
        }
    ],
    "unreadable": [],
    "next": None,
}
