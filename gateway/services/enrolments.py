"""Enrolments: a student applies under a pseudonym, the teacher admits."""

import secrets
from collections.abc import AsyncIterator, Sequence
from typing import Any

from chaincode.domain.caller import Role
from chaincode.domain.commands.learning import ApplyForCourse, LearnCourse, LearnCoursePrivate
from chaincode.domain.commitment import key_commitment
from chaincode.domain.course import Course
from chaincode.domain.enrolment import AdmissionRefusal, Enrolment
from chaincode.domain.keys import Kind, member_key, record_key, sibling, split_key
from chaincode.domain.member import MemberProfile
from chaincode.domain.sealed_value import KEY_BYTES
from chaincode.domain.transfer import Transfer
from gateway.evidence.keys import SealingPublicKey
from gateway.model.learning import EnrolmentSecret
from gateway.model.transfers import HomeTransfer, MovingCredit
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.enrolment_access import KEY_PURPOSE, EnrolmentAccess
from gateway.services.evidence_errors import translated
from gateway.services.intent import Intent, LedgerCall, OutgoingMessage, WriteRequest, new_id
from gateway.services.operations import Operations, OperationView
from gateway.services.ports import Clock, Database, SecretBox
from gateway.services.pseudonyms import Pseudonyms
from gateway.services.records import Records
from gateway.services.sealed_messages import seal_message

KEY_MESSAGE = "enrolment-key"
"""The kind of message that brings an enrolment's key to the teaching university."""
_PAGE = 200


