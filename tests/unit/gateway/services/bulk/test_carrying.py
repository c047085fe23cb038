"""A plan is carried out once, as it was listed, whatever is killed at whatever moment."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest
import pytest_asyncio

from chaincode.domain.caller import Role
from chaincode.domain.errors import InvalidArgument, WrongState
from gateway.model.bulk import BulkItemState, BulkKind, BulkPlan, BulkStatus
from gateway.model.operations import Operation
from gateway.model.people import Account, Person, PersonStatus
from gateway.services.bulk.plan import MAX_ITEMS, Hindrance, PlanChanged, PlanExpired
from gateway.services.bulk.plans import PAGE
from gateway.services.bulk.store import PLAN_LIFE
from gateway.services.errors import Conflict, InvalidRequest, NotFound, NotPermitted
from tests.support.bulk_process import AskedCourses, Home, Process, enrolment
from tests.support.gateways import make_world, registrar, sign_up
from tests.support.killing import Fuse, Killed

pytestmark = pytest.mark.asyncio(loop_scope="module")
COURSES = 2
THOUSANDS = 2_000
MOMENTS = 40
"""Before and after each effect of a plan of two; held by a test below."""


class Telling(Fuse):
    """Says when it has killed: others of the process may be waiting for what died."""

    def __init__(self, at: int | None) -> None:
        super().__init__(at)
        self.gone = asyncio.Event()

    def reach(self) -> None:
        try:
            super().reach()
        except Killed:
            self.gone.set()
            raise


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Home]:
    async with make_world(tmp_path_factory.mktemp("alpha")) as world:
        async with world.client("alpha") as http:
            await sign_up(await registrar(world, http), "tina", "teacher")
        async with world.gateways["alpha"].core.database.reading() as session:
            (person,) = await session.find(Person, login="tina")
        await world.stop("alpha")
        yield Home(world, person.id)


async def planned(home: Home, process: Process, courses: int = COURSES) -> BulkPlan:
    maker = await process.makers.of(home.person)
    asked = AskedCourses(courses=courses)
    return (await process.plans.plan(maker, BulkKind.GRADES, asked)).row


async def execute(home: Home, process: Process, plan: BulkPlan, seconds: float = 30) -> BulkStatus:
    maker = await process.makers.of(home.person)
    digest = process.store.head(plan).digest
    found = await process.plans.carry_out(maker, plan.id, digest, wait_seconds=seconds)
    return found.row.status


async def states(process: Process, plan: BulkPlan) -> list[BulkItemState]:
    return [item.state for item in await process.store.items(plan.id)]


async def run_until_killed(home: Home, first: int, fuse: Telling) -> BulkPlan:
    async with home.process(first=first) as process:
        plan = await planned(home, process)
    async with home.process(fuse, first=first) as process:
        await process.core.operations.start()
        working = asyncio.create_task(execute(home, process, plan))
        gone = asyncio.create_task(fuse.gone.wait())
        await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        for task in (working, gone):
            task.cancel()
            with suppress(Killed, asyncio.CancelledError):
                await task
    return plan


async def finish(home: Home, first: int, plan: BulkPlan) -> None:
    """Start anew; whoever made the plan asks again, as after any lost answer."""
    async with home.process(first=first) as process:
        await process.core.operations.start()
        await process.carrying.start()
        assert await execute(home, process, plan) is BulkStatus.FINISHED
        assert await states(process, plan) == [BulkItemState.COMMITTED] * COURSES
        async with process.core.database.reading() as session:
            keys = [f"plan:{plan.id}:{place}" for place in (1, 2)]
            found = await session.find(Operation, idempotency_key=tuple(keys))
        assert len(found) == COURSES


async def killed_at(home: Home, moment: int) -> None:
    first, fuse = home.fresh(COURSES), Telling(moment)
    complaints: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: complaints.append(context["message"]))
    plan = await run_until_killed(home, first, fuse)
    gc.collect()
    loop.set_exception_handler(None)
    assert complaints == [], "what died with the process is told at the end of the tests"
    await finish(home, first, plan)
    assert set(home.proposals(first, COURSES).values()) == {1}


@pytest.mark.parametrize("moment", range(0, MOMENTS, 7))
async def test_a_plan_is_done_exactly_once(home: Home, moment: int) -> None:
    await killed_at(home, moment)


@pytest.mark.thorough
@pytest.mark.parametrize("moment", range(MOMENTS))
async def test_a_plan_is_done_exactly_once_at_every_moment(home: Home, moment: int) -> None:
    await killed_at(home, moment)


async def test_the_moments_reach_the_end(home: Home) -> None:
    fuse = Telling(None)
    await run_until_killed(home, home.fresh(COURSES), fuse)
    assert fuse.passed == MOMENTS


async def test_what_was_started_goes_on_without_being_asked(home: Home) -> None:
    first = home.fresh(COURSES)
    async with home.process(first=first) as process:
        plan = await planned(home, process)
        await process.store.start(plan.id)
    async with home.process(first=first) as process:
        await process.core.operations.start()
        await process.carrying.start()
        await process.carrying.drive(plan)
        assert await states(process, plan) == [BulkItemState.COMMITTED] * COURSES


async def test_the_same_plan_again_changes_nothing(home: Home) -> None:
    first = home.fresh(COURSES)
    async with home.process(first=first) as process:
        plan = await planned(home, process)
        for _ in range(2):
            assert await execute(home, process, plan) is BulkStatus.FINISHED
        height = home.world.consortium.height
        assert await execute(home, process, plan) is BulkStatus.FINISHED
        assert home.world.consortium.height == height
    assert set(home.proposals(first, COURSES).values()) == {1}


async def test_a_refused_item_stops_no_other_and_says_why(home: Home) -> None:
    first = home.fresh(3)
    async with home.process(first=first) as process:
        process.planner.refusals[enrolment(first + 1)] = WrongState("it moved on")
        plan = await planned(home, process, 3)
        assert await execute(home, process, plan) is BulkStatus.FINISHED
        items = await process.store.items(plan.id)
    committed, refused = BulkItemState.COMMITTED, BulkItemState.REFUSED
    assert [item.state for item in items] == [committed, refused, committed]
    assert items[1].problem == {"code": "wrong-state", "detail": "it moved on"}


async def test_a_refusal_of_the_contract_is_noted_with_its_operation(home: Home) -> None:
    first = home.fresh(1)
    async with home.process(first=first) as process:
        for code in (None, "record-exists"):
            plan = await planned(home, process, 1)
            assert await execute(home, process, plan) is BulkStatus.FINISHED
            [item] = await process.store.items(plan.id)
            assert item.operation is not None
            assert (item.problem or {}).get("code") == code


async def test_other_items_than_were_listed_are_not_done(home: Home) -> None:
    first = home.fresh(3)
    async with home.process(first=first) as process:
        plan = await planned(home, process)
        process.planner.first = first + 1
        with pytest.raises(PlanChanged) as caught:
            await execute(home, process, plan)
        facts = caught.value.facts
        assert (facts["added"], facts["removed"]) == ([enrolment(first + 2)], [enrolment(first)])
        assert facts["counts"] == {"added": 1, "removed": 1, "changed": 0}
        process.planner.first = first
        assert await execute(home, process, plan) is BulkStatus.FINISHED


async def test_an_expired_plan_is_not_done_and_then_forgotten(home: Home) -> None:
    async with home.process(first=home.fresh(COURSES)) as process:
        plan = await planned(home, process)
        try:
            home.clock.ahead = PLAN_LIFE + timedelta(minutes=1)
            with pytest.raises(PlanExpired):
                await execute(home, process, plan)
            assert set(await states(process, plan)) == {BulkItemState.WAITING}
            home.clock.ahead += PLAN_LIFE
            with pytest.raises(NotFound):
                await execute(home, process, plan)
            await planned(home, process)
            async with process.core.database.reading() as session:
                assert await session.get(BulkPlan, plan.id) is None
            assert await states(process, plan) == []
        finally:
            home.clock.ahead = timedelta()


async def test_a_plan_is_its_makers_alone(home: Home) -> None:
    async with home.process(first=home.fresh(COURSES)) as process:
        plan = await planned(home, process)
        async with process.core.database.reading() as session:
            (other,) = await session.find(Person, login="registrar-1")
        stranger = await process.makers.of(other.id)
        digest = process.store.head(plan).digest
        with pytest.raises(NotFound):
            await process.plans.carry_out(stranger, plan.id, digest, wait_seconds=0)
        with pytest.raises(NotFound):
            await process.plans.items(stranger, plan.id)
        with pytest.raises(NotPermitted):
            await process.plans.plan(stranger, BulkKind.GRADES, AskedCourses(courses=1))
        maker = await process.makers.of(home.person)
        with pytest.raises(InvalidRequest):
            await process.plans.carry_out(maker, plan.id, "0" * 64, wait_seconds=0)
        assert maker.role == Role.TEACHER
        assert await execute(home, process, plan) is BulkStatus.FINISHED


async def test_nothing_to_do_is_a_conflict(home: Home) -> None:
    async with home.process(first=home.fresh(COURSES)) as process:
        process.planner.hindered = COURSES
        plan = await planned(home, process)
        with pytest.raises(Conflict):
            await execute(home, process, plan)
        head = process.store.head(plan)
        assert head.summary.hindrances == {Hindrance.NO_WORK.value: COURSES}
        maker = await process.makers.of(home.person)
        await process.plans.discard(maker, plan.id)
        with pytest.raises(NotFound):
            await process.plans.read(maker, plan.id)


async def test_of_plans_that_were_not_carried_out_the_latest_are_kept(home: Home) -> None:
    async with home.process(first=home.fresh(1)) as process:
        first = await planned(home, process, 1)
        for _ in range(20):
            await planned(home, process, 1)
        maker = await process.makers.of(home.person)
        kept = [row for row in await process.plans.mine(maker) if row.status == "planned"]
        assert len(kept) == 20
        assert first.id not in [row.id for row in kept]


async def test_nothing_of_a_plan_lies_in_clear(home: Home) -> None:
    first = home.fresh(1)
    async with home.process(first=first) as process:
        plan = await planned(home, process, 1)
        [item] = await process.store.items(plan.id)
    for sealed in (plan.sealed, item.sealed):
        assert enrolment(first).encode() not in sealed
        assert b"digest" not in sealed


async def test_items_come_in_pages(home: Home) -> None:
    courses = PAGE + 1
    async with home.process(first=home.fresh(courses)) as process:
        plan = await planned(home, process, courses)
        maker = await process.makers.of(home.person)
        first = await process.plans.items(maker, plan.id)
        assert (len(first.items), first.next) == (PAGE, PAGE)
        last = await process.plans.items(maker, plan.id, after=PAGE)
        assert ([one.row.position for one in last.items], last.next) == ([courses], None)


@pytest.mark.thorough
async def test_thousands_are_done(home: Home) -> None:
    async with home.process(first=home.fresh(THOUSANDS)) as process:
        process.planner.idle = True
        plan = await planned(home, process, THOUSANDS)
        await process.store.start(plan.id)
        await process.carrying.drive(plan)
        assert await states(process, plan) == [BulkItemState.COMMITTED] * THOUSANDS
        with pytest.raises(InvalidArgument):
            await planned(home, process, MAX_ITEMS + 1)


async def test_who_left_has_nothing_carried_out(home: Home) -> None:
    first = home.fresh(1)
    async with home.process(first=first) as process:
        plan = await planned(home, process, 1)
        await process.store.start(plan.id)
        await _set_status(process, home.person, PersonStatus.CLOSED)
        try:
            await process.carrying.drive(plan)
        finally:
            await _set_status(process, home.person, PersonStatus.ACTIVE)
        [item] = await process.store.items(plan.id)
        assert (item.problem or {})["code"] == "not-permitted"
    assert home.proposals(first, 1) == {first: 0}


async def _set_status(process: Process, person: str, status: PersonStatus) -> None:
    async with process.core.database.writing() as session:
        row = await session.get(Person, person)
        assert row is not None
        assert await session.find(Account, person=person)
        row.status = status
