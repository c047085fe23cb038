"""Grades: the teacher enters, a registrar reviews offline parts, those concerned read."""

import secrets
from dataclasses import dataclass, field

from chaincode.domain.commands.learning import AddGrade, AddGradePrivate, ReviewGrade
from chaincode.domain.commitment import SALT_BYTES, grade_commitment
from chaincode.domain.course import Course
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.errors import WrongState
from chaincode.domain.grade import GradeReason, ReviewOutcome
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.enrolment_access import EnrolmentAccess
from gateway.services.grade_values import GradeValue, GradeValues
from gateway.services.intent import Intent, LedgerCall, WriteRequest, new_id
from gateway.services.operations import Operations, OperationView
from gateway.services.records import Records
from gateway.services.sealed_work import SealedWorks


@dataclass(frozen=True, slots=True)
class Grading:
    """A mark (hundredths) for one part; `work_number` None grades the latest work."""

    part: str
    mark: int = field(repr=False)
    work_number: int | None
    reason: GradeReason
    expected_version: int


@dataclass(frozen=True, slots=True)
class GradeListing:
    """All grades of an enrolment at one version of its slot."""

    version: int
    values: tuple[GradeValue, ...]


class Grades:
    """Grading at the teaching university; reading at both."""

    def __init__(
        self,
        *,
        operations: Operations,
        records: Records,
        access: EnrolmentAccess,
        sealed: SealedWorks,
        values: GradeValues,
    ) -> None:
        self._operations = operations
        self._records = records
        self._access = access
        self._sealed = sealed
        self._values = values

    async def add(
        self, person: AuthenticatedPerson, key: str, grading: Grading, write: WriteRequest
    ) -> OperationView:
        """Grade one part, or correct its grade with a reason (AddGrade).

        Raises:
            NotPermitted, NotParty: the student is not this person's.
            InvalidArgument: no such part, or a mark outside the scale.
            VersionConflict: grades were entered since.
            WrongState: no work was handed in for the part.
            EnrolmentKeyMissing: the key has not arrived from the home university.
        """
        enrolment = await self._access.as_teacher(person, key)
        course = await self._records.load(Course, enrolment.course)
        part = course.part(grading.part)
        course.content.scale.require_mark(grading.mark, field="mark")
        slot = await self._values.slot(key)
        if (before := await self._operations.repeated(write)) is not None:
            return before
        slot.expect(grading.expected_version)
        salt = secrets.token_bytes(SALT_BYTES)
        operation = new_id()
        command = AddGrade(
            operation=operation,
            enrolment=key,
            expected_version=grading.expected_version,
            part=part.id,
            work_number=grading.work_number or await self._latest_work(key, part.id),
            commitment=grade_commitment(
                enrolment=key,
                part=part.id,
                number=len(slot.entries) + 1,
                mark=grading.mark,
                salt=salt,
            ),
            reason=grading.reason,
        )
        private = AddGradePrivate(
            enrolment_key=await self._access.require_secret(key),
            mark=grading.mark,
            salt=salt.hex(),
        )
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="add-grade",
                request=write,
                calls=(
                    LedgerCall(
                        person.account, command, private=private, endorsers=enrolment.parties
                    ),
                ),
                result={"enrolment": key, "part": part.id, "number": len(slot.entries) + 1},
            )
        )

    async def review(
        self,
        person: AuthenticatedPerson,
        key: str,
        number: int,
        *,
        outcome: ReviewOutcome,
        expected_version: int,
        write: WriteRequest,
    ) -> OperationView:
        """Approve or return an offline grade on the second level (ReviewGrade).

        Raises:
            NotPermitted, NotParty: not a registrar of the teaching university.
        """
        enrolment = await self._access.as_registrar(person, key, of_home=False)
        operation = new_id()
        command = ReviewGrade(
            operation=operation,
            enrolment=key,
            expected_version=expected_version,
            number=number,
            outcome=outcome,
        )
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="review-grade",
                request=write,
                calls=(LedgerCall(person.account, command, endorsers=enrolment.parties),),
                result={"enrolment": key, "number": number},
            )
        )

    async def listing(self, person: AuthenticatedPerson, key: str) -> GradeListing:
        """All grades with their values, for those whom they concern.

        Raises:
            NotParty: they concern other people.
            EnrolmentKeyMissing: the key has not arrived.
        """
        enrolment: Enrolment = await self._access.concerned(person, key)
        slot = await self._values.slot(key)
        return GradeListing(slot.version, await self._values.all(enrolment, slot))

    async def _latest_work(self, key: str, part: str) -> int:
        latest = (await self._sealed.slot(key)).latest(part)
        if latest is None:
            raise WrongState("no work was handed in for this part")
        return latest.number
