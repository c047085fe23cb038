"""The holder's side of a verification: the inbox, the answer, and what is given out on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from chaincode.domain.caller import Role
from chaincode.domain.commands.verification import AnswerRequest, WithdrawConsent
from chaincode.domain.course import Course
from chaincode.domain.enrolment import Enrolment
from chaincode.domain.errors import ConsentMissing, NotParty, RecordCorrupt
from chaincode.domain.keys import Kind, member_key, sibling
from chaincode.domain.member import MemberProfile
from chaincode.domain.verification import Consent, VerificationRequest
from gateway.evidence.keys import SealingPrivateKey, SealingPublicKey
from gateway.evidence.opening import SealedDocument
from gateway.evidence.sealing import reseal
from gateway.model.learning import EvidenceBundle, ReceivedRequest, SealedWork
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.enrolment_access import EnrolmentAccess, Held, require_home
from gateway.services.errors import LedgerRefused, NotFound
from gateway.services.evidence_bundle import BUNDLE_PURPOSE, Bundle, BundledWork
from gateway.services.evidence_errors import translated
from gateway.services.grade_values import GradeValues
from gateway.services.intent import Intent, LedgerCall, WriteRequest, new_id
from gateway.services.keyring import Keyring
from gateway.services.operations import Operations, OperationView
from gateway.services.ports import Clock, Database
from gateway.services.records import Records
from gateway.services.sealed_messages import seal_message
from gateway.services.sealed_work import SealedWorks
from gateway.services.verification_view import Verification, read_verification

PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class RequestPage:
    """Some requests, the latest first; `after` continues behind them."""

    requests: tuple[Verification, ...]
    after: str | None
    """Ledger key."""


class _Consented(NamedTuple):
    request: VerificationRequest
    consent: Consent


class Consents:
    """Requests that concern this member's students."""

    def __init__(
        self,
        *,
        operations: Operations,
        records: Records,
        keyring: Keyring,
        database: Database,
        access: EnrolmentAccess,
        sealed: SealedWorks,
        values: GradeValues,
        clock: Clock,
        msp_id: str,
    ) -> None:
        self._operations = operations
        self._records = records
        self._keyring = keyring
        self._database = database
        self._access = access
        self._sealed = sealed
        self._values = values
        self._clock = clock
        self._msp_id = msp_id

    async def inbox(self, person: AuthenticatedPerson, *, after: str | None) -> RequestPage:
        """The requests that concern a student's credits, as the ledger has them.

        Those of a credit that moved away wait at its new home. A page may have fewer than others
        and yet be followed by one.

        Args:
            person: the student.
            after: ledger key of the request behind which the page begins.

        Raises:
            NotPermitted: the person is no student.
            NotFound: `after` is no request of theirs.
        """
        person.require(Role.STUDENT)
        async with self._database.reading() as session:
            bound = None if after is None else await session.get(ReceivedRequest, after)
            if after is not None and (bound is None or bound.person != person.id):
                raise NotFound("there is no such request of yours")
            rows: Sequence[ReceivedRequest] = await session.find(
                ReceivedRequest,
                person=person.id,
                order_by=("-received_at", "-request"),
                at_most=None if bound is None else {"received_at": bound.received_at},
                limit=PAGE + 1 if bound is None else None,
            )
        if bound is not None:
            mark = (bound.received_at, bound.request)
            rows = [row for row in rows if (row.received_at, row.request) < mark]
        found = [await self._received(row) for row in rows[:PAGE]]
        return RequestPage(
            tuple(verification for verification in found if verification is not None),
            rows[PAGE - 1].request if len(rows) > PAGE else None,
        )

    async def answer(
        self,
        person: AuthenticatedPerson,
        request_key: str,
        *,
        grant: bool,
        request_digest: str,
        credit_version: int,
        write: WriteRequest,
    ) -> OperationView:
        """Consent to a request as seen, or refuse it (AnswerRequest).

        With a consent, grades and work are sealed to the requester now, while the student's key
        may be opened, and given out only when the consent stands on the ledger.

        Raises:
            NotPermitted, NotParty: not this person's credit, or moved away.
            WorkNotHere, MarkNotHere: a piece of evidence has not arrived yet.
        """
        request = await self._records.load(VerificationRequest, request_key)
        held = await self._access.as_holder(person, request.enrolment)
        if (before := await self._operations.repeated(write)) is not None:
            return before
        operation = new_id()
        command = AnswerRequest(
            operation=operation,
            request=request_key,
            request_digest=request_digest,
            credit_version=credit_version,
            grant=grant,
        )
        rows = (await self._bundle(person, request, held, operation),) if grant else ()
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="answer-request",
                request=write,
                calls=(LedgerCall(held.holder, command),),
                result={"request": request_key},
                rows=rows,
            )
        )

    async def withdraw(
        self,
        person: AuthenticatedPerson,
        request_key: str,
        *,
        expected_version: int,
        write: WriteRequest,
    ) -> OperationView:
        """Take a consent back (WithdrawConsent): nothing more is given out.

        Raises:
            NotPermitted, NotParty: not this person's consent, or its credit moved away.
        """
        request = await self._records.load(VerificationRequest, request_key)
        held = await self._access.as_holder(person, request.enrolment)
        operation = new_id()
        command = WithdrawConsent(
            operation=operation, request=request_key, expected_version=expected_version
        )
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="withdraw-consent",
                request=write,
                calls=(LedgerCall(held.holder, command),),
                result={"request": request_key},
            )
        )

    async def give_bundle(self, requester: str, request_key: str) -> EvidenceBundle:
        """Evidence for a member whose request the holder consented to, as of now.

        Raises:
            LedgerRefused: there is no such request (record-not-found).
            NotParty: another member asked, or the credit's home is another by now.
            ConsentMissing: no consent, or it was refused, withdrawn, or has expired.
        """
        consent = (await self._require_consent(requester, request_key)).consent
        async with self._database.reading() as session:
            found = await session.get(EvidenceBundle, consent.operation)
        if found is None:
            raise ConsentMissing("the holder sealed no evidence for this request")
        return found

    async def require_may_fetch(self, requester: str, request_key: str, body: str) -> None:
        """Hold a member to the bodies that a consented request is about.

        Raises:
            LedgerRefused: there is no such request (record-not-found).
            NotParty: another member asked, the body is other work, or home is another by now.
            ConsentMissing: no consent, or it was refused, withdrawn, or has expired.
        """
        request = (await self._require_consent(requester, request_key)).request
        async with self._database.reading() as session:
            found = await session.find(SealedWork, enrolment=request.enrolment, body=body)
        if not found:
            raise NotParty("the request is about other work")

    async def _received(self, row: ReceivedRequest) -> Verification | None:
        """What the ledger has of a request.

        Its member can rewrite it alone: one that is unreadable now, or about another credit, must
        not keep the holder from the others.
        """
        try:
            found = await read_verification(self._records, row.request)
        except (RecordCorrupt, LedgerRefused):
            return None
        if found is None or found.request.enrolment != row.enrolment:
            return None
        held = await self._access.held(row.enrolment)
        return found if held.home == self._msp_id else None

    async def _require_consent(self, requester: str, request_key: str) -> _Consented:
        request = await self._records.load(VerificationRequest, request_key)
        if request.requester != requester:
            raise NotParty("another member asked for this")
        require_home(await self._access.held(request.enrolment), self._msp_id)
        consent = await self._records.find(Consent, sibling(request_key, Kind.CONSENT))
        if consent is None:
            raise ConsentMissing("the holder has not answered this request")
        consent.require_covers(request, self._clock())
        return _Consented(request, consent)

    async def _bundle(
        self,
        person: AuthenticatedPerson,
        request: VerificationRequest,
        held: Held,
        operation: str,
    ) -> EvidenceBundle:
        enrolment = held.enrolment
        course = await self._records.load(Course, enrolment.course)
        profile = await self._records.load(MemberProfile, member_key(request.requester))
        private = await self._keyring.sealing_key(held.holder, owner=person.owner)
        slot = await self._values.slot(enrolment.key)
        with translated():
            recipient = SealingPublicKey.from_text(profile.intake_key)
        bundle = Bundle(
            request=request.key,
            enrolment=enrolment.key,
            grades=await self._values.latest(enrolment, course, slot),
            works=await self._works(enrolment, course, private, recipient),
        )
        sealed = seal_message(
            recipient,
            purpose=BUNDLE_PURPOSE,
            place=request.key,
            document=bundle.model_dump(mode="json"),
        )
        return EvidenceBundle(
            operation=operation,
            request=request.key,
            document={"request": request.key, "sealed": sealed},
            created_at=self._clock(),
        )

    async def _works(
        self,
        enrolment: Enrolment,
        course: Course,
        private: SealingPrivateKey,
        recipient: SealingPublicKey,
    ) -> tuple[BundledWork, ...]:
        works = []
        for entry in await self._sealed.latest(enrolment, course):
            document = await self._sealed.document(entry)
            with translated():
                wrap = reseal(document, private, recipient)
            works.append(
                BundledWork(
                    number=entry.number,
                    commitment=entry.commitment,
                    document=SealedDocument(body=document.body, size=document.size, wraps=(wrap,)),
                )
            )
        return tuple(works)
