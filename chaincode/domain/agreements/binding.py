"""What was agreed binds: whether results fulfil the version in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from chaincode.domain.agreements.agreement import Agreement
from chaincode.domain.agreements.tables import HomeCourse, HostCourse


class Binding(StrEnum):
    """Whether recognition follows from the agreement alone."""

    FULFILLED = "fulfilled"
    """Every row of table A has its credit: table B is recognised, unless the rule asks for more."""
    OPEN = "open"
    """Rows of table A lack their credit."""
    CANCELLED = "cancelled"
    NOT_AGREED = "not-agreed"
    """No version was ever approved by all three."""


@dataclass(frozen=True, slots=True)
class Result:
    """One credit of the student, as the ledger has it."""

    enrolment: str
    """Ledger key."""
    student: str
    """The pseudonym that holds it."""
    course: str
    course_digest: str
    stands: bool
    """Awarded, and neither failed by a correction nor suspended nor revoked."""


@dataclass(frozen=True, slots=True)
class FulfilledRow:
    """A row of table A and the credit that fulfils it."""

    row: HostCourse
    enrolment: str | None
    """None while there is none."""


@dataclass(frozen=True, slots=True)
class BindingReport:
    """How results stand to what was agreed."""

    binding: Binding
    number: int | None
    """Of the version in force."""
    digest: str | None
    rows: tuple[FulfilledRow, ...] = ()
    """Table A in its order."""
    recognised: tuple[HomeCourse, ...] = ()
    """Table B where all of table A is fulfilled; else nothing, and the rule decides by itself."""

    @property
    def missing(self) -> tuple[HostCourse, ...]:
        """The rows of table A without a credit."""
        return tuple(one.row for one in self.rows if one.enrolment is None)


def binding_on(agreement: Agreement, results: Iterable[Result]) -> BindingReport:
    """Compare results with the version in force.

    A row is fulfilled by a standing credit of the agreement's own pseudonym in that very course
    version with that very content; of several, by the first in the order of their keys. Credits
    in other courses change nothing.
    """
    version = agreement.in_force
    if version is None:
        return BindingReport(Binding.NOT_AGREED, None, None)
    if agreement.cancelled:
        return BindingReport(Binding.CANCELLED, version.number, version.digest)
    held: dict[tuple[str, str], str] = {}
    for result in sorted(results, key=lambda one: one.enrolment):
        if result.stands and result.student == agreement.student:
            held.setdefault((result.course, result.course_digest), result.enrolment)
    rows = tuple(FulfilledRow(row, held.get((row.course, row.digest))) for row in version.table_a)
    fulfilled = all(row.enrolment is not None for row in rows)
    return BindingReport(
        Binding.FULFILLED if fulfilled else Binding.OPEN,
        version.number,
        version.digest,
        rows,
        version.table_b if fulfilled else (),
    )
