"""What the database's connection does in its thread: little, and nothing that is left behind."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from gateway.model.operations import Nonce
from gateway.storage.database import Database
from gateway.storage.driver import OneStepConnection

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest_asyncio.fixture
async def connection(tmp_path: Path) -> AsyncIterator[OneStepConnection]:
    made = OneStepConnection(tmp_path / "file.sqlite")
    await made
    made._conn.isolation_level = None
    await made.run("CREATE TABLE found (name TEXT UNIQUE)", ())
    yield made
    await made.close()


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each hand-over to a thread."""
    counted: list[str] = []
    execute = OneStepConnection._execute

    async def counting(self: OneStepConnection, step: Any, *args: Any, **named: Any) -> Any:
        counted.append(step.__qualname__)
        return await execute(self, step, *args, **named)

    monkeypatch.setattr(OneStepConnection, "_execute", counting)
    return counted


async def test_reading_and_writing_take_one_step_a_statement(
    tmp_path: Path, steps: list[str]
) -> None:
    database = Database(tmp_path / "gateway.sqlite")
    await database.open()
    async with database.writing() as session:
        session.add(Nonce("betaMSP", "n", NOW))
    steps.clear()
    async with database.reading() as session:
        assert await session.get(Nonce, "betaMSP", "n") is not None
    assert len(steps) == 2, "the statement, and the end of its view"
    steps.clear()
    async with database.writing() as session:
        row = await session.get(Nonce, "betaMSP", "n")
        assert row is not None
        row.expires_at = NOW.replace(year=2027)
    assert len(steps) == 4, "begin, read, change, commit"
    steps.clear()
    async with database.reading():
        pass
    assert steps == []
    await database.close()


async def test_a_view_stays_the_same_while_others_write(tmp_path: Path) -> None:
    database = Database(tmp_path / "gateway.sqlite")
    await database.open()
    async with database.reading() as session:
        assert await session.count(Nonce) == 0
        async with database.writing() as other:
            other.add(Nonce("betaMSP", "n", NOW))
        assert await session.count(Nonce) == 0
    async with database.reading() as session:
        assert await session.count(Nonce) == 1
    await database.close()


@pytest.mark.parametrize("end", ["rollback", "commit"])
async def test_what_was_cancelled_in_the_thread_is_not_left_open(
    connection: OneStepConnection, tmp_path: Path, end: str
) -> None:
    gate = threading.Event()
    busy = asyncio.create_task(connection._execute(gate.wait))
    beginning = asyncio.create_task(connection.run("BEGIN IMMEDIATE", ()))
    await asyncio.sleep(0)
    beginning.cancel()
    await asyncio.wait({beginning})
    asyncio.get_running_loop().call_later(0.05, gate.set)
    await getattr(connection, end)()
    await busy
    assert not connection.in_transaction
    with closing(sqlite3.connect(tmp_path / "file.sqlite", timeout=0)) as other:
        other.execute("INSERT INTO found VALUES ('by another')")
        other.commit()


async def test_a_refused_statement_leaves_its_transaction_to_be_rolled_back(
    connection: OneStepConnection,
) -> None:
    await connection.run("BEGIN IMMEDIATE", ())
    await connection.run("INSERT INTO found VALUES (?)", ("a",))
    with pytest.raises(sqlite3.IntegrityError):
        await connection.run("INSERT INTO found VALUES (?)", ("a",))
    assert connection.in_transaction
    await connection.rollback()
    assert not connection.in_transaction
    assert (await connection.run("SELECT * FROM found", ())).rows == []


async def test_a_plain_beginning_takes_effect_with_the_first_statement(
    connection: OneStepConnection,
) -> None:
    await connection.run("BEGIN", ())
    assert not connection.in_transaction
    await connection.run("SELECT * FROM found", ())
    assert connection.in_transaction
    await connection.commit()
    assert not connection.in_transaction


async def test_many_rows_in_one_step(connection: OneStepConnection, steps: list[str]) -> None:
    cursor = connection.cursor()
    await cursor.executemany("INSERT INTO found VALUES (?)", [("a",), ("b",), ("c",)])
    assert cursor.rowcount == 3
    await cursor.execute("SELECT name FROM found ORDER BY name")
    assert await cursor.fetchall() == [("a",), ("b",), ("c",)]
    assert len(steps) == 2
