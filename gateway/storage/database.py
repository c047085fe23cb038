"""One member's database on SQLAlchemy: SQLite in WAL mode, one writer at a time.

A writing transaction begins with BEGIN IMMEDIATE, so that what it read still holds when it
commits; `synchronous=FULL` makes a commit survive a power cut, which resuming operations
relies on; `secure_delete` overwrites what is deleted, since erasing is one of our promises.
"""

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

import gateway.storage.tables  # noqa: F401 - lays each row of the model on its table
from gateway.services.errors import DatabaseBusy, DatabaseFull, RowConflict
from gateway.storage.driver import OneStepConnection
from gateway.storage.errors import DatabaseUnusable, TablesUnknown
from gateway.storage.migrate import upgrade
from gateway.storage.session import Rows

_BUSY_SECONDS: Final = 10
_LEAST_ROOM: Final = 16 << 20
"""Bytes; below it the next writes, which go to a log first, may find none."""
_MIGRATING: Final = threading.Lock()
"""Alembic keeps its context in globals: one migration at a time in a process."""
_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}",
)


class Database:
    """Sessions over one SQLite file."""

    def __init__(self, file: Path) -> None:
        """Prepare; nothing is opened before `open`."""
        self._file = file
        self._engine = create_async_engine(
            f"sqlite+aiosqlite:///{file}",
            async_creator=self._connection,
            hide_parameters=True,  # an error's text would repeat names
        )
        _set_up(self._engine)
        self._writer = self._engine.execution_options(writing=True)
        self._alone = asyncio.Lock()
        self._shared: ContextVar[Rows | None] = ContextVar("shared", default=None)

    async def open(self) -> None:
        """Bring the database to this version's tables.

        Raises:
            DatabaseUnusable: it cannot be opened, or belongs to a newer version.
        """
        await asyncio.to_thread(_MIGRATING.acquire)
        try:
            async with self._writer.begin() as connection:
                await connection.run_sync(upgrade)
        except (DBAPIError, TablesUnknown, OSError) as error:
            raise DatabaseUnusable(f"the database {self._file} cannot be used: {error}") from error
        finally:
            _MIGRATING.release()

    async def _connection(self) -> OneStepConnection:
        connection = OneStepConnection(self._file)
        await connection
        return connection

    async def has_room(self) -> bool:
        """Whether its disk has room for more: a full one can be read, and takes nothing."""
        usage = await asyncio.to_thread(shutil.disk_usage, self._file.parent)
        return usage.free >= _LEAST_ROOM

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Rows]:
        """A consistent view; changes are not kept."""
        shared = self._shared.get()
        if shared is not None:
            yield shared
            return
        async with AsyncSession(self._engine, expire_on_commit=False, autoflush=False) as session:
            await _connected(session)
            yield Rows(session)

    @asynccontextmanager
    async def one_view(self) -> AsyncIterator[None]:
        """Whatever this task reads within is read in one consistent view."""
        async with self.reading() as rows:
            token = self._shared.set(rows)
            try:
                yield
            finally:
                self._shared.reset(token)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Rows]:
        """One transaction, alone: durable when the block ends, undone when it raises.

        Raises:
            RowConflict: a unique value is taken.
            DatabaseBusy: another process did not let go in time.
            DatabaseFull: there is no room on the disk.
        """
        async with self._alone, AsyncSession(self._writer, expire_on_commit=False) as session:
            try:
                async with session.begin():
                    await _connected(session)
                    yield Rows(session)
            except IntegrityError as error:
                raise RowConflict(str(error.orig)) from error
            except OperationalError as error:
                raise _known(error) from error


async def _connected(session: AsyncSession) -> None:
    """Have the session's connection: one that is cancelled half open would never be closed."""
    connecting = asyncio.ensure_future(session.connection())
    try:
        await asyncio.shield(connecting)
    except asyncio.CancelledError:
        await asyncio.wait([connecting])
        raise


def _known(error: OperationalError) -> Exception:
    """SQLite says by words what stands behind (sqlite3.c, sqlite3ErrStr)."""
    words = str(error.orig)
    if "locked" in words:
        return DatabaseBusy("the database is held by another process: try again")
    if "full" in words:
        return DatabaseFull("the gateway's disk is full: nothing was stored")
    return error


def _set_up(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        del record
        # The driver's own BEGIN would come late and be a deferred one.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begun(connection: Connection) -> None:
        options: dict[str, Any] = dict(connection.get_execution_options())
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writing") else "BEGIN")
