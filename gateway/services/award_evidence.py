"""What home's registrar decides on: the slots as they are, and the evidence opened."""

from dataclasses import dataclass
from typing import NamedTuple

from chaincode.domain.check import OpenedWork
from chaincode.domain.commands.credits import Evidence
from chaincode.domain.course import Course
from chaincode.domain.credit import Credit, CreditStatus
from chaincode.domain.enrolment import Enrolment, Work
from chaincode.domain.errors import VersionConflict, WrongState
from chaincode.domain.grade import Grade
from chaincode.domain.keys import Kind, sibling
from gateway.services.grade_values import GradeValues
from gateway.services.keyring import Keyring
from gateway.services.records import Records
from gateway.services.sealed_work import OpenedWorkFile, SealedWorks


@dataclass(frozen=True, slots=True)
class SeenVersions:
    """The versions that a registrar's decision is made on."""

    credit: int
    work: int
    grade: int


class Slots(NamedTuple):
    """Everything that an award is about."""

    course: Course
    work: Work
    grade: Grade
    credit: Credit

    @property
    def versions(self) -> SeenVersions:
        """The versions of what was read."""
        return SeenVersions(self.credit.version, self.work.version, self.grade.version)

    def require_seen(self, seen: SeenVersions) -> None:
        """Hold a decision to what is there now.

        Raises:
            VersionConflict: something changed since; `field` names it.
        """
        for record, version, name in (
            (self.credit, seen.credit, "expected_version"),
            (self.work, seen.work, "work_version"),
            (self.grade, seen.grade, "grade_version"),
        ):
            if record.version != version:
                raise VersionConflict(
                    record.key, expected=version, actual=record.version, field=name
                )


class AwardEvidence:
    """Reads the slots of an enrolment, and opens what was sealed to home."""

    def __init__(
        self, records: Records, keyring: Keyring, sealed: SealedWorks, values: GradeValues
    ) -> None:
        self._records = records
        self._keyring = keyring
        self._sealed = sealed
        self._values = values

    async def slots(self, enrolment: Enrolment) -> Slots:
        """The slots as they stand on the ledger.

        Raises:
            WrongState: the student has not applied.
        """
        key = enrolment.key
        slots = Slots(
            course=await self._records.load(Course, enrolment.course),
            work=await self._sealed.slot(key),
            grade=await self._values.slot(key),
            credit=await self._records.load(Credit, sibling(key, Kind.CREDIT)),
        )
        if slots.credit.status is CreditStatus.OPEN:
            raise WrongState("the student has not applied for the credit")
        return slots

    async def secret(self, enrolment: Enrolment) -> str:
        """The enrolment's key: see `GradeValues.secret`."""
        return await self._values.secret(enrolment)

    async def evidence(self, enrolment: Enrolment, slots: Slots) -> Evidence:
        """The latest grade and work of each part, the work read whole and held to its digest.

        Raises:
            NotSealedToYou, BodyAltered, WorkNotHere: the work cannot be relied on.
        """
        intake = await self._keyring.intake_key()
        latest = [slots.work.latest(part.id) for part in slots.course.content.parts]
        works = []
        for entry in latest:
            if entry is not None:
                work = await self._sealed.open(enrolment.key, entry, intake)
                await self._sealed.verify(work)
                works.append(opened_work(work))
        return Evidence(
            grades=await self._values.latest(enrolment, slots.course, slots.grade),
            works=tuple(works),
        )


def opened_work(work: OpenedWorkFile) -> OpenedWork:
    """What a check needs of a piece of work: the content key stays here."""
    opening = work.opening
    return OpenedWork(
        number=work.entry.number,
        digest=opening.digest,
        body=work.body,
        size=opening.size,
        media_type=opening.media_type,
        salt=opening.salt,
    )
