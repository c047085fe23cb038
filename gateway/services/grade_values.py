"""Marks: read from this member's own collection, opened, held to the ledger's commitments.

A home that a credit moved to has no collection with them: it keeps what was handed over, and
fetches from the teaching university what was entered since.
"""

from collections.abc import Awaitable, Callable
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
from gateway.services.evidence_errors import MarkNotHere
from gateway.services.handed_marks import HandedMarks
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

    def __init__(
        self,
        records: Records,
        access: EnrolmentAccess,
        handed: HandedMarks,
        fetch: Callable[[str], Awaitable[None]],
        msp_id: str,
    ) -> None:
        """Take `fetch`, which brings what a home lacks of an enrolment, by its ledger key."""
        self._records = records
        self._access = access
        self._handed = handed
        self._fetch = fetch
        self._msp_id = msp_id

    async def slot(self, enrolment: str) -> Grade:
        """The enrolment's grades on the ledger."""
        return await self._records.load(Grade, sibling(enrolment, Kind.GRADE))

    async def value(self, enrolment: Enrolment, entry: GradeEntry) -> GradeValue:
        """One mark.

        Raises:
            EnrolmentKeyMissing: the key has not arrived.
            CommitmentMismatch: the stored value does not open under the enrolment's key.
            MarkNotHere: it was not handed over, and the teaching university did not give it.
            PeerUnavailable, PeerSaidNo, NotParty: nor was it to be had from there.
        """
        if self._msp_id not in enrolment.parties:
            handed = await self._handed_over(enrolment.key, entry.number)
            return GradeValue(entry, handed, matches(enrolment.key, entry, handed))
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

    async def secret(self, enrolment: Enrolment) -> str:
        """The enrolment's key, 64 hexadecimal digits, fetched where it was not handed over.

        Raises:
            EnrolmentKeyMissing: it has not arrived.
            PeerUnavailable, PeerSaidNo, NotParty: nor was it to be had.
        """
        found = await self._access.secret(enrolment.key)
        if found is None and self._msp_id not in enrolment.parties:
            await self._fetch(enrolment.key)
        return found or await self._access.require_secret(enrolment.key)

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

    async def _handed_over(self, enrolment: str, number: int) -> OpenedGrade:
        found = await self._handed.find(enrolment, number)
        if found is None:
            await self._fetch(enrolment)
            found = await self._handed.find(enrolment, number)
        if found is None:
            raise MarkNotHere(f"the mark of grade {number} was not handed over", field="number")
        return found


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
