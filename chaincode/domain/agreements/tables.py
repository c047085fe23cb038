"""The two tables of a learning agreement: what is taken at the host, what it replaces at home."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Self

from pydantic import Field

from chaincode.domain.errors import InvalidArgument
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import CourseKey, split_key
from chaincode.domain.values import Credits, Digest, Value

MAX_ROWS = 16
"""Rows of one table: 32 versions of two full tables stay within one record."""


class HostCourse(Value):
    """A row of table A: a course version of the host, with the digest of its content."""

    course: CourseKey
    digest: Digest


class HomeCourse(HostCourse):
    """A row of table B: a course version of home, and how many of its credits are replaced."""

    credits: Credits


HostCourses = Annotated[tuple[HostCourse, ...], Field(max_length=MAX_ROWS)]
HomeCourses = Annotated[tuple[HomeCourse, ...], Field(max_length=MAX_ROWS)]


class Tables(Value):
    """Table A and table B as one."""

    table_a: HostCourses
    table_b: HomeCourses

    @classmethod
    def none(cls) -> Self:
        """The empty tables, which a cancellation has."""
        return cls(table_a=(), table_b=())

    @property
    def empty(self) -> bool:
        """Whether neither has a row."""
        return not self.table_a and not self.table_b

    def require_whole(self) -> None:
        """Hold both tables to rows, and each course to one row: in one version, in one table.

        Raises:
            InvalidArgument: a table without rows, or a course twice.
        """
        seen: set[tuple[str, str]] = set()
        for name, rows in (("table_a", self.table_a), ("table_b", self.table_b)):
            if not rows:
                raise InvalidArgument(f"{name} needs a row", field=name)
            for place, row in enumerate(rows):
                parts = split_key(row.course)
                if (parts.owner, parts.identifier) in seen:
                    raise InvalidArgument(
                        "a course stands in one row of one table", field=f"{name}.{place}.course"
                    )
                seen.add((parts.owner, parts.identifier))

    def require_owners(self, *, host: str, home: str) -> None:
        """Hold table A to courses of the host, and table B to home's.

        Raises:
            InvalidArgument: a course of another university.
        """
        for name, rows, owner in (("table_a", self.table_a, host), ("table_b", self.table_b, home)):
            for place, row in enumerate(rows):
                if split_key(row.course).owner != owner:
                    raise InvalidArgument(
                        f"{name} has courses of {owner}", field=f"{name}.{place}.course"
                    )

    def without(self, others: "Tables") -> Mapping[str, JsonValue]:
        """The rows that `others` lacks, by table: what an error tells of a change."""
        return {
            "table_a": _lacking(self.table_a, others.table_a),
            "table_b": _lacking(self.table_b, others.table_b),
        }


def _lacking(rows: Iterable[HostCourse], others: Iterable[HostCourse]) -> list[JsonValue]:
    known = set(others)
    return [row.model_dump(mode="json") for row in rows if row not in known]
