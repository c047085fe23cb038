import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from gateway.model.operations import Operation, OperationStatus, OutboxMessage
from gateway.services.errors import DeliveryFailed
from gateway.services.outbox import DeliveryPace, Outbox
from gateway.storage.database import Database
from tests.support.databases import fresh_database

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Courier:
    """Delivers unless told otherwise; keeps what arrived."""

    def __init__(self) -> None:
        self.arrived: list[str] = []
        self.refuse: set[str] = set()
        self.error: Exception = DeliveryFailed("no answer")
        self.came = asyncio.Event()
        self.stalls: set[str] = set()

    async def deliver(self, message: OutboxMessage) -> None:
        if message.recipient in self.stalls:
            await asyncio.Event().wait()
        if message.recipient in self.refuse:
            raise self.error
        self.arrived.append(message.id)
        self.came.set()


class Post:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.courier = Courier()
        self.now = START
        self.outbox = Outbox(
            database=database,
            courier=self.courier,
            clock=lambda: self.now,
            pace=DeliveryPace(first_pause=2.0, longest_pause=60.0, idle=60.0),
        )

    async def write(self, identifier: str, to: str = "betaMSP", *, active: bool = True) -> None:
        async with self.database.writing() as session:
            session.add(
                Operation(
                    id=identifier,
                    person="p",
                    kind="k",
                    idempotency_key=identifier,
                    sealed_request=b"",
                    status=OperationStatus.COMMITTED,
                    created_at=START,
                    finished_at=None,
                    result={},
                    problem=None,
                    effect=None,
                    effect_arguments={},
                ),
                OutboxMessage(
                    id=identifier,
                    operation=identifier,
                    position=0,
                    recipient=to,
                    kind="note",
                    document={},
                    body=None,
                    active=active,
                    attempts=0,
                    next_attempt_at=self.now,
                    delivered_at=None,
                    problem=None,
                ),
            )

    async def message(self, identifier: str) -> OutboxMessage:
        async with self.database.reading() as session:
            found = await session.get(OutboxMessage, identifier)
        assert found is not None
        return found


@pytest_asyncio.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    database = Database(fresh_database(tmp_path / "gateway.sqlite"))
    await database.open()
    yield Post(database)
    await database.close()


async def test_what_is_acknowledged_is_delivered_once(post: Post) -> None:
    await post.write("a")
    assert await post.outbox.deliver_due() == 1
    assert await post.outbox.deliver_due() == 0
    assert post.courier.arrived == ["a"]
    assert (await post.message("a")).delivered_at == START


async def test_an_operation_that_has_not_committed_sends_nothing(post: Post) -> None:
    await post.write("a", active=False)
    assert await post.outbox.deliver_due() == 0


async def test_tried_again_later_and_later(post: Post) -> None:
    await post.write("a")
    post.courier.refuse = {"betaMSP"}
    pauses = []
    for _ in range(7):
        assert await post.outbox.deliver_due() == 0
        found = await post.message("a")
        pauses.append((found.next_attempt_at - post.now).total_seconds())
        assert await post.outbox.deliver_due() == 0, "not before its time"
        post.now = found.next_attempt_at
    assert pauses == [2, 4, 8, 16, 32, 60, 60]
    assert (await post.message("a")).problem == "delivery-failed: no answer"
    post.courier.refuse = set()
    assert await post.outbox.deliver_due() == 1


async def test_one_member_that_is_down_holds_up_nobody_else(post: Post) -> None:
    await post.write("a", "betaMSP")
    await post.write("b", "gammaMSP")
    post.courier.refuse = {"betaMSP"}
    assert await post.outbox.deliver_due() == 1
    assert post.courier.arrived == ["b"]


async def test_an_unexpected_error_is_a_failed_attempt_and_shows_no_text(post: Post) -> None:
    await post.write("a")
    post.courier.refuse = {"betaMSP"}
    post.courier.error = RuntimeError("secret")
    assert await post.outbox.deliver_due() == 0
    assert (await post.message("a")).problem == "RuntimeError"


async def test_the_worker_wakes_when_it_is_told(post: Post) -> None:
    await post.outbox.start()
    await post.write("a")
    post.outbox.notify()
    async with asyncio.timeout(20):
        await post.courier.came.wait()
    await post.outbox.stop()
    assert post.courier.arrived == ["a"]


async def test_what_a_killed_process_left_goes_at_the_next_start(post: Post) -> None:
    await post.write("a")
    again = Post(post.database)
    await again.outbox.start()
    async with asyncio.timeout(20):
        await again.courier.came.wait()
    await again.outbox.stop()
    assert again.courier.arrived == ["a"]


@pytest.mark.parametrize("order", [("a", "b", "c"), ("c", "b", "a")])
async def test_in_the_order_of_their_time(post: Post, order: tuple[str, ...]) -> None:
    for identifier in order:
        await post.write(identifier)
        post.now += timedelta(seconds=1)
    assert await post.outbox.deliver_due() == 3
    assert tuple(post.courier.arrived) == order


@pytest.mark.parametrize("left_for_it", [1, 250])
async def test_one_member_that_never_ends_its_answer_holds_up_nobody_else(
    post: Post, left_for_it: int
) -> None:
    for number in range(left_for_it):
        await post.write(f"a{number}", "betaMSP")
    post.now += timedelta(seconds=1)
    post.courier.stalls = {"betaMSP"}
    await post.outbox.start()
    try:
        for identifier in ("b", "c"):
            await post.write(identifier, "gammaMSP")
            post.outbox.notify()
            async with asyncio.timeout(20):
                await post.courier.came.wait()
            post.courier.came.clear()
    finally:
        async with asyncio.timeout(20):
            await post.outbox.stop()
    assert post.courier.arrived == ["b", "c"]
