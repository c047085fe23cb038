"""Idempotency, conflicts, lost answers, refusals, and what stays hidden."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from chaincode.domain.commands.courses import CheckCourse
from chaincode.ledger.memory.errors import SubmitOutcomeUnknown
from chaincode.ledger.memory.faults import Stage
from gateway.bootstrap.core import Core
from gateway.model.operations import Operation, OperationCall, OperationStatus, OutboxMessage
from gateway.model.people import Account, Person
from gateway.sandbox import SandboxWorld
from gateway.services.errors import IdempotencyKeyReused, NotFound, NotPermitted, RowConflict
from gateway.services.intent import Intent, LedgerCall, OutgoingMessage, WriteRequest, new_id
from tests.support.courses import proposal
from tests.support.gateways import make_world, registrar, sign_up

pytestmark = pytest.mark.asyncio(loop_scope="module")


class School:
    """A university with a teacher and two registrars, seen from inside its gateway."""

    def __init__(self, world: SandboxWorld) -> None:
        self.world = world
        self.accounts: dict[str, Account] = {}

    @property
    def core(self) -> Core:
        return self.world.gateways["alpha"].core

    def request(self, login: str, **options: Any) -> WriteRequest:
        given: dict[str, Any] = {
            "person": self.accounts[login].person,
            "idempotency_key": None,
            "request_digest": "0" * 64,
            "wait_seconds": 20,
        }
        return WriteRequest(**(given | options))

    def proposing(self, *, title: str = "Algorithms", **options: Any) -> Intent:
        operation, course = new_id(), new_id()
        return Intent(
            operation=operation,
            kind="propose-course",
            request=self.request("tina", **options),
            calls=(
                LedgerCall(self.accounts["tina"].key, proposal(operation, course, 1, title=title)),
            ),
            result={"course": f"course/alphaMSP/{course}/1"},
        )

    def checking(self, login: str, course: str, version: int = 1, **options: Any) -> Intent:
        operation = new_id()
        command = CheckCourse(
            operation=operation, course=course, expected_version=version, approve=True
        )
        return Intent(
            operation=operation,
            kind="check-course",
            request=self.request(login, **options),
            calls=(LedgerCall(self.accounts[login].key, command),),
        )

    async def propose(self) -> str:
        view = await self.core.operations.accept(self.proposing())
        assert view.status is OperationStatus.COMMITTED
        return str(view.result["course"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def school(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[School]:
    async with make_world(tmp_path_factory.mktemp("alpha")) as world, world.client("alpha") as http:
        first = await registrar(world, http)
        await registrar(world, http, number=2)
        await sign_up(first, "tina", "teacher")
        made = School(world)
        async with made.core.database.reading() as session:
            for person in await session.find(Person):
                (made.accounts[person.login],) = await session.find(Account, person=person.id)
        yield made


async def test_the_same_key_and_request_is_the_same_operation(school: School) -> None:
    first = await school.core.operations.accept(school.proposing(idempotency_key="a"))
    again = await school.core.operations.accept(school.proposing(idempotency_key="a"))
    assert again == first


async def test_the_same_key_for_another_request_is_refused(school: School) -> None:
    await school.core.operations.accept(school.proposing(idempotency_key="b"))
    with pytest.raises(IdempotencyKeyReused):
        await school.core.operations.accept(
            school.proposing(idempotency_key="b", request_digest="1" * 64)
        )


async def test_a_key_belongs_to_its_person(school: School) -> None:
    course = await school.propose()
    mine = await school.core.operations.accept(school.proposing(idempotency_key="c"))
    other = await school.core.operations.accept(
        school.checking("registrar-1", course, idempotency_key="c")
    )
    assert other.id != mine.id
    assert other.status is OperationStatus.COMMITTED


async def test_without_a_key_each_request_is_its_own(school: School) -> None:
    first = await school.core.operations.accept(school.proposing())
    second = await school.core.operations.accept(school.proposing())
    assert first.id != second.id


async def test_many_at_once_with_one_key_are_one(school: School) -> None:
    views = await asyncio.gather(
        *(school.core.operations.accept(school.proposing(idempotency_key="many")) for _ in range(8))
    )
    assert len({view.id for view in views}) == 1


async def test_two_registrars_at_once_one_decides(school: School) -> None:
    course = await school.propose()
    views = await asyncio.gather(
        *(
            school.core.operations.accept(school.checking(login, course))
            for login in ("registrar-1", "registrar-2")
        )
    )
    by_status = {view.status: view for view in views}
    assert set(by_status) == {OperationStatus.COMMITTED, OperationStatus.REFUSED}
    problem = by_status[OperationStatus.REFUSED].problem
    assert problem is not None
    assert problem["code"] == "version-conflict"


async def test_a_refusal_is_final_and_says_the_contracts_code(school: School) -> None:
    course = await school.propose()
    intent = school.checking("registrar-1", course, version=7)
    intent = replace(intent, messages=(OutgoingMessage("alphaMSP", "note", {}),))
    view = await school.core.operations.accept(intent)
    assert view.status is OperationStatus.REFUSED
    assert view.problem is not None
    assert (view.problem["code"], view.problem["field"]) == ("version-conflict", "expected_version")
    assert view.result == {}
    async with school.core.database.reading() as session:
        assert not await session.find(OutboxMessage, operation=intent.operation)
    right = await school.core.operations.accept(school.checking("registrar-1", course))
    assert right.status is OperationStatus.COMMITTED


async def test_a_lost_answer_of_the_orderers_is_resolved_by_the_outcome(school: School) -> None:
    lost = SubmitOutcomeUnknown("lost", transaction_id="", code="UNAVAILABLE")
    school.world.consortium.faults.raise_at(Stage.AFTER_ORDER, lost)
    view = await school.core.operations.accept(school.proposing())
    assert view.status is OperationStatus.COMMITTED


async def test_an_envelope_that_never_arrived_is_sent_again_as_it_is(school: School) -> None:
    lost = SubmitOutcomeUnknown("lost", transaction_id="", code="UNAVAILABLE")
    school.world.consortium.faults.raise_at(Stage.BEFORE_ORDER, lost, times=3)
    view = await school.core.operations.accept(school.proposing())
    assert view.status is OperationStatus.COMMITTED
    async with school.core.database.reading() as session:
        (call,) = await session.find(OperationCall, operation=view.id)
    assert call.attempts == 1, "the same transaction, not another one"


async def test_not_final_within_the_wait_is_pending_and_ends_later(school: School) -> None:
    school.world.consortium.peers["alphaMSP"].available = False
    try:
        view = await school.core.operations.accept(school.proposing(wait_seconds=0.05))
        assert view.status in {OperationStatus.ACCEPTED, OperationStatus.PENDING}
        assert view.result == {}
    finally:
        school.world.consortium.peers["alphaMSP"].available = True
    ended = await school.core.operations.view(view.id, person=view.person, wait_seconds=20)
    assert ended.status is OperationStatus.COMMITTED


async def test_a_key_signs_for_its_owner_alone(school: School) -> None:
    intent = school.proposing()
    stolen = replace(intent, request=school.request("registrar-1"))
    with pytest.raises(NotPermitted):
        await school.core.operations.accept(stolen)
    with pytest.raises(NotFound):
        await school.core.operations.view(intent.operation, person=stolen.request.person)


async def test_an_operation_is_its_owners_to_see(school: School) -> None:
    view = await school.core.operations.accept(school.proposing())
    with pytest.raises(NotFound):
        await school.core.operations.view(view.id, person=school.accounts["registrar-1"].person)


async def test_a_guard_that_raises_leaves_nothing(school: School) -> None:
    async def refuse(_: object) -> None:
        raise RowConflict("no")

    intent = replace(school.proposing(idempotency_key="guard"), guard=refuse)
    with pytest.raises(RowConflict):
        await school.core.operations.accept(intent)
    assert await school.core.operations.repeated(intent.request) is None


async def test_what_was_signed_is_forgotten_when_it_is_final(school: School) -> None:
    view = await school.core.operations.accept(school.proposing())
    async with school.core.database.reading() as session:
        (call,) = await session.find(OperationCall, operation=view.id)
    assert call.sealed_private is None
    assert call.envelope is None


async def test_a_call_that_landed_but_was_forgotten_is_found_on_the_ledger(
    school: School,
) -> None:
    """A database restored from before the note: the record itself answers."""
    course = await school.propose()
    intent = school.checking("registrar-1", course)
    first = await school.core.operations.accept(intent)
    async with school.core.database.writing() as session:
        for row in await session.find(OperationCall, operation=first.id):
            await session.delete(row)
        row = await session.get(Operation, first.id)
        await session.delete(row)
    again = await school.core.operations.accept(intent)
    assert again.status is OperationStatus.COMMITTED
    assert [item.code for item in again.transactions] == ["FOUND_ON_LEDGER"]
