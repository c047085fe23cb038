"""Credits: the student applies and seals the work to home, home's registrar checks and awards."""

import secrets
from dataclasses import dataclass
from typing import NamedTuple

from chaincode.domain.caller import Role
from chaincode.domain.check import Report, check_student
from chaincode.domain.commands.credits import (
    ApplyForCredit,
    AwardCredit,
    AwardCreditPrivate,
    CheckStudent,
)
from chaincode.domain.commitment import SALT_BYTES, result_commitment
from chaincode.domain.course import Course
from chaincode.domain.credit import Credit
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.keys import Kind, member_key, sibling
from chaincode.domain.member import MemberProfile
from gateway.evidence.keys import SealingPublicKey
from gateway.evidence.sealing import reseal
from gateway.model.learning import WorkWrap
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.award_evidence import AwardEvidence, SeenVersions
from gateway.services.enrolment_access import EnrolmentAccess
from gateway.services.enrolments import Enrolments
from gateway.services.evidence_errors import translated
from gateway.services.intent import Intent, LedgerCall, WriteRequest, new_id
from gateway.services.keyring import Keyring
from gateway.services.operations import Operations, OperationView
from gateway.services.records import Records
from gateway.services.reports import report_of
from gateway.services.sealed_work import SealedWorks


class CreditWithEnrolment(NamedTuple):
    """A credit slot and the enrolment that it belongs to."""

    credit: Credit
    enrolment: Enrolment
    home: str
    """MSP id of the holder's home as it is now."""
    holder: str
    """Ledger key of the account that speaks for the credit now."""


@dataclass(frozen=True, slots=True)
class CheckedCredit:
    """CheckStudent's report from this member's own peer, and the versions that it is about."""

    report: Report
    versions: SeenVersions


class Credits:
    """The credits of this member's students."""

    def __init__(
        self,
        *,
        operations: Operations,
        records: Records,
        keyring: Keyring,
        access: EnrolmentAccess,
        enrolments: Enrolments,
        sealed: SealedWorks,
        evidence: AwardEvidence,
    ) -> None:
        self._operations = operations
        self._records = records
        self._keyring = keyring
        self._access = access
        self._enrolments = enrolments
        self._sealed = sealed
        self._evidence = evidence

    async def apply(
        self,
        person: AuthenticatedPerson,
        key: str,
        *,
        expected_version: int,
        grade_version: int,
        write: WriteRequest,
    ) -> OperationView:
        """Apply for a credit and seal the work that counts to home (ApplyForCredit).

        The marks need no resealing: home holds them under the enrolment's key already.

        Raises:
            NotPermitted, NotParty: not this person's enrolment.
            WorkNotHere: a piece of work has not arrived yet.
        """
        enrolment = await self._access.as_student(person, key)
        if (before := await self._operations.repeated(write)) is not None:
            return before
        operation = new_id()
        command = ApplyForCredit(
            operation=operation,
            enrolment=key,
            expected_version=expected_version,
            grade_version=grade_version,
        )
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="apply-for-credit",
                request=write,
                calls=(LedgerCall(enrolment.student, command, endorsers=enrolment.parties),),
                result={"credit": sibling(key, Kind.CREDIT)},
                rows=await self._wraps_for_home(person, enrolment),
            )
        )

    async def check(self, person: AuthenticatedPerson, key: str) -> CheckedCredit:
        """Read all work, hold it to its commitments, and run CheckStudent.

        Raises:
            NotPermitted, NotParty: not a registrar of the home university.
            WrongState: the student has not applied.
            NotSealedToYou, BodyAltered, WorkNotHere: the work cannot be relied on.
        """
        enrolment = await self._access.as_registrar(person, key, of_home=True)
        slots = await self._evidence.slots(enrolment)
        evidence = await self._evidence.evidence(enrolment, slots)
        speaker = await self._keyring.speaker(person.account, owner=person.owner)
        answer = await self._records.ask(CheckStudent(enrolment=key), evidence, speaker=speaker)
        return CheckedCredit(report_of(answer), slots.versions)

    async def award(
        self, person: AuthenticatedPerson, key: str, seen: SeenVersions, write: WriteRequest
    ) -> OperationView:
        """Award the credit on the versions seen (AwardCredit).

        Raises:
            NotPermitted, NotParty: not a registrar of the home university.
            VersionConflict: something changed since it was checked.
            CheckFailed: the evidence does not hold.
        """
        enrolment = await self._access.as_registrar(person, key, of_home=True)
        if (before := await self._operations.repeated(write)) is not None:
            return before
        slots = await self._evidence.slots(enrolment)
        slots.require_seen(seen)
        evidence = await self._evidence.evidence(enrolment, slots)
        mark = check_student(
            enrolment=enrolment,
            course=slots.course,
            work=slots.work,
            grade=slots.grade,
            opened_grades=evidence.grades,
            opened_work=evidence.works,
        ).require_valid()
        salt, operation = secrets.token_bytes(SALT_BYTES), new_id()
        command = AwardCredit(
            operation=operation,
            enrolment=key,
            expected_version=seen.credit,
            work_version=seen.work,
            grade_version=seen.grade,
            result_commitment=result_commitment(enrolment=key, mark=mark, salt=salt),
        )
        private = AwardCreditPrivate(
            grades=evidence.grades,
            works=evidence.works,
            enrolment_key=await self._access.require_secret(key),
            result_salt=salt.hex(),
        )
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="award-credit",
                request=write,
                calls=(
                    LedgerCall(
                        person.account, command, private=private, endorsers=enrolment.parties
                    ),
                ),
                result={"credit": slots.credit.key},
            )
        )

    async def read(self, person: AuthenticatedPerson, key: str) -> CreditWithEnrolment:
        """One credit: for those whom it concerns, and for registrars of other universities.

        Raises:
            LedgerRefused: there is none (record-not-found).
            NotParty: it concerns other people.
        """
        if person.role == Role.REGISTRAR:
            enrolment = await self._records.load(Enrolment, key)
        else:
            enrolment = await self._access.concerned(person, key)
        return await self._with_credit(enrolment)

    async def mine(self, person: AuthenticatedPerson) -> tuple[CreditWithEnrolment, ...]:
        """The credits of the enrolments that concern a person."""
        enrolments = await self._enrolments.mine(person)
        return tuple([await self._with_credit(enrolment) for enrolment in enrolments])

    async def _with_credit(self, enrolment: Enrolment) -> CreditWithEnrolment:
        credit = await self._records.load(Credit, sibling(enrolment.key, Kind.CREDIT))
        held = await self._access.held_of(enrolment)
        return CreditWithEnrolment(credit, enrolment, held.home, held.holder)

    async def _wraps_for_home(
        self, person: AuthenticatedPerson, enrolment: Enrolment
    ) -> tuple[WorkWrap, ...]:
        course = await self._records.load(Course, enrolment.course)
        profile = await self._records.load(MemberProfile, member_key(enrolment.home))
        private = await self._keyring.sealing_key(enrolment.student, owner=person.owner)
        wraps = []
        with translated():
            home = SealingPublicKey.from_text(profile.intake_key)
            for entry in await self._sealed.latest(enrolment, course):
                document = await self._sealed.document(entry)
                if document.wrap_for(home.key_id) is None:
                    wrap = reseal(document, private, home)
                    wraps.append(
                        WorkWrap(
                            commitment=entry.commitment,
                            recipient=wrap.recipient,
                            sealed=wrap.sealed,
                        )
                    )
        return tuple(wraps)
