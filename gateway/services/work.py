"""Work: sealed as it streams in, committed on the ledger, moved to the other university."""

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass

from chaincode.domain.caller import Role
from chaincode.domain.commands.learning import WorkUpload
from chaincode.domain.course import Course
from chaincode.domain.credit import Credit, CreditStatus
from chaincode.domain.enrolment import Enrolment, WorkEntry
from chaincode.domain.errors import InvalidArgument, NotParty, WrongState
from chaincode.domain.grading import Mode
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import Kind, sibling
from gateway.evidence.keys import SealingPrivateKey
from gateway.evidence.opening import work_commitment_of
from gateway.evidence.sealing import SealedWork as Sealed
from gateway.evidence.sealing import seal
from gateway.evidence.store import WorkStore
from gateway.model.learning import SealedWork, WorkWrap
from gateway.model.operations import OperationStatus
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.enrolment_access import EnrolmentAccess
from gateway.services.errors import ServiceError
from gateway.services.evidence_errors import translated
from gateway.services.intent import (
    Intent,
    LedgerCall,
    OutgoingMessage,
    WriteRequest,
    new_id,
    with_content,
)
from gateway.services.keyring import Keyring
from gateway.services.operations import Operations, OperationView
from gateway.services.ports import Clock
from gateway.services.records import Records
from gateway.services.sealed_work import OpenedWorkFile, SealedWorks, primed

