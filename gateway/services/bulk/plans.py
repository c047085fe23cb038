"""Plans in bulk: made and listed, looked at, carried out as they were listed or not at all."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from chaincode.domain.caller import Role
from chaincode.domain.errors import InvalidArgument
from gateway.model.bulk import BulkItem, BulkKind, BulkPlan, BulkStatus
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.bulk.carrying import Carrying
from gateway.services.bulk.plan import (
    MAX_ITEMS,
    Asked,
    PlanChanged,
    PlanHead,
    PlanItem,
    Planner,
    Summary,
    changes,
    digest_of,
)
from gateway.services.bulk.store import PlanStore, StoredPlan
from gateway.services.errors import Conflict, InvalidRequest

PAGE: Final = 200
_MAKERS: Final = (Role.TEACHER, Role.REGISTRAR, Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One enrolment of a plan, opened."""

    row: BulkItem
    item: PlanItem


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Some enrolments of a plan in their order."""

    kind: BulkKind
    items: tuple[ShownItem, ...]
    next: int | None
    """The position behind which the next page begins."""


class BulkPlans:
    """What people do to many credits at once."""

    def __init__(
        self,
        store: PlanStore,
        planners: Mapping[BulkKind, Planner[Any, Any]],
        carrying: Carrying,
    ) -> None:
        self._store = store
        self._planners = planners
        self._carrying = carrying

    async def plan(self, person: AuthenticatedPerson, kind: BulkKind, asked: Asked) -> StoredPlan:
        """Count and list what would be done, and keep the list; nothing is written to the ledger.

        Raises:
            NotPermitted: the person's role makes no such plans.
            InvalidArgument: what is asked for makes no plan, or too large a one.
            NotParty: it concerns other people's students.
        """
        planner = self._planners[kind]
        person.require(planner.kind.role)
        items = await self._planned(planner, person, asked)
        head = PlanHead(
            asked=asked.model_dump(mode="json"),
            digest=digest_of(kind, asked, items),
            summary=Summary.of(items),
        )
        identifier = await self._store.add(person.id, kind, head, items)
        return await self._store.own(person.id, identifier)

    async def mine(self, person: AuthenticatedPerson) -> tuple[BulkPlan, ...]:
        """The plans that a person made, the latest first.

        Raises:
            NotPermitted: the person's role makes no plans.
        """
        person.require(*_MAKERS)
        return await self._store.all_of(person.id)

    async def read(
        self, person: AuthenticatedPerson, identifier: str, *, wait_seconds: float = 0.0
    ) -> StoredPlan:
        """A plan and how far it has come, at its end or after so long.

        Raises:
            NotPermitted: the person's role makes no plans.
            NotFound: there is none, or it is somebody else's.
        """
        person.require(*_MAKERS)
        found = await self._store.own(person.id, identifier)
        if found.row.status is not BulkStatus.RUNNING:
            return found
        await asyncio.wait({self._carrying.drive(found.row)}, timeout=wait_seconds)
        return await self._store.own(person.id, identifier)

    async def items(
        self, person: AuthenticatedPerson, identifier: str, *, after: int = 0
    ) -> ItemPage:
        """What a plan says of each enrolment, and what became of it.

        Raises:
            NotPermitted: the person's role makes no plans.
            NotFound: there is none, or it is somebody else's.
        """
        person.require(*_MAKERS)
        plan = await self._store.own(person.id, identifier)
        rows = await self._store.page(identifier, after=after, limit=PAGE)
        more = after + PAGE < plan.head.summary.items
        kind = plan.row.kind
        items = tuple(ShownItem(row, self._opened(kind, row)) for row in rows)
        return ItemPage(kind, items, after + PAGE if more else None)

    async def carry_out(
        self,
        person: AuthenticatedPerson,
        identifier: str,
        digest: str,
        *,
        wait_seconds: float,
    ) -> StoredPlan:
        """Do what was listed, if the same would be listed now; a second time changes nothing.

        Raises:
            NotPermitted: the person's role makes no such plans.
            NotFound: there is none, or it is somebody else's.
            InvalidRequest: this is not the digest of what was listed.
            PlanExpired: it was made too long ago.
            PlanChanged: `facts` say which enrolments were added, removed and changed.
            Conflict: there is nothing to do.
        """
        person.require(*_MAKERS)
        plan = await self._store.own(person.id, identifier)
        planner = self._planners[plan.row.kind]
        person.require(planner.kind.role)
        if plan.head.digest != digest:
            raise InvalidRequest("this is not the digest of this plan", field="digest")
        if plan.row.status is BulkStatus.PLANNED:
            self._store.require_unexpired(plan.row)
            if not plan.head.summary.change:
                raise Conflict("there is nothing to do")
            await self._require_same(planner, person, plan)
            await self._store.start(identifier)
            plan = await self._store.own(person.id, identifier)
        if plan.row.status is BulkStatus.FINISHED:
            return plan
        return await self.read(person, identifier, wait_seconds=wait_seconds)

    async def discard(self, person: AuthenticatedPerson, identifier: str) -> None:
        """Forget a plan that was not carried out.

        Raises:
            NotPermitted: the person's role makes no plans.
            NotFound: there is none, or it is somebody else's.
            Conflict: it was started.
        """
        person.require(*_MAKERS)
        if not await self._store.discard(person.id, identifier):
            raise Conflict("the plan was carried out: what was done stands")

    async def _require_same(
        self, planner: Planner[Any, Any], person: AuthenticatedPerson, plan: StoredPlan
    ) -> None:
        asked = planner.kind.asked.check(plan.head.asked)
        now = await self._planned(planner, person, asked)
        if digest_of(plan.row.kind, asked, now) == plan.head.digest:
            return
        rows = await self._store.items(plan.row.id)
        before = [self._opened(plan.row.kind, row) for row in rows]
        raise PlanChanged(
            "other credits or other versions are concerned than were planned: plan again",
            facts=changes(before, now),
        )

    async def _planned(
        self, planner: Planner[Any, Any], person: AuthenticatedPerson, asked: Asked
    ) -> Sequence[PlanItem]:
        items: Sequence[PlanItem] = await planner.planned(person, asked)
        if len(items) > MAX_ITEMS:
            raise InvalidArgument(
                f"these are {len(items)} credits, at most {MAX_ITEMS} make a plan",
                facts={"items": len(items)},
            )
        return items

    def _opened(self, kind: BulkKind, row: BulkItem) -> PlanItem:
        item: PlanItem = self._planners[kind].kind.item.check(self._store.document(row))
        return item
