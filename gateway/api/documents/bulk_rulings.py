"""Rulings on many credits as REST takes and shows them."""

from typing import Annotated, Self

from pydantic import Field

from chaincode.domain.keys import Kind
from chaincode.domain.ruling import RulingKind, RulingReason
from chaincode.domain.values import Digest, Instant, Value
from gateway.api.documents.identifiers import CourseId, RecordId, identifier_of, key_of
from gateway.services.bulk_rulings import Plan, PlannedRuling, Selection


class PlanRulingsBody(Value):
    """Which credits, and what shall be said of them; a course, a teacher or a period at least."""

    course: CourseId | None = None
    teacher: RecordId | None = None
    """The teacher's account."""
    first: Instant | None = None
    """Awarded from then on."""
    last: Instant | None = None
    """Awarded until then."""
    ruling: Annotated[RulingKind, Field(strict=False)]
    reason: Annotated[RulingReason, Field(strict=False)]
    gives_back: bool = False

    def selection(self) -> Selection:
        """With ledger keys."""
        return Selection(
            course=None if self.course is None else key_of(Kind.COURSE, self.course),
            teacher=None if self.teacher is None else key_of(Kind.ACCOUNT, self.teacher),
            first=self.first,
            last=self.last,
            ruling=self.ruling,
            reason=self.reason,
            gives_back=self.gives_back,
        )


class ApplyRulingsBody(Value):
    """The plan as it was shown."""

    digest: Digest


class PlannedRulingView(Value):
    """One credit of a plan."""

    credit: RecordId
    credit_version: int
    rulings_version: int | None
    used_by: tuple[str, ...]
    """Members that count it now."""

    @classmethod
    def of(cls, one: PlannedRuling) -> Self:
        """Show one."""
        return cls(
            credit=identifier_of(one.enrolment),
            credit_version=one.credit_version,
            rulings_version=one.rulings_version,
            used_by=one.used_by,
        )


class PlanView(Value):
    """What would be done; nothing was."""

    digest: Digest
    count: int
    used: int
    """How many of them somebody counts."""
    passed_over: int
    """Selected credits of which this cannot be said now, such as those suspended already."""
    rulings: tuple[PlannedRulingView, ...]

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """Show a plan."""
        return cls(
            digest=plan.digest(),
            count=len(plan.rulings),
            used=sum(bool(one.used_by) for one in plan.rulings),
            passed_over=plan.passed_over,
            rulings=tuple(map(PlannedRulingView.of, plan.rulings)),
        )
