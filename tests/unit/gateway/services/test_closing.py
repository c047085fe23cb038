"""Closing an account ends, whatever is killed when; and what came before does not undo it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio

from chaincode.domain.account import Account as LedgerAccount
from chaincode.domain.account import AccountStatus
from gateway.bootstrap.core import Core, core_services, make_core
from gateway.custody.owner import OwnerGate
from gateway.model.operations import Operation, OperationStatus
from gateway.model.people import AccessToken, Account, AccountState, Person, PersonStatus
from gateway.sandbox import SandboxWorld
from gateway.services.account_effects import AccountActivated, AccountClosed
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.closing import Closing
from gateway.services.intent import WriteRequest, new_id
from tests.support.gateways import Caller, make_world, registrar, sign_up
from tests.support.killing import Fuse, KillableDatabase, KillableLedger, Killed

pytestmark = pytest.mark.asyncio(loop_scope="module")
MOMENTS = 16
"""Before and after each effect of closing an account; held by a test below."""


@dataclass
class School:
    """A university whose gateway is started by each test; students wait to be shut out."""

    world: SandboxWorld
    registrar: AuthenticatedPerson
    students: list[str]

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

    async def close_until_killed(self, fuse: Fuse, person: str) -> None:
        write = WriteRequest(self.registrar.id, f"close-{person}", "0" * 64, wait_seconds=20)
        async with self.process(fuse) as core:
            closing = core_services(core)[Closing]
            assert isinstance(closing, Closing)
            with suppress(Killed):
                await closing.close(self.registrar, write, person)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def school(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[School]:
    async with make_world(tmp_path_factory.mktemp("alpha")) as world:
        async with world.client("alpha") as http:
            by = await registrar(world, http)
            for number in range(MOMENTS + 1):
                await sign_up(by, f"student-{number}")
            who = await _authenticated(world, by)
        async with world.gateways["alpha"].core.database.reading() as session:
            students = [one.id for one in await session.find(Person, role="student")]
        await world.stop("alpha")
        yield School(world, who, students)


async def _authenticated(world: SandboxWorld, caller: Caller) -> AuthenticatedPerson:
    account = (await caller.get("/v1/me")).json()["account"]
    key = f"account/{account.replace('~', '/')}"
    async with world.gateways["alpha"].core.database.reading() as session:
        row = await session.get(Account, key)
    assert row is not None
    owner = OwnerGate(world.clock).admit(row.person, until=world.clock())
    return AuthenticatedPerson(
        row.person, "registrar-1", "", "registrar", key, "alphaMSP", owner=owner
    )


@pytest.mark.parametrize("moment", range(MOMENTS))
async def test_killed_at_any_moment_it_is_closed_everywhere_or_nowhere(
    school: School, moment: int
) -> None:
    person, fuse = school.students[moment], Fuse(moment)
    await school.close_until_killed(fuse, person)
    assert fuse.passed == moment, "closing has fewer moments than MOMENTS"

    async with school.process(Fuse(None)) as core:
        await core.operations.start()
        async with core.database.reading() as session:
            found = await session.find(Operation, idempotency_key=f"close-{person}")
        for operation in found:
            ended = await core.operations.view(
                operation.id, person=school.registrar.id, wait_seconds=20
            )
            assert ended.status is OperationStatus.COMMITTED
        async with core.database.reading() as session:
            row = await session.get(Person, person)
            (account,) = await session.find(Account, person=person)
            tokens = await session.find(AccessToken, person=person)
        record = await core.records.load(LedgerAccount, account.key)

    assert row is not None
    if not found:
        assert moment == 0, "it was accepted before it was killed"
        assert (row.status, record.status) == (PersonStatus.ACTIVE, AccountStatus.ACTIVE)
        assert (account.state, len(tokens)) == (AccountState.ACTIVE, 1)
        return
    assert (row.status, record.status) == (PersonStatus.CLOSED, AccountStatus.CLOSED)
    assert (account.state, tokens) == (AccountState.CLOSED, [])
    assert record.version == 3


async def test_the_moments_are_all_of_them(school: School) -> None:
    fuse = Fuse(None)
    await school.close_until_killed(fuse, school.students[MOMENTS])
    assert fuse.passed == MOMENTS


async def test_an_activation_that_ends_later_opens_nothing_again(school: School) -> None:
    """It stood on the ledger before the closing; the gateway hears of it afterwards."""
    person = school.students[0]
    async with school.process(Fuse(None)) as core:
        async with core.database.writing() as session:
            (account,) = await session.find(Account, person=person)
            activation = Operation(
                id=new_id(),
                person=person,
                kind="activate-account",
                idempotency_key=new_id(),
                sealed_request=b"",
                status=OperationStatus.PENDING,
                created_at=school.world.clock(),
                finished_at=None,
                result={},
                problem=None,
                effect=None,
                effect_arguments={},
            )
            named = {"account": account.key, "person": person}
            await AccountClosed().committed(session, activation, named)
            await AccountActivated().committed(session, activation, {"account": account.key})
        async with core.database.reading() as session:
            row = await session.get(Person, person)
            (account,) = await session.find(Account, person=person)
    assert row is not None
    assert (row.status, account.state) == (PersonStatus.CLOSED, AccountState.CLOSED)
