"""Corrections after the award: pending until a registrar of the holder's home accepts them."""

import secrets
from dataclasses import dataclass

from chaincode.domain.caller import Role
from chaincode.domain.check import check_student
from chaincode.domain.commands.corrections import AcceptCorrection, AcceptCorrectionPrivate
from chaincode.domain.commitment import SALT_BYTES, result_commitment
from chaincode.domain.credit import Credit
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.errors import WrongState
from chaincode.domain.grade import Grade, GradeEntry
from chaincode.domain.keys import Kind, sibling
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.award_evidence import AwardEvidence, SeenVersions
from gateway.services.enrolment_access import EnrolmentAccess
from gateway.services.enrolments import Enrolments
from gateway.services.intent import Intent, LedgerCall, WriteRequest, new_id
from gateway.services.operations import Operations, OperationView
from gateway.services.ports import SecretBox
from gateway.services.recognition.corrected_results import CorrectedResult, TellsResults
from gateway.services.recognition.results import OpenedResult, shown_result
from gateway.services.records import Records


@dataclass(frozen=True, slots=True)
class PendingCorrection:
    """An awarded credit whose grades were corrected since."""

    enrolment: Enrolment
    credit: Credit
    grade: Grade
    entries: tuple[GradeEntry, ...]
    """The grades that home has not accepted yet; their marks are no part of it."""


class Corrections:
    """Corrected grades of this member's students."""

    def __init__(
        self,
        *,
        operations: Operations,
        records: Records,
        access: EnrolmentAccess,
        enrolments: Enrolments,
        evidence: AwardEvidence,
        telling: TellsResults,
        box: SecretBox,
        msp_id: str,
    ) -> None:
        """Take `telling`, which brings the new mark to the members that use the credit."""
        self._operations = operations
        self._records = records
        self._access = access
        self._enrolments = enrolments
        self._evidence = evidence
        self._telling = telling
        self._box = box
        self._msp_id = msp_id

    async def pending(self, person: AuthenticatedPerson) -> tuple[PendingCorrection, ...]:
        """What waits for a registrar's acceptance, of the enrolments that concern a person.

        At a home that a credit moved away from nothing of it waits any more.
        """
        enrolments = await self._enrolments.mine(person)
        keys = [enrolment.key for enrolment in enrolments]
        credits_ = await self._records.find_all(Credit, [sibling(k, Kind.CREDIT) for k in keys])
        grades = await self._records.find_all(Grade, [sibling(k, Kind.GRADE) for k in keys])
        found = tuple(
            PendingCorrection(enrolment, credit, grade, entries)
            for enrolment, credit, grade in zip(enrolments, credits_, grades, strict=True)
            if credit and grade and (entries := credit.pending(grade))
        )
        return tuple([one for one in found if await self._concerns(one.enrolment)])

    async def accept(
        self, person: AuthenticatedPerson, key: str, seen: SeenVersions, write: WriteRequest
    ) -> OperationView:
        """Replace the award by what the corrected grades give (AcceptCorrection).

        Below the pass mark the credit fails.

        Raises:
            NotPermitted, NotParty: not a registrar of the credit's home university.
            WrongState: nothing was corrected since the award.
            MarkNotHere, WorkNotHere: not all of the evidence has come to this home.
            VersionConflict: something changed since it was checked.
            CheckFailed: the evidence does not hold.
        """
        person.require(Role.REGISTRAR)
        enrolment = await self._access.as_registrar(person, key, of_home=True)
        if (before := await self._operations.repeated(write)) is not None:
            return before
        slots = await self._evidence.slots(enrolment)
        slots.require_seen(seen)
        if not slots.credit.pending(slots.grade):
            raise WrongState("no grade was corrected since the award")
        evidence = await self._evidence.evidence(enrolment, slots)
        mark, _ = check_student(
            enrolment=enrolment,
            course=slots.course,
            work=slots.work,
            grade=slots.grade,
            opened_grades=evidence.grades,
            opened_work=evidence.works,
        ).require_evidence()
        salt, operation = secrets.token_bytes(SALT_BYTES), new_id()
        commitment = result_commitment(enrolment=key, mark=mark, salt=salt)
        command = AcceptCorrection(
            operation=operation,
            enrolment=key,
            expected_version=seen.credit,
            work_version=seen.work,
            grade_version=seen.grade,
            result_commitment=commitment,
        )
        private = AcceptCorrectionPrivate(
            grades=evidence.grades,
            works=evidence.works,
            enrolment_key=await self._evidence.secret(enrolment),
            result_salt=salt.hex(),
        )
        result = CorrectedResult(enrolment, mark, salt, commitment, seen.credit + 1)
        call = LedgerCall(person.account, command, private=private, endorsers=enrolment.parties)
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="accept-correction",
                request=write,
                calls=(call,),
                messages=await self._telling.messages(result),
                rows=self._own(result),
                result={"credit": slots.credit.key},
            )
        )

    def _own(self, result: CorrectedResult) -> tuple[object, ...]:
        """A home that has no collection with the new mark keeps it itself."""
        if self._msp_id in result.enrolment.parties:
            return ()
        opened = OpenedResult(mark=result.mark, salt=result.salt.hex())
        return (shown_result(self._box, result.enrolment.key, result.commitment, opened),)

    async def _concerns(self, enrolment: Enrolment) -> bool:
        held = await self._access.held(enrolment.key)
        return self._msp_id in {held.home, enrolment.teaching}
