"""aiosqlite with one hand-over to its thread for each statement, instead of four.

SQLAlchemy's adapter opens a cursor, executes, fetches and closes, and rolls back once more when a
connection returns to the pool; each of these would wake the thread and then the event loop.
"""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Self, TypeVar

import aiosqlite

_BEGIN: Final = "BEGIN"
_Result = TypeVar("_Result")
_CHUNK: Final = 64


class OneStepConnection(aiosqlite.Connection):
    """A connection whose statements are executed, fetched and closed at once.

    A plain BEGIN waits for the first statement: SQLite's takes no lock and no snapshot before it.
    """

    def __init__(self, file: Path) -> None:
        """Prepare; awaiting it opens the file."""
        super().__init__(lambda: sqlite3.connect(file, check_same_thread=False), _CHUNK)
        self._thread.daemon = True  # a connection that was lost keeps no process alive
        self._begins = False
        self._settled = True
        """Whether nothing is under way in the thread that its caller no longer waits for."""

    def cursor(self) -> "OneStepCursor":  # type: ignore[override] # opening one costs nothing
        """Make a cursor for one statement."""
        return OneStepCursor(self)

    async def run(self, statement: str, parameters: Any, *, many: bool = False) -> "Done":
        """Execute a statement and fetch all that it gives.

        Raises:
            sqlite3.Error: SQLite refused.
        """
        if statement == _BEGIN:
            self._begins = True
            return Done()
        begins, self._begins = self._begins, False

        def step() -> Done:
            if begins:
                self._conn.execute(_BEGIN)
            cursor = self._conn.cursor()
            try:
                (cursor.executemany if many else cursor.execute)(statement, parameters)
                rows = cursor.fetchall() if cursor.description else []
                return Done(rows, cursor.description, cursor.rowcount, cursor.lastrowid)
            finally:
                cursor.close()

        return await self._handed_over(step)

    async def commit(self) -> None:
        """Commit, where a transaction has begun."""
        await self._end(self._conn.commit)

    async def rollback(self) -> None:
        """Roll back, where a transaction has begun."""
        await self._end(self._conn.rollback)

    async def _end(self, step: Callable[[], None]) -> None:
        self._begins = False
        if not self._settled or self.in_transaction:
            await self._handed_over(step)
            # The thread works in order: whatever was left alone has ended before this.
            self._settled = True

    async def _handed_over(self, step: Callable[[], _Result]) -> _Result:
        before, self._settled = self._settled, False
        try:
            result: _Result = await self._execute(step)  # type: ignore[no-untyped-call] # aiosqlite's
        except sqlite3.Error:
            self._settled = before
            raise
        self._settled = before
        return result


class Done:
    """What a statement gave."""

    __slots__ = ("description", "lastrowid", "rowcount", "rows")

    def __init__(
        self,
        rows: Sequence[Any] = (),
        description: Any = None,
        rowcount: int = -1,
        lastrowid: int | None = None,
    ) -> None:
        self.rows = rows
        self.description = description
        self.rowcount = rowcount
        self.lastrowid = lastrowid


class OneStepCursor:
    """What SQLAlchemy's adapter asks of an asynchronous cursor (`connectors/asyncio.py`)."""

    arraysize = 1

    def __init__(self, connection: OneStepConnection) -> None:
        self._connection = connection
        self._done = Done()

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:
        """The columns; None where the statement gives no rows."""
        return self._done.description

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._done.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The row that was inserted last."""
        return self._done.lastrowid

    async def execute(self, statement: str, parameters: Any = ()) -> Self:
        """Execute and fetch."""
        self._done = await self._connection.run(statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Any) -> Self:
        """Execute for each of the parameters."""
        self._done = await self._connection.run(statement, parameters, many=True)
        return self

    async def fetchall(self) -> Sequence[Any]:
        """Give what was fetched."""
        return self._done.rows

    async def close(self) -> None:
        """Forget what was fetched."""
        self._done = Done(description=self._done.description, rowcount=self._done.rowcount)
