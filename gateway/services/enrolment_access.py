"""Who may see what of an enrolment, and the key that its private values lie under."""

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
        """An enrolment, for a registrar of its home or of its teaching university.

        Raises:
            NotPermitted: the person is no registrar.
            LedgerRefused: there is none (record-not-found).
            NotParty: the step belongs to another university.
        """
        person.require(Role.REGISTRAR)
        enrolment = await self._records.load(Enrolment, key)
        if person.msp_id != (enrolment.home if of_home else enrolment.teaching):
            which = "home" if of_home else "teaching"
            raise NotParty(f"this is for the {which} university's registrar")
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
        transfer = await self._records.find(Transfer, sibling(enrolment.key, Kind.TRANSFER))
        moved = transfer.in_force if transfer else None
        if moved is None or moved.target != person.msp_id:
            return False
        if person.role == Role.REGISTRAR:
            return True
        async with self._database.reading() as session:
            account = await session.get(Account, moved.student)
        return account is not None and account.person == person.id

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
