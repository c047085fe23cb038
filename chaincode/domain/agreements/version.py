"""One version of a learning agreement: proposed, answered by three, in force or not."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self, cast

from pydantic import Field

from chaincode.domain import canonical
from chaincode.domain.agreements.answers import Answer, Answers, Party
from chaincode.domain.agreements.purpose import Purpose
from chaincode.domain.agreements.tables import HomeCourses, HostCourses, Tables
from chaincode.domain.errors import InvalidArgument
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import AccountKey
from chaincode.domain.values import Digest, Instant, Value, format_instant

MAX_VERSIONS = 32
PARTY_VERSIONS = 10
"""So many of them each party may propose: nobody uses up what the two others need."""


class VersionKind(StrEnum):
    """What a version is for."""

    FIRST = "first"
    """Nothing is agreed yet."""
    CHANGE = "change"
    CANCEL = "cancel"
    """The end of the agreement: its tables are empty."""


class LateReason(StrEnum):
    """Why a change comes after the window (the reasons of the Erasmus+ learning agreement)."""

    COURSE_NOT_AVAILABLE = "course-not-available"
    OTHER_LANGUAGE = "other-language"
    TIMETABLE_CONFLICT = "timetable-conflict"
    SUBSTITUTION = "substitution"
    LONGER_STAY = "longer-stay"
    OTHER = "other"


class VersionStatus(StrEnum):
    """proposed → in-force → superseded; proposed → refused | lapsed | withdrawn."""

    PROPOSED = "proposed"
    IN_FORCE = "in-force"
    SUPERSEDED = "superseded"
    REFUSED = "refused"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class Proposal(Value):
    """What somebody wants agreed."""

    kind: VersionKind
    tables: Tables
    late_reason: LateReason | None
    answer_by: Instant

    def require_whole(self, at: datetime, *, latest_answer: datetime) -> None:
        """Hold a proposal to what each kind of version has, and to a deadline.

        Raises:
            InvalidArgument: tables of a cancellation, none of another, or another deadline.
        """
        if self.kind is not VersionKind.CANCEL:
            self.tables.require_whole()
        elif not self.tables.empty:
            raise InvalidArgument("a cancellation has empty tables", field="table_a")
        if not at < self.answer_by <= latest_answer:
            raise InvalidArgument(
                f"answers are due after the proposal, by {format_instant(latest_answer)}",
                field="answer_by",
                facts={"latest": format_instant(latest_answer)},
            )


class AgreementVersion(Value):
    """One version, with what each party said to it."""

    number: Annotated[int, Field(ge=1, le=MAX_VERSIONS)]
    kind: VersionKind
    table_a: HostCourses
    table_b: HomeCourses
    digest: Digest
    """Of what is agreed upon: `content_digest`."""
    late_reason: LateReason | None
    proposed_by: AccountKey
    proposed_at: Instant
    answer_by: Instant
    approvals: Answers
    status: VersionStatus

    @classmethod
    def proposed(
        cls,
        agreement: str,
        purpose: Purpose,
        number: int,
        proposal: Proposal,
        *,
        by: str,
        parties: Collection[Party],
        at: datetime,
        margin: timedelta,
    ) -> Self:
        """A proposal becomes a version; who proposes approves.

        Raises:
            InvalidArgument: the tables, the deadline or the reason for being late do not fit.
        """
        proposal.require_whole(at, latest_answer=purpose.changes.latest_answer(at))
        proposal.tables.require_owners(host=purpose.host, home=purpose.home)
        late = proposal.late_reason is not None
        purpose.changes.require_reasoned(at, reason=late, margin=margin)
        approval = Answer(approve=True, reason=None, by=by, at=at)
        digest = content_digest(
            agreement,
            purpose,
            number,
            kind=proposal.kind,
            tables=proposal.tables,
            late_reason=proposal.late_reason,
        )
        return cls(
            number=number,
            kind=proposal.kind,
            table_a=proposal.tables.table_a,
            table_b=proposal.tables.table_b,
            digest=digest,
            late_reason=proposal.late_reason,
            proposed_by=by,
            proposed_at=at,
            answer_by=proposal.answer_by,
            approvals=Answers().given(approval, parties),
            status=VersionStatus.PROPOSED,
        )

    @property
    def proposers(self) -> frozenset[Party]:
        """The parties for which the proposer spoke."""
        given = ((party, self.approvals.of(party)) for party in Party)
        return frozenset(party for party, one in given if one and one.by == self.proposed_by)

    @property
    def tables(self) -> Tables:
        """Both tables."""
        return Tables(table_a=self.table_a, table_b=self.table_b)

    def standing(self, at: datetime, *, margin: timedelta) -> VersionStatus:
        """The status at a time: who answers nothing in time lets a proposal lapse."""
        waits = self.status is VersionStatus.PROPOSED
        return VersionStatus.LAPSED if waits and at > self.answer_by + margin else self.status

    def awaited(self, at: datetime, *, margin: timedelta) -> tuple[Party, ...]:
        """Whose answers it waits for at a time; nobody's where it waits no more."""
        waits = self.standing(at, margin=margin) is VersionStatus.PROPOSED
        return self.approvals.missing if waits else ()

    def turned(self, status: VersionStatus) -> Self:
        """The same version with another status: nothing else of a version changes."""
        return self.model_copy(update={"status": status})

    def answered(self, approvals: Answers) -> Self:
        """With these answers, and the status that follows from them."""
        if approvals.unanimous:
            status = VersionStatus.IN_FORCE
        else:
            status = VersionStatus.REFUSED if approvals.refused else VersionStatus.PROPOSED
        return self.model_copy(update={"approvals": approvals, "status": status})


def content_digest(
    agreement: str,
    purpose: Purpose,
    number: int,
    *,
    kind: VersionKind,
    tables: Tables,
    late_reason: LateReason | None,
) -> str:
    """What an approval names beside the number: SHA-256 of the canonical content.

    The agreement's key and purpose belong to it, so that no approval can be carried elsewhere.
    """
    about = {name: getattr(purpose, name) for name in Purpose.model_fields}
    content = {
        "agreement": agreement,
        **Purpose(**about).model_dump(mode="json"),
        "number": number,
        "kind": kind.value,
        "late_reason": late_reason.value if late_reason else None,
        **tables.model_dump(mode="json"),
    }
    return canonical.digest(cast("dict[str, JsonValue]", content))
