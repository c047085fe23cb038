"""Marks: read from this member's own collection, opened, held to the ledger's commitments."""

from dataclasses import dataclass, field

from chaincode.domain import canonical
from chaincode.domain.check import OpenedGrade
from chaincode.domain.commands.base import Arguments
from chaincode.domain.commands.reading import ReadSealedGrade
from chaincode.domain.commitment import grade_commitment
from chaincode.domain.course import Course
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.grade import Grade, GradeEntry
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.sealed_value import open_value
from chaincode.domain.values import Mark, Secret256
from gateway.services.enrolment_access import EnrolmentAccess
from gateway.services.records import Records


class _StoredValue(Arguments):
    """What a grade's private value holds, once opened."""

    mark: Mark
    salt: Secret256


@dataclass(frozen=True, slots=True)
class GradeValue:
    """One grading with its value."""

    entry: GradeEntry
    opened: OpenedGrade = field(repr=False)
    matches: bool
    """Whether the value recomputes the commitment on the ledger."""


class GradeValues:
    """Opens the marks of enrolments that this member takes part in."""

    def __init__(self, records: Records, access: EnrolmentAccess) -> None:
        self._records = records
        self._access = access

    async def slot(self, enrolment: str) -> Grade:
        """The enrolment's grades on the ledger."""
        return await self._records.load(Grade, sibling(enrolment, Kind.GRADE))

    async def value(self, enrolment: Enrolment, entry: GradeEntry) -> GradeValue:
        """One mark.

        Raises:
            EnrolmentKeyMissing: the key has not arrived.
            CommitmentMismatch: the stored value does not open under the enrolment's key.
        """
        secret = await self._access.require_secret(enrolment.key)
        answer = await self._records.ask(
            ReadSealedGrade(enrolment=enrolment.key, number=entry.number)
        )
        place = f"{sibling(enrolment.key, Kind.GRADE)}/{entry.number}"
        plain = open_value(
            bytes.fromhex(secret), place=place, sealed=bytes.fromhex(str(answer["sealed"]))
        )
        value = _StoredValue.check(canonical.decode(plain))
        opened = OpenedGrade(number=entry.number, mark=value.mark, salt=value.salt)
        return GradeValue(entry, opened, matches(enrolment.key, entry, opened))

    async def all(self, enrolment: Enrolment, slot: Grade) -> tuple[GradeValue, ...]:
        """Every mark that was ever entered, corrections included."""
        return tuple([await self.value(enrolment, entry) for entry in slot.entries])

    async def latest(
        self, enrolment: Enrolment, course: Course, slot: Grade
    ) -> tuple[OpenedGrade, ...]:
        """The marks that count, one for each graded part."""
        entries = [slot.latest(part.id) for part in course.content.parts]
        values = [await self.value(enrolment, entry) for entry in entries if entry is not None]
        return tuple(value.opened for value in values)


def matches(enrolment: str, entry: GradeEntry, opened: OpenedGrade) -> bool:
    """Whether an opened mark recomputes the commitment of an entry."""
    computed = grade_commitment(
        enrolment=enrolment,
        part=entry.part,
        number=opened.number,
        mark=opened.mark,
        salt=bytes.fromhex(opened.salt),
    )
    return computed == entry.commitment
