"""Killed at every moment, an accepted operation still ends on the ledger exactly once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio

from gateway.bootstrap.core import Core, make_core
from gateway.model.operations import Operation, OperationStatus, OutboxMessage
from gateway.model.people import Account, Person
from gateway.sandbox import SandboxWorld
from gateway.services.intent import Intent, LedgerCall, OutgoingMessage, WriteRequest, new_id
from tests.support.courses import proposal
from tests.support.gateways import make_world, registrar, sign_up
from tests.support.killing import Fuse, KillableDatabase, KillableLedger, Killed

MOMENTS = 26
"""Before and after each effect of an operation of two calls; held by a test below."""

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Teacher:
    world: SandboxWorld
    person: str
    account: str

    @asynccontextmanager
    async def process(self, fuse: Fuse) -> AsyncIterator[Core]:
        """A gateway's process on the same files and ledger, which dies at the fuse's moment."""
        adapters = await self.world._adapters("alpha")
        core = make_core(
            replace(
                adapters,
                database=KillableDatabase(adapters.database, fuse),
                ledger=KillableLedger(adapters.ledger, fuse),
            ),
            self.world._settings("alpha"),
        )
        await core.database.open()
        try:
            yield core
        finally:
            await core.operations.stop()
            await core.database.close()

    def intent(self) -> Intent:
        """Two versions of one course, and a message: the second call needs the first."""
        operation, course = new_id(), new_id()
        return Intent(
            operation=operation,
            kind="propose-twice",
            request=WriteRequest(self.person, operation, "0" * 64, wait_seconds=20),
            calls=tuple(
                LedgerCall(self.account, proposal(operation, course, number)) for number in (1, 2)
            ),
            result={"course": f"course/alphaMSP/{course}/2"},
            messages=(OutgoingMessage("alphaMSP", "note", {"about": course}),),
        )

    def valid_transactions(self, operation: str) -> int:
        found = 0
        for block in self.world.consortium.committed(at="alphaMSP"):
            for item in block.transactions:
                event = item.event
                found += event is not None and operation.encode() in event.payload
        return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def teacher(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Teacher]:
    async with make_world(tmp_path_factory.mktemp("alpha")) as world:
        async with world.client("alpha") as http:
            await sign_up(await registrar(world, http), "tina", "teacher")
        async with world.gateways["alpha"].core.database.reading() as session:
            (person,) = await session.find(Person, login="tina")
            (account,) = await session.find(Account, person=person.id)
        await world.stop("alpha")
        yield Teacher(world, person.id, account.key)


async def finish(teacher: Teacher, identifier: str) -> Operation | None:
    """Start anew, and wait until what was accepted has ended."""
    async with teacher.process(Fuse(None)) as core:
        await core.operations.start()
        if await operation_of(core, identifier) is None:
            return None
        await core.operations.view(identifier, person=teacher.person, wait_seconds=20)
        async with core.database.reading() as session:
            (message,) = await session.find(OutboxMessage, operation=identifier)
        assert message.active
        return await operation_of(core, identifier)


async def operation_of(core: Core, identifier: str) -> Operation | None:
    async with core.database.reading() as session:
        return await session.get(Operation, identifier)


async def run_until_killed(teacher: Teacher, fuse: Fuse, intent: Intent) -> None:
    async with teacher.process(fuse) as core:
        with suppress(Killed):
            await core.operations.accept(intent)


@pytest.mark.parametrize("moment", range(MOMENTS))
async def test_an_accepted_operation_ends_exactly_once(teacher: Teacher, moment: int) -> None:
    intent = teacher.intent()
    fuse = Fuse(moment)
    await run_until_killed(teacher, fuse, intent)
    assert fuse.passed == moment, "the operation has fewer moments than MOMENTS"

    operation = await finish(teacher, intent.operation)

    if operation is None:
        assert moment == 0, "it was accepted before it was killed"
        assert teacher.valid_transactions(intent.operation) == 0
        return
    assert operation.status is OperationStatus.COMMITTED
    assert teacher.valid_transactions(intent.operation) == 2


async def test_the_moments_are_all_of_them(teacher: Teacher) -> None:
    fuse = Fuse(None)
    await run_until_killed(teacher, fuse, teacher.intent())
    assert fuse.passed == MOMENTS


@pytest.mark.parametrize("second", range(2, MOMENTS - 2, 5))
@pytest.mark.parametrize("first", range(2, MOMENTS, 6))
async def test_killed_again_while_resuming(teacher: Teacher, first: int, second: int) -> None:
    intent = teacher.intent()
    await run_until_killed(teacher, Fuse(first), intent)
    async with teacher.process(Fuse(second)) as core:
        await core.operations.start()
        with suppress(Killed):
            await core.operations.view(intent.operation, person=teacher.person, wait_seconds=20)

    operation = await finish(teacher, intent.operation)

    assert operation is not None
    assert operation.status is OperationStatus.COMMITTED
    assert teacher.valid_transactions(intent.operation) == 2


async def test_the_caller_asks_again_after_the_crash(teacher: Teacher) -> None:
    intent = teacher.intent()
    await run_until_killed(teacher, Fuse(MOMENTS // 2), intent)
    async with teacher.process(Fuse(None)) as core:
        again = replace(teacher.intent(), request=intent.request)
        view = await core.operations.accept(again)
    assert view.id == intent.operation
    assert view.status is OperationStatus.COMMITTED
    assert teacher.valid_transactions(intent.operation) == 2
