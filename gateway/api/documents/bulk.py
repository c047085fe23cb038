"""Plans in bulk as REST shows them."""

from typing import Annotated, Any, Final, Self

from pydantic import Field

from chaincode.domain.grade import GradeReason
from chaincode.domain.json_value import JsonValue
from chaincode.domain.ruling import RulingKind, RulingReason
from chaincode.domain.values import Digest, Instant, RandomId, Slug, Value, Version
from gateway.api.documents.decimals import Amount
from gateway.api.documents.identifiers import RecordId, identifier_of
from gateway.api.problems import TYPE, title_of
from gateway.api.schemas import JsonObject
from gateway.model.bulk import BulkItemState, BulkKind, BulkPlan, BulkStatus
from gateway.services.bulk.corrections import CorrectionItem
from gateway.services.bulk.grade_documents import GradeItem
from gateway.services.bulk.plan import Effect, Hindrance, PlanItem
from gateway.services.bulk.plans import ItemPage, ShownItem
from gateway.services.bulk.rulings import RulingItem
from gateway.services.bulk.store import StoredPlan

_INSIDE: Final = frozenset({"work_number"})
"""What the ledger is told, and nobody needs to see."""


class BulkCounts(Value):
    """What a plan would do."""

    items: int
    change: int
    unchanged: int
    impossible: int
    awarded: int
    """Of those to be changed, those whose credit is awarded."""
    used: int
    """Of those to be changed, those that somebody counts: decisions depend on them."""
    used_by: dict[str, int]
    """By member."""
    hindrances: dict[str, int]
    """Of the impossible ones, by reason."""


class BulkProgress(Value):
    """What became of what was to be changed."""

    waiting: int
    committed: int
    refused: int


class BulkPlanHead(Value):
    """One plan of a list."""

    id: RandomId
    kind: BulkKind
    status: BulkStatus
    created_at: Instant
    expires_at: Instant
    """Until then it may be carried out; a finished one is forgotten then."""
    finished_at: Instant | None

    @classmethod
    def shown(cls, plan: BulkPlan) -> Self:
        """Show a plan's row."""
        return cls(
            id=plan.id,
            kind=plan.kind,
            status=plan.status,
            created_at=plan.created_at,
            expires_at=plan.expires_at,
            finished_at=plan.finished_at,
        )


class BulkPlanList(Value):
    """The plans that the person made, the latest first."""

    plans: tuple[BulkPlanHead, ...]


class BulkPlanView(BulkPlanHead):
    """A plan in numbers; what it says of each enrolment stands under `/items`."""

    digest: Digest
    """Covers what was asked for and everything that would be changed, in its version."""
    counts: BulkCounts
    progress: BulkProgress

    @classmethod
    def of(cls, plan: StoredPlan) -> Self:
        """Show a plan."""
        summary, progress = plan.head.summary, plan.progress
        return cls(
            **dict(BulkPlanHead.shown(plan.row)),
            digest=plan.head.digest,
            counts=BulkCounts(**dict(summary)),
            progress=BulkProgress(
                waiting=progress[BulkItemState.WAITING],
                committed=progress[BulkItemState.COMMITTED],
                refused=progress[BulkItemState.REFUSED],
            ),
        )


class BulkItemView(Value):
    """One enrolment of a plan, and what became of it."""

    position: int
    enrolment: RecordId
    effect: Effect
    hindrance: Hindrance | None
    """Why it cannot be changed."""
    awarded: bool
    used_by: tuple[str, ...]
    """Members that count the credit now."""
    state: BulkItemState
    operation: RandomId | None
    problem: JsonObject | None
    """Why it was refused."""


class PlannedGradeView(BulkItemView):
    """A grade that is entered or corrected. Of an awarded credit, home accepts it afterwards."""

    part: Slug
    reason: GradeReason
    before: Annotated[Amount | None, Field(repr=False)]
    after: Annotated[Amount | None, Field(repr=False)]
    reviewed: bool
    """Whether a second person reviews it before it counts."""
    home: str
    grade_version: Version


class PlannedPartView(Value):
    """One grade that home has not accepted."""

    number: int
    part: Slug
    reason: GradeReason


class PlannedCorrectionView(BulkItemView):
    """Corrections of a credit that are accepted, with the final marks."""

    corrected: tuple[PlannedPartView, ...]
    before: Annotated[Amount | None, Field(repr=False)]
    after: Annotated[Amount | None, Field(repr=False)]
    passes: bool | None
    """Below the pass mark the credit fails."""
    teaching: str
    credit_version: Version
    work_version: Version
    grade_version: Version


class PlannedRulingView(BulkItemView):
    """A credit that is ruled on."""

    ruling: RulingKind
    reason: RulingReason
    gives_back: bool
    credit_version: Version
    rulings_version: Version | None


class BulkItemList(Value):
    """A page of a plan, in the order of the enrolments."""

    kind: BulkKind
    items: tuple[PlannedGradeView | PlannedCorrectionView | PlannedRulingView, ...]
    next: int | None
    """The `after` of the next page."""

    @classmethod
    def of(cls, page: ItemPage) -> Self:
        """Show a page."""
        return cls(kind=page.kind, items=tuple(map(_view, page.items)), next=page.next)


def _view(
    shown: ShownItem,
) -> PlannedGradeView | PlannedCorrectionView | PlannedRulingView:
    item, common = shown.item, _common(shown)
    if isinstance(item, GradeItem):
        return PlannedGradeView(**common, **_own(item))
    if isinstance(item, CorrectionItem):
        corrected = tuple(PlannedPartView(**dict(part)) for part in item.corrected)
        return PlannedCorrectionView(**common, **_own(item) | {"corrected": corrected})
    if isinstance(item, RulingItem):
        return PlannedRulingView(**common, **_own(item))
    raise TypeError(f"{type(item).__name__} is shown nowhere")


def _common(shown: ShownItem) -> dict[str, Any]:
    row, item = shown.row, shown.item
    return {
        "position": row.position,
        "enrolment": identifier_of(item.enrolment),
        "effect": item.effect,
        "hindrance": item.hindrance,
        "awarded": item.awarded,
        "used_by": item.used_by,
        "state": row.state,
        "operation": row.operation,
        "problem": _problem(row.problem),
    }


def _own(item: PlanItem) -> dict[str, Any]:
    """What this kind of item says beside what every kind does."""
    names = type(item).model_fields.keys() - PlanItem.model_fields.keys() - _INSIDE
    return {name: getattr(item, name) for name in names}


def _problem(problem: dict[str, JsonValue] | None) -> dict[str, JsonValue] | None:
    if problem is None:
        return None
    code = str(problem["code"])
    rest = {name: value for name, value in problem.items() if name != "code"}
    return {"type": TYPE + code, "title": title_of(code)} | rest
