"""A member's gateway tries to fill another's disk."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from gateway.evidence.errors import WorkNotFound
from gateway.evidence.folder_store import FolderStore
from gateway.model.learning import SealedWork
from gateway.services.evidence_errors import BodyAltered, WorkStoreFull
from gateway.services.incoming_bodies import IncomingBodies, claim
from gateway.storage.database import Database
from tests.support.databases import fresh_database

LIMIT = 1 << 20
ROOM = 4
SENDER, OTHER = "betaMSP", "gammaMSP"


@dataclass
class Clock:
    """A time that tests set."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 22, 9, tzinfo=UTC))

    def __call__(self) -> datetime:
        """The present time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    found = Database(fresh_database(tmp_path / "gateway.sqlite"))
    await found.open()
    yield found
    await found.close()


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> FolderStore:
    return await FolderStore.open(tmp_path / "work")


@pytest.fixture
def bodies(database: Database, store: FolderStore, clock: Clock) -> IncomingBodies:
    return IncomingBodies(database=database, store=store, clock=clock, limit_bytes=LIMIT)


def body(number: int) -> bytes:
    return b"body %d" % number


async def push(bodies: IncomingBodies, content: bytes, *, sender: str = SENDER) -> str:
    async def chunks() -> AsyncIterator[bytes]:
        yield content

    digest = hashlib.sha256(content).hexdigest()
    await bodies.take(sender, digest, chunks())
    return digest


async def fill(bodies: IncomingBodies) -> list[str]:
    return [await push(bodies, body(number)) for number in range(ROOM)]


async def test_a_sender_whose_bodies_nobody_describes_runs_out_of_room(
    bodies: IncomingBodies, store: FolderStore
) -> None:
    await fill(bodies)
    with pytest.raises(WorkStoreFull):
        await push(bodies, body(ROOM))
    with pytest.raises(WorkNotFound):
        await store.size(hashlib.sha256(body(ROOM)).hexdigest())
    await push(bodies, body(ROOM), sender=OTHER)


async def test_a_described_body_counts_no_longer(
    bodies: IncomingBodies, database: Database
) -> None:
    kept = await fill(bodies)
    async with database.writing() as session:
        await claim(session, kept[0])
    await push(bodies, body(ROOM))


async def test_the_same_body_again_counts_once_and_a_described_one_not_at_all(
    bodies: IncomingBodies, database: Database, clock: Clock
) -> None:
    described = hashlib.sha256(body(9)).hexdigest()
    async with database.writing() as session:
        session.add(SealedWork("c" * 64, "enrolment", "essay", described, 6, clock()))
    for number in (0, 0, 1, 9, 9, 2):
        await push(bodies, body(number))
    await push(bodies, body(3))


async def test_many_at_once_are_many(bodies: IncomingBodies) -> None:
    all_here = asyncio.Barrier(ROOM + 1)
    go_on = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        await all_here.wait()
        await go_on.wait()
        yield body(0)

    digest = hashlib.sha256(body(0)).hexdigest()
    arriving = [asyncio.create_task(bodies.take(SENDER, digest, slow())) for _ in range(ROOM)]
    await all_here.wait()
    with pytest.raises(WorkStoreFull):
        await push(bodies, body(1))
    go_on.set()
    await asyncio.gather(*arriving)
    await push(bodies, body(1))


async def test_what_failed_counts_for_nothing(bodies: IncomingBodies) -> None:
    async def another() -> AsyncIterator[bytes]:
        yield body(1)

    for _ in range(2 * ROOM):
        with pytest.raises(BodyAltered):
            await bodies.take(SENDER, "0" * 64, another())
    await fill(bodies)


async def test_what_nobody_described_is_forgotten_after_a_week(
    bodies: IncomingBodies, store: FolderStore, clock: Clock
) -> None:
    kept = await fill(bodies)
    clock.now += timedelta(days=8)
    await push(bodies, body(ROOM))
    for digest in kept:
        with pytest.raises(WorkNotFound):
            await store.size(digest)
