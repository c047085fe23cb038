"""Plans in the database: sealed, their maker's alone, forgotten after a while."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chaincode.domain import canonical
from chaincode.domain.json_value import JsonValue
from gateway.model.bulk import BulkItem, BulkItemState, BulkKind, BulkPlan, BulkStatus
from gateway.services.bulk.plan import Effect, PlanExpired, PlanHead, PlanItem
from gateway.services.errors import NotFound
from gateway.services.intent import new_id
from gateway.services.ports import Clock, Database, SecretBox, Session

PLAN_LIFE: Final = timedelta(hours=24)
"""How long a plan may be carried out."""
_KEPT: Final = timedelta(days=30)
"""How long it is shown what became of one."""
_MOST_PLANNED: Final = 20
"""Of one person; the oldest beyond them are forgotten."""
_FORGOTTEN_AT_ONCE: Final = 20
_HEAD: Final = "bulk-plan"
_ITEM: Final = "bulk-item"


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan and how far it has come."""

    row: BulkPlan
    head: PlanHead
    progress: Mapping[BulkItemState, int]


class PlanStore:
    """Reads and writes plans."""

    def __init__(self, database: Database, box: SecretBox, clock: Clock) -> None:
        self._database = database
        self._box = box
        self._clock = clock

    async def add(
        self, person: str, kind: BulkKind, head: PlanHead, items: Sequence[PlanItem]
    ) -> str:
        """Keep a new plan; its id."""
        now, identifier = self._clock(), new_id()
        plan = BulkPlan(
            id=identifier,
            person=person,
            kind=kind,
            status=BulkStatus.PLANNED,
            created_at=now,
            expires_at=now + PLAN_LIFE,
            finished_at=None,
            sealed=self._box.seal(head.encode(), owner=identifier, purpose=_HEAD),
        )
        rows = [self._row(plan.id, place, item) for place, item in enumerate(items, start=1)]
        async with self._database.writing() as session:
            await self._forget(session, person, now)
            session.add(plan, *rows)
        return identifier

    async def own(self, person: str, identifier: str) -> StoredPlan:
        """A plan, for its maker.

        Raises:
            NotFound: there is none, or it is somebody else's.
        """
        async with self._database.reading() as session:
            row = await session.get(BulkPlan, identifier)
            if row is None or row.person != person or self._forgotten(row):
                raise NotFound("there is no such plan of yours: plan again")
            progress = {
                state: await session.count(BulkItem, plan=identifier, state=state)
                for state in BulkItemState
            }
        return StoredPlan(row, self.head(row), progress)

    async def all_of(self, person: str) -> tuple[BulkPlan, ...]:
        """A person's plans, the latest first."""
        async with self._database.reading() as session:
            rows = await session.find(BulkPlan, person=person, order_by=("-created_at", "id"))
        return tuple(row for row in rows if not self._forgotten(row))

    async def items(self, identifier: str) -> Sequence[BulkItem]:
        """All rows of a plan in their order."""
        async with self._database.reading() as session:
            return await session.find(BulkItem, plan=identifier, order_by=("position",))

    async def page(self, identifier: str, *, after: int, limit: int) -> Sequence[BulkItem]:
        """The rows of a plan behind a position, in their order."""
        places = tuple(range(after + 1, after + limit + 1))
        async with self._database.reading() as session:
            return await session.find(
                BulkItem, plan=identifier, position=places, order_by=("position",)
            )

    async def waiting(self, identifier: str) -> Sequence[BulkItem]:
        """What is still to be done."""
        async with self._database.reading() as session:
            return await session.find(
                BulkItem,
                plan=identifier,
                state=BulkItemState.WAITING,
                order_by=("position",),
            )

    async def running(self) -> Sequence[BulkPlan]:
        """Plans that are under way."""
        async with self._database.reading() as session:
            return await session.find(
                BulkPlan, status=BulkStatus.RUNNING, order_by=("created_at", "id")
            )

    async def start(self, identifier: str) -> None:
        """Have a plan carried out from now on; one that was started before stays as it is.

        Raises:
            PlanExpired: it was made too long ago.
            NotFound: it was forgotten meanwhile.
        """
        async with self._database.writing() as session:
            row = await session.get(BulkPlan, identifier)
            if row is None:
                raise NotFound("there is no such plan of yours: plan again")
            if row.status is BulkStatus.PLANNED:
                self.require_unexpired(row)
                row.status = BulkStatus.RUNNING

    def require_unexpired(self, row: BulkPlan) -> None:
        """Hold a plan to its life.

        Raises:
            PlanExpired: it was made too long ago.
        """
        if row.status is BulkStatus.PLANNED and row.expires_at <= self._clock():
            raise PlanExpired("the plan was made too long ago: plan again")

    async def note(
        self,
        item: BulkItem,
        state: BulkItemState,
        *,
        operation: str | None,
        problem: dict[str, JsonValue] | None,
    ) -> None:
        """Keep what became of an item."""
        async with self._database.writing() as session:
            row = await session.get(BulkItem, item.plan, item.position)
            if row is not None:
                row.state, row.operation, row.problem = state, operation, problem

    async def finish(self, identifier: str) -> None:
        """Nothing is left to be done."""
        async with self._database.writing() as session:
            row = await session.get(BulkPlan, identifier)
            if row is not None and row.status is BulkStatus.RUNNING:
                now = self._clock()
                row.status, row.finished_at, row.expires_at = (
                    BulkStatus.FINISHED,
                    now,
                    now + _KEPT,
                )

    async def discard(self, person: str, identifier: str) -> bool:
        """Forget a plan of which nothing was done; whether it could be.

        Raises:
            NotFound: there is none, or it is somebody else's.
        """
        async with self._database.writing() as session:
            row = await session.get(BulkPlan, identifier)
            if row is None or row.person != person:
                raise NotFound("there is no such plan of yours")
            if row.status is not BulkStatus.PLANNED:
                return False
            await _delete(session, row)
        return True

    def head(self, row: BulkPlan) -> PlanHead:
        """What a plan was made from.

        Raises:
            SecretUnreadable: altered, or another master key.
        """
        return PlanHead.parse(self._box.open(row.sealed, owner=row.id, purpose=_HEAD))

    def document(self, row: BulkItem) -> dict[str, JsonValue]:
        """What a plan says of one enrolment.

        Raises:
            SecretUnreadable: altered, or another master key.
        """
        return canonical.decode(
            self._box.open(row.sealed, owner=_place(row.plan, row.position), purpose=_ITEM)
        )

    def _row(self, plan: str, position: int, item: PlanItem) -> BulkItem:
        changes = item.effect is Effect.CHANGE
        return BulkItem(
            plan=plan,
            position=position,
            state=BulkItemState.WAITING if changes else BulkItemState.LISTED,
            operation=None,
            problem=None,
            sealed=self._box.seal(item.encode(), owner=_place(plan, position), purpose=_ITEM),
        )

    def _forgotten(self, row: BulkPlan) -> bool:
        """Whether nothing of it is shown any more; a day longer than it may be carried out."""
        return row.status is not BulkStatus.RUNNING and (
            row.expires_at + PLAN_LIFE <= self._clock()
        )

    async def _forget(self, session: Session, person: str, now: datetime) -> None:
        old = await session.find(
            BulkPlan,
            status=(BulkStatus.PLANNED, BulkStatus.FINISHED),
            at_most={"expires_at": now - PLAN_LIFE},
            limit=_FORGOTTEN_AT_ONCE,
        )
        planned = await session.find(
            BulkPlan, person=person, status=BulkStatus.PLANNED, order_by=("-created_at", "id")
        )
        gone = {row.id: row for row in (*old, *planned[_MOST_PLANNED - 1 :])}
        for row in gone.values():
            await _delete(session, row)


async def _delete(session: Session, plan: BulkPlan) -> None:
    for item in await session.find(BulkItem, plan=plan.id):
        await session.delete(item)
    await session.delete(plan)


def _place(plan: str, position: int) -> str:
    return f"{plan}/{position}"
