"""Learning agreements: students propose, host and home answer, each at the own gateway."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chaincode.domain.agreements.answers import Party, RefusalReason
from chaincode.domain.agreements.change_window import ChangeWindow
from chaincode.domain.agreements.tables import HomeCourse, HostCourse
from chaincode.domain.agreements.version import LateReason, VersionKind
from chaincode.domain.caller import Role
from chaincode.domain.commands.agreements import (
    ApproveAgreement,
    ProposeAgreement,
    ProposeAgreementChange,
    WithdrawAgreementProposal,
)
from chaincode.domain.commands.base import Command
from chaincode.domain.course import Course
from chaincode.domain.keys import Kind, record_key, split_key
from chaincode.domain.qualification.programme import Programme
from chaincode.domain.qualification.term import Term
from gateway.model.agreements import KnownAgreement
from gateway.services.agreement_access import AgreementAccess, AgreementInView
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.intent import Intent, LedgerCall, OutgoingMessage, WriteRequest, new_id
from gateway.services.operations import Operations, OperationView
from gateway.services.ports import Clock
from gateway.services.pseudonyms import Pseudonyms
from gateway.services.records import Records

AGREEMENT_MESSAGE = "learning-agreement"
"""The kind of message that tells the host's gateway of an agreement."""


@dataclass(frozen=True, slots=True)
class ProposedRow:
    """A row of table A, as somebody proposes it."""

    course: str
    """Ledger key of a course version."""
    digest: str | None
    """None takes the content that is on the ledger now."""


@dataclass(frozen=True, slots=True)
class ProposedHomeRow(ProposedRow):
    """A row of table B."""

    credits: int
    """Of the course, in hundredths."""


@dataclass(frozen=True, slots=True)
class ProposedVersion:
    """Both tables and what goes with them."""

    table_a: Sequence[ProposedRow]
    table_b: Sequence[ProposedHomeRow]
    late_reason: LateReason | None
    answer_by: datetime | None
    """None takes the latest that is possible."""


@dataclass(frozen=True, slots=True)
class SeenVersion:
    """The version that somebody answers."""

    number: int
    digest: str


