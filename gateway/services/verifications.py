"""The requester's side of a verification: ask, review the work, decide."""

import json
import secrets
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from chaincode.domain.account import Account, AccountStatus
from chaincode.domain.caller import Role
from chaincode.domain.commands.base import Command
from chaincode.domain.commands.verification import (
    RecordVerdict,
    RequestVerification,
    ReviewVerification,
)
from chaincode.domain.commitment import SALT_BYTES, commit
from chaincode.domain.errors import InvalidArgument, NotParty
from chaincode.domain.keys import Kind, record_key, split_key
from chaincode.domain.values import Outcome
from chaincode.domain.verification import Purpose, VerificationRequest
from gateway.model.learning import Assignment, ReceivedRequest, Report
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.enrolment_access import EnrolmentAccess, Held
from gateway.services.errors import NotFound
from gateway.services.intent import (
    Intent,
    LedgerCall,
    OutgoingMessage,
    WriteRequest,
    new_id,
)
from gateway.services.operations import Operations, OperationView
from gateway.services.ports import Clock, Database, SecretBox
from gateway.services.records import Records
from gateway.services.verification_view import Verification, read_verification

REQUEST_MESSAGE = "verification-request"
"""The kind of message that tells home's gateway of a request."""
_REPORT_PURPOSE = "verification-report"
_PAGE = 100


class RequestedVerification(NamedTuple):
    """What a registrar asks for."""

    credit: str
    """Ledger key of the enrolment."""
    purpose: Purpose
    expires_at: datetime
    reviewer: str
    """Ledger key of a teacher's account at the requester."""


