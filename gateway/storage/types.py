"""Column types that SQLite and PostgreSQL treat alike."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import DateTime, Dialect, Enum, ForeignKey, MetaData
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator

AnyEnum = TypeVar("AnyEnum", bound=StrEnum)

mapper = registry(
    metadata=MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
)
"""Maps the values of `gateway.model` to tables; its metadata is what migrations lead to."""


class Instant(TypeDecorator[datetime]):
    """An aware time, UTC. SQLite keeps no zone, so it is put on again when read."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without zone: it would be read as UTC."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone is not stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


def choice(kind: type[AnyEnum]) -> Enum:
    """A closed list, stored by value as text."""
    return Enum(
        kind,
        native_enum=False,
        length=16,
        values_callable=lambda found: [member.value for member in found],
    )


def reference(column: str) -> ForeignKey:
    """A reference that is checked when the transaction commits: rows come in any order."""
    return ForeignKey(column, deferrable=True, initially="DEFERRED")