class Agreements:
    """Agreements of this member's students, and with its own courses as the host's."""

    def __init__(
        self,
        *,
        operations: Operations,
        records: Records,
        pseudonyms: Pseudonyms,
        access: AgreementAccess,
        clock: Clock,
        msp_id: str,
    ) -> None:
        self._operations = operations
        self._records = records
        self._pseudonyms = pseudonyms
        self._access = access
        self._clock = clock
        self._msp_id = msp_id

    async def propose(
        self,
        person: AuthenticatedPerson,
        proposed: ProposedVersion,
        *,
        programme: str,
        programme_digest: str | None,
        term: str,
        rules: str,
        write: WriteRequest,
    ) -> OperationView:
        """Begin an agreement under the pseudonym for the term's university (ProposeAgreement).

        Raises:
            NotPermitted: the person is no student.
            LedgerRefused: something that it refers to is not there (record-not-found).
        """
        person.require(Role.STUDENT)
        if (before := await self._operations.repeated(write)) is not None:
            return before
        host = split_key(term).owner
        changes = ChangeWindow.of((await self._records.load(Term, term)).content)
        found = await self._records.load(Programme, programme)
        operation, identifier = new_id(), new_id()
        key = record_key(Kind.AGREEMENT, self._msp_id, identifier)
        pseudonym = await self._pseudonyms.towards(person, host, operation)
        command = ProposeAgreement(
            operation=operation,
            agreement=identifier,
            programme=programme,
            programme_digest=programme_digest or found.digest,
            term=term,
            rules=rules,
            table_a=await self._table_a(proposed),
            table_b=await self._table_b(proposed),
            late_reason=proposed.late_reason,
            answer_by=proposed.answer_by or changes.latest_answer(self._clock()),
        )
        away = host != self._msp_id
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="propose-agreement",
                request=write,
                calls=(*pseudonym.register, LedgerCall(pseudonym.account, command)),
                result={"agreement": key},
                messages=(OutgoingMessage(host, AGREEMENT_MESSAGE, {"agreement": key}),)
                if away
                else (),
                rows=(*pseudonym.rows, KnownAgreement(key, person.id, self._clock())),
                effect=pseudonym.effect,
            )
        )

    async def change(
        self,
        person: AuthenticatedPerson,
        key: str,
        proposed: ProposedVersion,
        *,
        kind: VersionKind,
        expected_version: int,
        write: WriteRequest,
    ) -> OperationView:
        """Propose the next version, or the end (ProposeAgreementChange).

        Raises:
            NotParty: the agreement concerns other people.
            LedgerRefused: there is no such agreement or course (record-not-found).
        """
        seen = await self._access.read(person, key)
        command = ProposeAgreementChange(
            operation=new_id(),
            agreement=key,
            expected_version=expected_version,
            kind=kind,
            table_a=await self._table_a(proposed),
            table_b=await self._table_b(proposed),
            late_reason=proposed.late_reason,
            answer_by=proposed.answer_by or seen.agreement.changes.latest_answer(seen.at),
        )
        return await self._accept(person, seen, command, "propose-agreement-change", write)

    async def answer(
        self,
        person: AuthenticatedPerson,
        key: str,
        version: SeenVersion,
        *,
        refusal: RefusalReason | None,
        write: WriteRequest,
    ) -> OperationView:
        """Approve a version as seen, or refuse it with a reason (ApproveAgreement).

        Raises:
            NotParty: the agreement concerns other people.
            LedgerRefused: there is no such agreement (record-not-found).
        """
        seen = await self._access.read(person, key)
        command = ApproveAgreement(
            operation=new_id(),
            agreement=key,
            expected_version=seen.agreement.version,
            number=version.number,
            digest=version.digest,
            approve=refusal is None,
            reason=refusal,
        )
        kind = "approve-agreement" if refusal is None else "refuse-agreement"
        return await self._accept(person, seen, command, kind, write)

    async def withdraw(
        self,
        person: AuthenticatedPerson,
        key: str,
        version: SeenVersion,
        write: WriteRequest,
    ) -> OperationView:
        """Take an own proposal back (WithdrawAgreementProposal).

        Raises:
            NotParty: the agreement concerns other people.
            LedgerRefused: there is no such agreement (record-not-found).
        """
        seen = await self._access.read(person, key)
        command = WithdrawAgreementProposal(
            operation=new_id(),
            agreement=key,
            expected_version=seen.agreement.version,
            number=version.number,
            digest=version.digest,
        )
        return await self._accept(person, seen, command, "withdraw-agreement-proposal", write)

    async def _accept(
        self,
        person: AuthenticatedPerson,
        seen: AgreementInView,
        command: Command,
        kind: str,
        write: WriteRequest,
    ) -> OperationView:
        student = Party.STUDENT in seen.parties
        account = seen.agreement.student if student else person.account
        return await self._operations.accept(
            Intent(
                operation=command.operation,
                kind=kind,
                request=write,
                calls=(LedgerCall(account, command),),
                result={"agreement": seen.agreement.key},
            )
        )

    async def _table_a(self, proposed: ProposedVersion) -> tuple[HostCourse, ...]:
        return tuple(
            [
                HostCourse(course=row.course, digest=await self._digest(row))
                for row in proposed.table_a
            ]
        )

    async def _table_b(self, proposed: ProposedVersion) -> tuple[HomeCourse, ...]:
        return tuple(
            [
                HomeCourse(course=row.course, digest=await self._digest(row), credits=row.credits)
                for row in proposed.table_b
            ]
        )

    async def _digest(self, row: ProposedRow) -> str:
        return row.digest or (await self._records.load(Course, row.course)).digest