WORK_MESSAGE = "sealed-work"
"""The kind of message that brings the wraps of a body that was moved before."""


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file as its owner sends it."""

    part: str
    media_type: str
    file_name: str
    content: AsyncIterable[bytes]


@dataclass(frozen=True, slots=True)
class WorkListing:
    """All work of an enrolment, and which of it lies at this gateway."""

    version: int
    entries: tuple[tuple[WorkEntry, SealedWork | None], ...]


class Works:
    """Taking work in and giving it out."""

    def __init__(
        self,
        *,
        operations: Operations,
        records: Records,
        keyring: Keyring,
        access: EnrolmentAccess,
        sealed: SealedWorks,
        store: WorkStore,
        clock: Clock,
        limit_bytes: int,
        msp_id: str,
    ) -> None:
        self._operations = operations
        self._records = records
        self._keyring = keyring
        self._access = access
        self._sealed = sealed
        self._store = store
        self._clock = clock
        self._limit_bytes = limit_bytes
        self._msp_id = msp_id

    async def upload(
        self,
        person: AuthenticatedPerson,
        key: str,
        file: IncomingFile,
        *,
        expected_version: int | None,
        write: WriteRequest,
    ) -> OperationView:
        """Seal a file, commit to it (WorkUpload), and move it to the other university.

        Raises:
            NotPermitted, NotParty: not this person's enrolment, or not this person's part.
            InvalidArgument: no such part, or an empty file.
            WrongState: not admitted, or awarded already.
            WorkTooLarge, WorkStoreFull: nothing was kept.
        """
        enrolment = await self._require_may_upload(person, key, file.part)
        slot = await self._sealed.slot(key)
        recipients = await self._sealed.recipients(enrolment)
        with translated():
            sealed = await seal(
                file.content,
                store=self._store,
                recipients=recipients,
                media_type=file.media_type,
                file_name=file.file_name,
                limit=self._limit_bytes,
            )
        if sealed.opening.size == 0:
            await self._store.delete(sealed.document.body)
            raise InvalidArgument("the file is empty", field="body")
        intent = self._intent(
            person=person,
            enrolment=enrolment,
            part=file.part,
            sealed=sealed,
            version=slot.version if expected_version is None else expected_version,
            write=with_content(write, sealed.opening.digest),
        )
        try:
            view = await self._operations.accept(intent)
        except ServiceError:
            # Not accepted. Any other end leaves it open, and then the body must stay.
            await self._store.delete(sealed.document.body)
            raise
        if view.id != intent.operation or view.status is OperationStatus.REFUSED:
            # Sealing the same file again gives another body: nobody will ask for this one.
            await self._store.delete(sealed.document.body)
        return view

    def _intent(
        self,
        *,
        person: AuthenticatedPerson,
        enrolment: Enrolment,
        part: str,
        sealed: Sealed,
        version: int,
        write: WriteRequest,
    ) -> Intent:
        key, document, operation = enrolment.key, sealed.document, new_id()
        commitment = work_commitment_of(
            sealed.opening, body=document.body, enrolment=key, part=part
        )
        command = WorkUpload(
            operation=operation,
            enrolment=key,
            expected_version=version,
            part=part,
            commitment=commitment,
        )
        account = enrolment.student if person.role == Role.STUDENT else person.account
        row = SealedWork(
            commitment=commitment,
            enrolment=key,
            part=part,
            body=document.body,
            size=document.size,
            received_at=self._clock(),
        )
        wraps = tuple(
            WorkWrap(commitment=commitment, recipient=wrap.recipient, sealed=wrap.sealed)
            for wrap in document.wraps
        )
        shown: dict[str, JsonValue] = {
            "enrolment": key,
            "part": part,
            "commitment": commitment,
            "document": document.model_dump(mode="json"),
        }
        return Intent(
            operation=operation,
            kind="work-upload",
            request=write,
            calls=(LedgerCall(account, command, endorsers=enrolment.parties),),
            result={
                "enrolment": key,
                "part": part,
                "commitment": commitment,
                "body": document.body,
                "size": sealed.opening.size,
            },
            messages=tuple(
                OutgoingMessage(member, WORK_MESSAGE, shown, body=document.body)
                for member in enrolment.parties
                if member != self._msp_id
            ),
            rows=(row, *wraps),
        )

    async def listing(self, person: AuthenticatedPerson, key: str) -> WorkListing:
        """All work of an enrolment, for the people whom it concerns.

        Raises:
            NotParty: it concerns other people.
        """
        await self._access.concerned(person, key)
        slot = await self._sealed.slot(key)
        here = await self._sealed.rows(key)
        return WorkListing(
            slot.version, tuple((entry, here.get(entry.commitment)) for entry in slot.entries)
        )

    async def content(
        self, person: AuthenticatedPerson, key: str, number: int
    ) -> tuple[OpenedWorkFile, AsyncIterator[bytes]]:
        """Open a piece of work, compare it with the ledger, then give it.

        Raises:
            NotParty: it concerns other people.
            NotFound: there is no work with this number.
            NotSealedToYou: nobody sealed it to this person.
            WorkNotHere: its body has not arrived.
            CommitmentMismatch, BodyAltered: it is not what was committed.
        """
        enrolment = await self._access.concerned(person, key)
        entry = await self._sealed.entry(key, number)
        work = await self._sealed.open(key, entry, await self._reading_key(person, enrolment))
        return work, await primed(self._sealed.content(work))

    async def _reading_key(
        self, person: AuthenticatedPerson, enrolment: Enrolment
    ) -> SealingPrivateKey:
        if person.role == Role.STUDENT:
            held = await self._access.held(enrolment.key)
            # At the old home her earlier account still opens what was sealed to it.
            own = held.holder if held.home == self._msp_id else enrolment.student
            return await self._keyring.sealing_key(own, owner=person.owner)
        if person.role == Role.TEACHER:
            return await self._keyring.sealing_key(person.account, owner=person.owner)
        credit = await self._records.load(Credit, sibling(enrolment.key, Kind.CREDIT))
        held = await self._access.held(enrolment.key)
        if person.msp_id != held.home or credit.status is CreditStatus.OPEN:
            raise NotParty(
                "a registrar reads work at home, once the student has applied for the credit"
            )
        return await self._keyring.intake_key()

    async def _require_may_upload(
        self, person: AuthenticatedPerson, key: str, part_id: str
    ) -> Enrolment:
        person.require(Role.STUDENT, Role.TEACHER)
        if person.role == Role.STUDENT:
            enrolment = await self._access.as_student(person, key)
        else:
            enrolment = await self._access.as_teacher(person, key)
        course = await self._records.load(Course, enrolment.course)
        part = course.part(part_id)
        if (person.role == Role.TEACHER) is not (part.mode is Mode.OFFLINE):
            who = "the teacher" if part.mode is Mode.OFFLINE else "the student"
            raise NotParty(f"{who} hands in this part", field="part")
        enrolment.require_admitted()
        credit = await self._records.load(Credit, sibling(key, Kind.CREDIT))
        if credit.award is not None:
            raise WrongState("the credit is awarded: its work stands")
        return enrolment
