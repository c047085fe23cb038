"""Rows by their attributes: the only way in which use cases speak to the database."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import func, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

Row = TypeVar("Row")


class Rows:
    """One transaction; satisfies the services' `Session`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, *rows: object) -> None:
        """Keep new rows; they are written in this order."""
        self._session.add_all(rows)

    async def get(self, kind: type[Row], *identifier: object) -> Row | None:
        """The row of that primary key."""
        return await self._session.get(kind, identifier)

    async def find(
        self,
        kind: type[Row],
        *,
        order_by: Sequence[str] = (),
        limit: int | None = None,
        at_most: Mapping[str, object] | None = None,
        at_least: Mapping[str, object] | None = None,
        **equal: object,
    ) -> Sequence[Row]:
        """Rows with these values; a tuple means any of its values."""
        query = select(kind).where(*_conditions(kind, equal, at_most))
        for name, value in (at_least or {}).items():
            query = query.where(_column(kind, name) >= value)
        for name in order_by:
            column = _column(kind, name.removeprefix("-"))
            query = query.order_by(column.desc() if name.startswith("-") else column)
        if limit is not None:
            query = query.limit(limit)
        return (await self._session.scalars(query)).all()

    async def values(
        self,
        kind: type[Any],
        name: str,
        *,
        at_most: Mapping[str, object] | None = None,
        **equal: object,
    ) -> Sequence[object]:
        """The different values of one column among the rows with these values."""
        conditions = _conditions(kind, equal, at_most)
        query = select(_column(kind, name)).where(*conditions).distinct()
        return (await self._session.scalars(query)).all()

    async def count(self, kind: type[Row], **equal: object) -> int:
        """How many rows have these values."""
        query = select(func.count()).select_from(kind).where(*_conditions(kind, equal))
        return int((await self._session.execute(query)).scalar_one())

    async def delete(self, row: object) -> None:
        """Forget a row."""
        await self._session.delete(row)

    async def flush(self) -> None:
        """Send what was changed, so that a conflict shows now."""
        await self._session.flush()


def _conditions(
    kind: type[Any], equal: Mapping[str, object], at_most: Mapping[str, object] | None = None
) -> list[Any]:
    return [
        *(
            _column(kind, name).in_(value)
            if isinstance(value, tuple)
            else _column(kind, name) == value
            for name, value in equal.items()
        ),
        *(_column(kind, name) <= value for name, value in (at_most or {}).items()),
    ]


def _column(kind: type[Any], name: str) -> Any:
    mapped = inspect(kind)
    if name not in mapped.column_attrs:
        raise AttributeError(f"{kind.__name__} has no column {name}")
    return getattr(kind, name)