class Verifications:
    """Requests of this member about credits of others."""

    def __init__(
        self,
        *,
        operations: Operations,
        records: Records,
        database: Database,
        box: SecretBox,
        access: EnrolmentAccess,
        clock: Clock,
        msp_id: str,
    ) -> None:
        self._operations = operations
        self._records = records
        self._database = database
        self._box = box
        self._access = access
        self._clock = clock
        self._msp_id = msp_id

    async def request(
        self, person: AuthenticatedPerson, asked: RequestedVerification, write: WriteRequest
    ) -> OperationView:
        """Ask to see a credit's evidence (RequestVerification), and tell the holder's home.

        Raises:
            NotPermitted: the person is no registrar.
            InvalidArgument: the reviewer is no active teacher of this member.
        """
        person.require(Role.REGISTRAR)
        held = await self._access.held(asked.credit)
        await self._require_reviewer(asked.reviewer)
        operation, identifier = new_id(), new_id()
        key = record_key(Kind.REQUEST, self._msp_id, identifier)
        command = RequestVerification(
            operation=operation,
            request=identifier,
            enrolment=asked.credit,
            purpose=asked.purpose,
            expires_at=asked.expires_at,
        )
        messages: tuple[OutgoingMessage, ...] = ()
        rows: tuple[object, ...] = (Assignment(request=key, reviewer=asked.reviewer),)
        if held.home == self._msp_id:
            rows = (*rows, await self._received_here(key, held))
        else:
            messages = (OutgoingMessage(held.home, REQUEST_MESSAGE, {"request": key}),)
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="request-verification",
                request=write,
                calls=(LedgerCall(person.account, command),),
                result={"request": key},
                messages=messages,
                rows=rows,
            )
        )

    async def mine(self, person: AuthenticatedPerson) -> tuple[Verification, ...]:
        """All of this member's requests for a registrar; a teacher's own to review.

        Raises:
            NotPermitted: neither of them.
        """
        person.require(Role.REGISTRAR, Role.TEACHER)
        if person.role == Role.TEACHER:
            async with self._database.reading() as session:
                rows = await session.find(
                    Assignment, reviewer=person.account, order_by=("request",)
                )
            keys = [row.request for row in rows]
        else:
            keys = await self._all_keys()
        found = [await self._view(key) for key in keys]
        return tuple(verification for verification in found if verification is not None)

    async def read(self, person: AuthenticatedPerson, request_key: str) -> Verification:
        """One request, for registrars of the requester and the assigned reviewer.

        Raises:
            NotPermitted, NotParty: it is another's.
            NotFound: there is none.
        """
        await self.require_assigned(person, request_key)
        found = await self._view(request_key)
        if found is None:
            raise NotFound("there is no such request")
        return found

    async def require_assigned(self, person: AuthenticatedPerson, request_key: str) -> None:
        """Hold a person to the requests of this member, and a teacher to those assigned.

        Raises:
            NotPermitted, NotParty: it is another's.
        """
        person.require(Role.REGISTRAR, Role.TEACHER)
        if split_key(request_key).owner != self._msp_id:
            raise NotParty("another member asked for this")
        if person.role == Role.TEACHER:
            async with self._database.reading() as session:
                row = await session.get(Assignment, request_key)
            if row is None or row.reviewer != person.account:
                raise NotParty("another teacher was asked to review this")

    async def review(
        self,
        person: AuthenticatedPerson,
        request_key: str,
        *,
        outcome: Outcome,
        report: str,
        write: WriteRequest,
    ) -> OperationView:
        """The assigned teacher's report on the work (ReviewVerification).

        Raises:
            NotPermitted, NotParty: another teacher was asked.
        """
        person.require(Role.TEACHER)
        await self.require_assigned(person, request_key)
        operation = new_id()
        row = self._report(request_key, report)
        command = ReviewVerification(
            operation=operation,
            request=request_key,
            outcome=outcome,
            report_commitment=row.commitment,
        )
        return await self._found(person, command, row, "review-verification", write)

    async def decide(
        self,
        person: AuthenticatedPerson,
        request_key: str,
        *,
        outcome: Outcome,
        report: str,
        expected_version: int,
        write: WriteRequest,
    ) -> OperationView:
        """The registrar's verdict on the reviewed work (RecordVerdict).

        Raises:
            NotPermitted, NotParty: not a registrar of the requester.
        """
        person.require(Role.REGISTRAR)
        await self.require_assigned(person, request_key)
        operation = new_id()
        row = self._report(request_key, report)
        command = RecordVerdict(
            operation=operation,
            request=request_key,
            expected_version=expected_version,
            outcome=outcome,
            report_commitment=row.commitment,
        )
        return await self._found(person, command, row, "record-verdict", write)

    async def _found(
        self,
        person: AuthenticatedPerson,
        command: Command,
        row: Report,
        kind: str,
        write: WriteRequest,
    ) -> OperationView:
        return await self._operations.accept(
            Intent(
                operation=command.operation,
                kind=kind,
                request=write,
                calls=(LedgerCall(person.account, command),),
                result={"request": row.request},
                rows=(row,),
            )
        )

    def _report(self, request_key: str, text: str) -> Report:
        salt = secrets.token_bytes(SALT_BYTES)
        commitment = commit("report", salt, {"request": request_key, "text": text})
        document = json.dumps({"text": text, "salt": salt.hex()}).encode()
        return Report(
            commitment=commitment,
            request=request_key,
            sealed=self._box.seal(document, owner=commitment, purpose=_REPORT_PURPOSE),
        )

    async def _view(self, request_key: str) -> Verification | None:
        found = await read_verification(self._records, request_key)
        if found is None:
            return None
        async with self._database.reading() as session:
            assignment = await session.get(Assignment, request_key)
            reports = await session.find(Report, request=request_key)
        return replace(
            found,
            reviewer=assignment.reviewer if assignment else None,
            reports={report.commitment: self._text(report) for report in reports},
        )

    def _text(self, report: Report) -> str:
        plain = self._box.open(report.sealed, owner=report.commitment, purpose=_REPORT_PURPOSE)
        return str(json.loads(plain)["text"])

    async def _require_reviewer(self, account_key: str) -> None:
        account = await self._records.find(Account, account_key)
        if (
            account is None
            or account.owner != self._msp_id
            or account.role != Role.TEACHER
            or account.status is not AccountStatus.ACTIVE
        ):
            raise InvalidArgument("this is no active teacher of this member", field="reviewer")

    async def _received_here(self, request_key: str, held: Held) -> ReceivedRequest:
        person = await self._access.student_of(held)
        if person is None:
            raise NotFound("the student of this credit is not known here")
        return ReceivedRequest(
            request=request_key,
            enrolment=held.enrolment.key,
            person=person,
            received_at=self._clock(),
        )

    async def _all_keys(self) -> list[str]:
        keys: list[str] = []
        after: str | None = None
        while True:
            page = await self._records.page(
                VerificationRequest, self._msp_id, after=after, limit=_PAGE
            )
            keys += [request.key for request in page]
            if len(page) < _PAGE:
                return keys
            after = split_key(page[-1].key).identifier
