"""Who may see what of an enrolment, and the key that its private values lie under."""

from dataclasses import dataclass

from chaincode.domain.caller import Role
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.errors import NotParty
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.transfer import Transfer
from gateway.model.learning import EnrolmentSecret
from gateway.model.people import Account
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.evidence_errors import EnrolmentKeyMissing
from gateway.services.ports import Database, SecretBox
from gateway.services.records import Records

KEY_PURPOSE = "enrolment-key"
"""What an enrolment's key is bound to at rest, beside the enrolment."""


@dataclass(frozen=True, slots=True)
class Held:
    """An enrolment with whose its credit is now: a transfer moves home and holder."""

    enrolment: Enrolment
    home: str
    """MSP id."""
    holder: str
    """Ledger key of the account that speaks for the credit."""


class EnrolmentAccess:
    """Loads enrolments for people whom they concern.

    The contracts decide by certificate; these checks refuse early and say why.
    """

    def __init__(self, records: Records, database: Database, box: SecretBox) -> None:
        self._records = records
        self._database = database
        self._box = box

    async def concerned(self, person: AuthenticatedPerson, key: str) -> Enrolment:
        """An enrolment, for its student, its teacher and the registrars of both universities.

        Also for the student and the registrars of the home that its credit moved to.

        Raises:
            LedgerRefused: there is none (record-not-found).
            NotParty: it concerns other people.
        """
        enrolment = await self._records.load(Enrolment, key)
        if person.role == Role.TEACHER:
            require_teacher(person, enrolment)
        elif not (
            await self._of_old(person, enrolment) or await self._moved_here(person, enrolment)
        ):
            raise NotParty("this enrolment concerns other people")
        return enrolment

    async def as_student(self, person: AuthenticatedPerson, key: str) -> Enrolment:
        """An enrolment of the person's own, under whichever pseudonym.

        Raises:
            NotPermitted: the person is no student.
            LedgerRefused: there is none (record-not-found).
            NotParty: another student's.
        """
        person.require(Role.STUDENT)
        enrolment = await self._records.load(Enrolment, key)
        await self._require_student(person, enrolment)
        return enrolment

    async def held(self, key: str) -> Held:
        """An enrolment with the home and the holder that its credit has now.

        Raises:
            LedgerRefused: there is none (record-not-found).
        """
        return await self.held_of(await self._records.load(Enrolment, key))

    async def as_holder(self, person: AuthenticatedPerson, key: str) -> Held:
        """An enrolment whose credit is the person's own now, and at this home.

        Raises:
            NotPermitted: the person is no student.
            LedgerRefused: there is none (record-not-found).
            NotParty: another student's, or its home is another university since a transfer.
        """
        person.require(Role.STUDENT)
        held = await self.held(key)
        require_home(held, person.msp_id)
        if await self.student_of(held) != person.id:
            raise NotParty("this is another student's enrolment")
        return held

    async def student_of(self, held: Held) -> str | None:
        """The person id of a credit's holder; None where it is no student of this member."""
        async with self._database.reading() as session:
            row = await session.get(Account, held.holder)
        return row.person if row else None

    async def as_teacher(self, person: AuthenticatedPerson, key: str) -> Enrolment:
        """An enrolment in a course of the person's own.

        Raises:
            NotPermitted: the person is no teacher.
            LedgerRefused: there is none (record-not-found).
            NotParty: another teacher's student.
        """
        person.require(Role.TEACHER)
        enrolment = await self._records.load(Enrolment, key)
        require_teacher(person, enrolment)
        return enrolment

    async def as_registrar(
        self, person: AuthenticatedPerson, key: str, *, of_home: bool
    ) -> Enrolment:
        """An enrolment, for a registrar of its credit's home now or of its teaching university.

        Raises:
            NotPermitted: the person is no registrar.
            LedgerRefused: there is none (record-not-found).
            NotParty: the step belongs to another university.
        """
        person.require(Role.REGISTRAR)
        enrolment = await self._records.load(Enrolment, key)
        if of_home:
            require_home(await self.held_of(enrolment), person.msp_id)
        elif person.msp_id != enrolment.teaching:
            raise NotParty("this is for the teaching university's registrar")
        return enrolment

    async def secret(self, enrolment: str) -> str | None:
        """The enrolment's key, 64 hexadecimal digits; None where it has not arrived."""
        async with self._database.reading() as session:
            row = await session.get(EnrolmentSecret, enrolment)
        if row is None:
            return None
        return self._box.open(row.sealed_key, owner=enrolment, purpose=KEY_PURPOSE).hex()

    async def require_secret(self, enrolment: str) -> str:
        """The enrolment's key, 64 hexadecimal digits.

        Raises:
            EnrolmentKeyMissing: it has not arrived.
        """
        secret = await self.secret(enrolment)
        if secret is None:
            raise EnrolmentKeyMissing(
                "the home university's gateway has not delivered the enrolment's key yet: "
                "try again shortly"
            )
        return secret

    async def _of_old(self, person: AuthenticatedPerson, enrolment: Enrolment) -> bool:
        """Whether it is the student's since she applied, or of the registrar's university."""
        if person.role == Role.STUDENT:
            return await self._is_student(person, enrolment)
        return person.role == Role.REGISTRAR and person.msp_id in enrolment.parties

    async def _moved_here(self, person: AuthenticatedPerson, enrolment: Enrolment) -> bool:
        """Whether the credit's home is this member now, and the student its holder."""
        if person.role not in (Role.STUDENT, Role.REGISTRAR):
            return False
        held = await self.held_of(enrolment)
        if held.home != person.msp_id:
            return False
        return person.role == Role.REGISTRAR or await self.student_of(held) == person.id

    async def held_of(self, enrolment: Enrolment) -> Held:
        """The same as `held`, of an enrolment that was read already."""
        transfer = await self._records.find(Transfer, sibling(enrolment.key, Kind.TRANSFER))
        moved = transfer.in_force if transfer else None
        if moved is None:
            return Held(enrolment, enrolment.home, enrolment.student)
        return Held(enrolment, moved.target, moved.student)

    async def _require_student(self, person: AuthenticatedPerson, enrolment: Enrolment) -> None:
        if not await self._is_student(person, enrolment):
            raise NotParty("this is another student's enrolment")

    async def _is_student(self, person: AuthenticatedPerson, enrolment: Enrolment) -> bool:
        async with self._database.reading() as session:
            row = await session.get(EnrolmentSecret, enrolment.key)
        return row is not None and row.person == person.id


def require_teacher(person: AuthenticatedPerson, enrolment: Enrolment) -> None:
    """Hold a teacher to her own students.

    Raises:
        NotParty: another teacher's student.
    """
    if enrolment.teacher != person.account:
        raise NotParty("this student is in another teacher's course")


def require_home(held: Held, member: str) -> None:
    """Hold a step to the home that a credit has now.

    Raises:
        NotParty: it is another university; `facts` name it.
    """
    if held.home != member:
        raise NotParty(
            "this is for the holder's home university, which is another one",
            facts={"home": held.home},
        )