class Enrolments:
    """This member's students elsewhere and here, and its teachers' students."""

    def __init__(
        self,
        *,
        operations: Operations,
        records: Records,
        pseudonyms: Pseudonyms,
        database: Database,
        box: SecretBox,
        access: EnrolmentAccess,
        clock: Clock,
        msp_id: str,
    ) -> None:
        self._operations = operations
        self._records = records
        self._pseudonyms = pseudonyms
        self._database = database
        self._box = box
        self._access = access
        self._clock = clock
        self._msp_id = msp_id

    async def apply(
        self,
        person: AuthenticatedPerson,
        course_key: str,
        course_digest: str | None,
        write: WriteRequest,
    ) -> OperationView:
        """Apply for a course, under the pseudonym for its university (ApplyForCourse).

        The enrolment's key leaves for the teaching university's gateway when this has committed.

        Raises:
            NotPermitted: the person is no student.
            LedgerRefused: there is no such course (record-not-found).
        """
        person.require(Role.STUDENT)
        if (before := await self._operations.repeated(write)) is not None:
            return before
        course = await self._records.load(Course, course_key)
        operation, identifier = new_id(), new_id()
        key = record_key(Kind.ENROLMENT, course.owner, identifier)
        secret = secrets.token_bytes(KEY_BYTES)
        pseudonym = await self._pseudonyms.towards(person, course.owner, operation)
        row = EnrolmentSecret(
            enrolment=key,
            person=person.id,
            course=course.key,
            teaching=course.owner,
            sealed_key=self._box.seal(secret, owner=key, purpose=KEY_PURPOSE),
            created_at=self._clock(),
        )
        command = ApplyForCourse(
            operation=operation,
            enrolment=identifier,
            course=course.key,
            course_digest=course_digest or course.digest,
            key_commitment=key_commitment(secret),
        )
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="apply-for-course",
                request=write,
                calls=(*pseudonym.register, LedgerCall(pseudonym.account, command)),
                result={"enrolment": key, "student": pseudonym.account},
                messages=await self._key_message(course.owner, key, secret),
                rows=(*pseudonym.rows, row),
                effect=pseudonym.effect,
            )
        )

    async def learn(
        self,
        person: AuthenticatedPerson,
        key: str,
        *,
        admit: bool,
        reason: AdmissionRefusal | None,
        expected_version: int,
        write: WriteRequest,
    ) -> OperationView:
        """Admit a student, or refuse with a reason (LearnCourse).

        Raises:
            NotPermitted, NotParty: the student is not this person's.
            EnrolmentKeyMissing: the key has not arrived from the home university.
        """
        enrolment = await self._access.as_teacher(person, key)
        secret = await self._access.require_secret(key)
        operation = new_id()
        command = LearnCourse(
            operation=operation,
            enrolment=key,
            expected_version=expected_version,
            admit=admit,
            reason=reason,
        )
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="learn-course",
                request=write,
                calls=(
                    LedgerCall(
                        person.account,
                        command,
                        private=LearnCoursePrivate(enrolment_key=secret),
                        endorsers=enrolment.parties,
                    ),
                ),
                result={"enrolment": key},
            )
        )

    async def read(self, person: AuthenticatedPerson, key: str) -> Enrolment:
        """One enrolment.

        Raises:
            LedgerRefused: there is none (record-not-found).
            NotParty: it concerns other people.
        """
        return await self._access.concerned(person, key)

    async def mine(self, person: AuthenticatedPerson) -> tuple[Enrolment, ...]:
        """The student's own, the teacher's students', or the registrar's university's."""
        if person.role == Role.STUDENT:
            own = await self._known(await self._rows_of(person.id))
            return (*own, *await self._moved(own, person=person.id))
        if person.role == Role.TEACHER:
            return tuple([e async for e in self._taught() if e.teacher == person.account])
        person.require(Role.REGISTRAR)
        # A row without a person came with a credit: whether it is here yet the ledger says.
        rows = [row for row in await self._rows() if row.person is not None]
        away = [row for row in rows if row.teaching != self._msp_id]
        found = (*[e async for e in self._taught()], *await self._known(away))
        return (*found, *await self._moved(found))

    async def ready(self, key: str) -> bool:
        """Whether this gateway holds the enrolment's key."""
        return await self._access.secret(key) is not None

    async def _key_message(
        self, teaching: str, key: str, secret: bytes
    ) -> tuple[OutgoingMessage, ...]:
        if teaching == self._msp_id:
            return ()
        profile = await self._records.load(MemberProfile, member_key(teaching))
        with translated():
            recipient = SealingPublicKey.from_text(profile.intake_key)
        sealed = seal_message(
            recipient,
            purpose=KEY_MESSAGE,
            place=key,
            document={"enrolment_key": secret.hex()},
        )
        return (OutgoingMessage(teaching, KEY_MESSAGE, {"enrolment": key, "sealed": sealed}),)

    async def _rows(self) -> Sequence[EnrolmentSecret]:
        async with self._database.reading() as session:
            return await session.find(EnrolmentSecret, order_by=("created_at",))

    async def _rows_of(self, person: str) -> Sequence[EnrolmentSecret]:
        async with self._database.reading() as session:
            return await session.find(EnrolmentSecret, person=person, order_by=("created_at",))

    async def _known(self, rows: Sequence[EnrolmentSecret]) -> tuple[Enrolment, ...]:
        """The rows' enrolments as far as the ledger has them: an application may be refused."""
        found = await self._records.find_all(Enrolment, [row.enrolment for row in rows])
        return tuple(enrolment for enrolment in found if enrolment is not None)

    async def _moved(self, known: Sequence[Enrolment], **equal: str) -> tuple[Enrolment, ...]:
        """Those whose credits have their home here since a transfer, beside the known ones."""
        wanted: dict[str, Any] = {"target": self._msp_id, **equal}
        async with self._database.reading() as session:
            transfers = await session.find(HomeTransfer, **wanted)
            named = tuple(transfer.id for transfer in transfers)
            rows = await session.find(MovingCredit, transfer=named, order_by=("enrolment",))
        accounts = {(row.enrolment, row.student) for row in rows}
        keys = sorted({row.enrolment for row in rows} - {one.key for one in known})
        moves = await self._records.find_all(Transfer, [sibling(k, Kind.TRANSFER) for k in keys])
        here = [
            key
            for key, move in zip(keys, moves, strict=True)
            if move and (entry := move.in_force) and (key, entry.student) in accounts
        ]
        found = await self._records.find_all(Enrolment, here)
        return tuple(enrolment for enrolment in found if enrolment is not None)

    async def _taught(self) -> AsyncIterator[Enrolment]:
        after: str | None = None
        while True:
            page = await self._records.page(Enrolment, self._msp_id, after=after, limit=_PAGE)
            for enrolment in page:
                yield enrolment
            if len(page) < _PAGE:
                return
            after = split_key(page[-1].key).identifier
