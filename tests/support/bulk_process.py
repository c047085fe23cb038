"""Plans in bulk in a gateway's process of its own, that a test may kill, and a planner for them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from chaincode.domain.caller import Role
from chaincode.domain.errors import DomainError
from chaincode.domain.json_value import JsonValue
from chaincode.domain.values import Number
from gateway.bootstrap.core import Core, make_core
from gateway.model.bulk import BulkKind
from gateway.model.operations import OperationStatus
from gateway.sandbox import SandboxWorld
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.bulk.carrying import Carrying
from gateway.services.bulk.makers import Makers
from gateway.services.bulk.plan import Asked, Hindrance, Kind, PlanItem
from gateway.services.bulk.plans import BulkPlans
from gateway.services.bulk.store import PlanStore
from gateway.services.intent import Intent, LedgerCall, WriteRequest, new_id
from gateway.services.operations import Operations, OperationView
from tests.support.courses import proposal
from tests.support.killing import Fuse, KillableDatabase, KillableLedger


class AskedCourses(Asked):
    """So many."""

    courses: int


class CourseItem(PlanItem):
    """A course that is proposed under the item's own random id."""

    number: Number = 1

    def acts_on(self) -> list[JsonValue]:
        return [self.number]


COURSES: Final = Kind(BulkKind.GRADES, Role.TEACHER, AskedCourses, CourseItem)


def enrolment(place: int) -> str:
    return f"enrolment/alphaMSP/{place:032x}"


@dataclass
class CoursePlanner:
    """Writes to the ledger without an enrolment: the engine does not know the difference."""

    operations: Operations
    first: int = 0
    hindered: int = 0
    """So many of the items are impossible."""
    refusals: dict[str, DomainError] = field(default_factory=dict)
    idle: bool = False
    """Whether items end without a transaction: for many of them."""
    kind = COURSES

    async def planned(
        self, person: AuthenticatedPerson, asked: AskedCourses
    ) -> Sequence[CourseItem]:
        del person
        return [
            CourseItem(
                enrolment=enrolment(self.first + place),
                hindrance=Hindrance.NO_WORK if place < self.hindered else None,
            )
            for place in range(asked.courses)
        ]

    async def carry_out(
        self, person: AuthenticatedPerson, item: CourseItem, write: WriteRequest
    ) -> OperationView:
        if item.enrolment in self.refusals:
            raise self.refusals[item.enrolment]
        if self.idle:
            return _ended(write)
        operation, course = new_id(), item.enrolment.rpartition("/")[2]
        call = LedgerCall(person.account, proposal(operation, course, item.number))
        return await self.operations.accept(
            Intent(operation=operation, kind="propose-course", request=write, calls=(call,))
        )


def _ended(write: WriteRequest) -> OperationView:
    return OperationView(
        id=new_id(),
        kind="nothing",
        person=write.person,
        status=OperationStatus.COMMITTED,
        created_at=datetime.now(UTC),
        result={},
        transactions=(),
        problem=None,
    )


class Clock:
    """Time that a test moves."""

    ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Process:
    """What runs in it."""

    core: Core
    planner: CoursePlanner
    store: PlanStore
    carrying: Carrying
    plans: BulkPlans
    makers: Makers


@dataclass
class Home:
    """A gateway's files and ledger, and a teacher who is known there."""

    world: SandboxWorld
    person: str
    clock: Clock = field(default_factory=Clock)
    drawn: int = 0
    """Courses that were planned before: each plan takes others."""

    def fresh(self, courses: int) -> int:
        """The first of so many places that no plan has used."""
        first, self.drawn = self.drawn, self.drawn + courses
        return first

    @asynccontextmanager
    async def process(self, fuse: Fuse | None = None, *, first: int = 0) -> AsyncIterator[Process]:
        """A process that dies at the fuse's moment."""
        adapters = await self.world._adapters("alpha")
        given = fuse or Fuse(None)
        core = make_core(
            replace(
                adapters,
                database=KillableDatabase(adapters.database, given),
                ledger=KillableLedger(adapters.ledger, given),
                clock=self.clock,
            ),
            self.world._settings("alpha"),
        )
        planner = CoursePlanner(core.operations, first)
        store = PlanStore(core.database, core.box, core.clock)
        makers = Makers(core.database, core.gate, core.clock, "alphaMSP")
        planners = {BulkKind.GRADES: planner}
        carrying = Carrying(
            store=store,
            planners=planners,
            makers=makers,
            operations=core.operations,
        )
        plans = BulkPlans(store, planners, carrying)
        await core.database.open()
        try:
            yield Process(core, planner, store, carrying, plans, makers)
        finally:
            await carrying.stop()
            await core.operations.stop()
            await core.database.close()

    def proposals(self, first: int, courses: int) -> dict[int, int]:
        """How many valid transactions each course of a plan has."""
        found = dict.fromkeys(range(first, first + courses), 0)
        for block in self.world.consortium.committed(at="alphaMSP"):
            for item in block.transactions:
                for place in found:
                    name = f"course/alphaMSP/{place:032x}/".encode()
                    found[place] += item.event is not None and name in item.event.payload
        return found
