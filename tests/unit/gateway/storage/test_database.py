import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from gateway.model.operations import Nonce
from gateway.model.people import Application, ApplicationStatus, Person, PersonStatus
from gateway.services.errors import DatabaseBusy, DatabaseFull, RowConflict
from gateway.storage.database import Database
from gateway.storage.errors import DatabaseUnusable
from gateway.storage.migrate import MIGRATIONS, newest
from gateway.storage.tables import metadata

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(tmp_path / "gateway.sqlite")
    await made.open()
    yield made
    await made.close()


def person(number: int, login: str | None = None) -> Person:
    return Person(f"{number:032x}", login or f"p{number}", "P", "student", PersonStatus.ACTIVE, NOW)


async def test_the_migrations_lead_to_the_tables(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with database._engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_opening_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    async with database.writing() as session:
        session.add(person(1))
    again = Database(tmp_path / "gateway.sqlite")
    await again.open()
    async with again.reading() as session:
        assert await session.get(Person, f"{1:032x}") == person(1)
    await again.close()


async def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "gateway.sqlite"
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('9999')"))
    engine.dispose()
    database = Database(file)
    with pytest.raises(DatabaseUnusable):
        await database.open()
    await database.close()


@pytest.mark.parametrize("content", [b"no database at all" * 100])
async def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "gateway.sqlite"
    file.write_bytes(content)
    database = Database(file)
    with pytest.raises(DatabaseUnusable):
        await database.open()
    await database.close()


async def test_a_folder_that_is_missing_is_refused(tmp_path: Path) -> None:
    database = Database(tmp_path / "nowhere" / "gateway.sqlite")
    with pytest.raises(DatabaseUnusable):
        await database.open()
    await database.close()


async def test_what_raises_leaves_nothing(database: Database) -> None:
    async def add_and_fail() -> None:
        async with database.writing() as session:
            session.add(person(1))
            await session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await add_and_fail()
    async with database.reading() as session:
        assert await session.find(Person) == []


async def test_a_unique_value_that_is_taken(database: Database) -> None:
    async with database.writing() as session:
        session.add(person(1, "same"))
    with pytest.raises(RowConflict):
        async with database.writing() as session:
            session.add(person(2, "same"))


async def test_a_reference_to_nothing(database: Database) -> None:
    with pytest.raises(RowConflict):
        async with database.writing() as session:
            session.add(
                Application(
                    "0" * 32,
                    "student",
                    "a",
                    "A",
                    "",
                    ApplicationStatus.APPROVED,
                    NOW,
                    person="f" * 32,
                )
            )


async def test_one_writer_at_a_time(database: Database) -> None:
    """Read, then write: twenty at once lose nothing."""
    async with database.writing() as session:
        session.add(person(1))

    async def lengthen() -> None:
        async with database.writing() as session:
            row = await session.get(Person, f"{1:032x}")
            assert row is not None
            row.name += "x"

    await asyncio.gather(*(lengthen() for _ in range(20)))
    async with database.reading() as session:
        row = await session.get(Person, f"{1:032x}")
        assert row is not None
        assert row.name == "P" + "x" * 20


async def test_two_processes_write_in_turn(database: Database, tmp_path: Path) -> None:
    other = Database(tmp_path / "gateway.sqlite")
    async with database.writing() as session:
        session.add(person(1))
        await session.flush()
        waiting = asyncio.create_task(_add(other, person(2)))
        await asyncio.sleep(0)
    await waiting
    await other.close()
    async with database.reading() as session:
        assert len(await session.find(Person)) == 2


async def _add(database: Database, row: Person) -> None:
    async with database.writing() as session:
        session.add(row)


async def test_a_writer_that_never_lets_go(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.storage.database._PRAGMAS", ("PRAGMA busy_timeout=1",))
    other = Database(tmp_path / "gateway.sqlite")
    async with database.writing() as session:
        session.add(person(1))
        await session.flush()
        with pytest.raises(DatabaseBusy):
            await _add(other, person(2))
    await other.close()


async def test_a_full_disk_is_said_and_leaves_nothing(database: Database) -> None:
    async def add_many() -> None:
        async with database.writing() as session:
            # SQLite's own way to have no more room: the file may not grow.
            await session._session.execute(text("PRAGMA max_page_count = 1"))
            session.add(*(Nonce("betaMSP", str(number), NOW) for number in range(2000)))

    with pytest.raises(DatabaseFull):
        await add_many()
    async with database.reading() as session:
        assert await session.count(Nonce) == 0


async def test_times_come_back_with_their_zone(database: Database) -> None:
    elsewhere = NOW.astimezone(tz=None)
    async with database.writing() as session:
        session.add(Nonce("betaMSP", "n", elsewhere))
    async with database.reading() as session:
        (row,) = await session.find(Nonce)
    assert row.expires_at == NOW
    assert row.expires_at.tzinfo is UTC


async def test_a_time_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="without zone"):
        async with database.writing() as session:
            session.add(Nonce("betaMSP", "n", NOW.replace(tzinfo=None)))


async def test_finding(database: Database) -> None:
    async with database.writing() as session:
        for number in range(5):
            session.add(Nonce("a" if number < 3 else "b", str(number), NOW + timedelta(number)))
    async with database.reading() as session:

        async def found(**options: object) -> list[str]:
            rows = await session.find(Nonce, order_by=("nonce",), **options)  # type: ignore[arg-type] # a mixture of filters
            return [row.nonce for row in rows]

        assert await found() == ["0", "1", "2", "3", "4"]
        assert await found(sender="a") == ["0", "1", "2"]
        assert await session.count(Nonce, sender="a") == 3
        assert await session.count(Nonce) == 5
        assert await found(sender=("a", "b"), limit=2) == ["0", "1"]
        assert await found(at_most={"expires_at": NOW + timedelta(1)}) == ["0", "1"]
        newest = await session.find(Nonce, order_by=("-expires_at",), limit=1)
        assert newest[0].nonce == "4"
        with pytest.raises(AttributeError):
            await session.find(Nonce, nothing=1)


async def test_what_is_deleted_leaves_no_bytes(database: Database, tmp_path: Path) -> None:
    secret = "remarkable-name-to-be-erased"
    async with database.writing() as session:
        row = person(1)
        row.name = secret
        session.add(row)
    async with database.writing() as session:
        found = await session.get(Person, f"{1:032x}")
        assert found is not None
        await session.delete(found)
    await database.close()
    assert secret.encode() not in (tmp_path / "gateway.sqlite").read_bytes()


async def test_what_is_up_to_date_needs_no_migrations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Database(tmp_path / "gateway.sqlite")
    await made.open()
    await made.close()

    def never(*_: object) -> None:
        raise AssertionError("nothing is missing")

    monkeypatch.setattr("alembic.command.upgrade", never)
    again = Database(tmp_path / "gateway.sqlite")
    await again.open()
    await again.close()


async def test_the_newest_migration_is_the_one_that_the_files_say() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert scripts.get_heads() == [newest()]


def test_a_process_reads_what_another_one_migrated(tmp_path: Path) -> None:
    """Nothing but the database itself brings the tables: here no migration does."""
    file = tmp_path / "gateway.sqlite"
    program = f"""
import asyncio
from pathlib import Path
from gateway.model.people import Person
from gateway.storage.database import Database
async def read():
    database = Database(Path({str(file)!r}))
    await database.open()
    async with database.reading() as session:
        print(len(await session.find(Person)))
    await database.close()
asyncio.run(read())
"""
    for _ in range(2):
        said = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", program], capture_output=True, text=True, check=False
        )
        assert (said.stdout, said.stderr) == ("0\n", "")
