"""What comes from other members' gateways: messages, each held to the ledger."""

from collections.abc import Mapping
from typing import TypeVar

from chaincode.domain.agreements.agreement import Agreement
from chaincode.domain.commands.base import Arguments
from chaincode.domain.commitment import key_commitment
from chaincode.domain.enrolment import Enrolment, Work
from chaincode.domain.errors import InvalidArgument, NotParty
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import AgreementKey, EnrolmentKey, Kind, RequestKey, sibling
from chaincode.domain.record import Record
from chaincode.domain.values import Digest, Secret256, Slug
from chaincode.domain.verification import VerificationRequest
from gateway.evidence.opening import SealedDocument
from gateway.evidence.store import WorkStore
from gateway.model.agreements import KnownAgreement
from gateway.model.learning import EnrolmentSecret, ReceivedRequest, SealedWork
from gateway.model.operations import InboxMessage
from gateway.services.agreements import AGREEMENT_MESSAGE
from gateway.services.enrolment_access import KEY_PURPOSE, EnrolmentAccess
from gateway.services.enrolments import KEY_MESSAGE
from gateway.services.evidence_errors import EnrolmentKeyWrong, translated
from gateway.services.incoming_bodies import claim
from gateway.services.keyring import Keyring
from gateway.services.message_handlers import Keep, MessageHandler
from gateway.services.ports import Clock, Database, SecretBox, Session
from gateway.services.records import Records
from gateway.services.sealed_messages import open_message
from gateway.services.sealed_work import SealedWorks, keep_wraps
from gateway.services.verifications import REQUEST_MESSAGE
from gateway.services.visible import visible
from gateway.services.work import WORK_MESSAGE

AnyRecord = TypeVar("AnyRecord", bound=Record)


class KeyMessage(Arguments):
    """An enrolment's key, sealed to this member's intake key."""

    enrolment: EnrolmentKey
    sealed: str


class WorkMessage(Arguments):
    """Committed work whose body was moved before."""

    enrolment: EnrolmentKey
    part: Slug
    commitment: Digest
    document: SealedDocument


class RequestMessage(Arguments):
    """A verification request about one of this member's students."""

    request: RequestKey


class AgreementMessage(Arguments):
    """A learning agreement with this member as host."""

    agreement: AgreementKey


class _Key(Arguments):
    enrolment_key: Secret256


class Receiving:
    """Takes what a member sent, as far as the ledger bears it out."""

    def __init__(
        self,
        *,
        records: Records,
        keyring: Keyring,
        database: Database,
        box: SecretBox,
        access: EnrolmentAccess,
        sealed: SealedWorks,
        store: WorkStore,
        clock: Clock,
        msp_id: str,
        handlers: Mapping[str, MessageHandler],
    ) -> None:
        """Take what other subjects do with kinds of their own, by kind."""
        self._handlers = handlers
        self._records = records
        self._keyring = keyring
        self._database = database
        self._box = box
        self._access = access
        self._sealed = sealed
        self._store = store
        self._clock = clock
        self._msp_id = msp_id

    async def take_message(
        self, sender: str, identifier: str, kind: str, document: Mapping[str, JsonValue]
    ) -> None:
        """Take a message once; its second copy changes nothing.

        Raises:
            InvalidArgument: another kind, or not of its form.
            NotYetRecorded: this peer does not show the record yet: send again.
            NotParty: the record concerns other members than the sender and this one.
            WorkNotHere: the body has to come first.
            EnrolmentKeyWrong, BundleRefused: not the key that the ledger commits to.
        """
        async with self._database.reading() as session:
            if await session.get(InboxMessage, sender, identifier) is not None:
                return
        handler = self._handlers.get(kind)
        if handler is None:
            keep = await self._examined(sender, kind, document)
        else:
            keep = await handler.examined(sender, document)
        async with self._database.writing() as session:
            if await session.get(InboxMessage, sender, identifier) is not None:
                return
            session.add(InboxMessage(id=identifier, sender=sender, received_at=self._clock()))
            await keep(session)
        if handler is not None:
            handler.taken()

    async def _examined(self, sender: str, kind: str, document: Mapping[str, JsonValue]) -> Keep:
        rows, work = await self._held_to_the_ledger(sender, kind, document)

        async def keep(session: Session) -> None:
            for row, key in rows:
                if await session.get(type(row), key) is None:
                    session.add(row)
            if work is not None:
                await session.flush()
                await self._keep_work(session, work)

        return keep

    async def _held_to_the_ledger(
        self, sender: str, kind: str, document: Mapping[str, JsonValue]
    ) -> tuple[list[tuple[object, str]], WorkMessage | None]:
        """Hold a message to the ledger: rows with their primary keys, and work if it brings any."""
        if kind == KEY_MESSAGE:
            secret = await self._enrolment_key(sender, KeyMessage.check(document))
            return [(secret, secret.enrolment)], None
        if kind == WORK_MESSAGE:
            return [], await self._work(sender, WorkMessage.check(document))
        if kind == REQUEST_MESSAGE:
            request = await self._request(sender, RequestMessage.check(document))
            return [(request, request.request)], None
        if kind == AGREEMENT_MESSAGE:
            known = await self._agreement(sender, AgreementMessage.check(document))
            return [(known, known.agreement)], None
        raise InvalidArgument("this gateway knows no such kind of message", field="kind")

    async def _enrolment_key(self, sender: str, message: KeyMessage) -> EnrolmentSecret:
        enrolment = await self._visible(Enrolment, message.enrolment)
        if enrolment.home != sender or enrolment.teaching != self._msp_id:
            raise NotParty("the enrolment concerns other members")
        opened = _Key.check(
            open_message(
                await self._keyring.intake_key(),
                purpose=KEY_MESSAGE,
                place=enrolment.key,
                sealed=message.sealed,
            )
        )
        key = bytes.fromhex(opened.enrolment_key)
        if key_commitment(key) != enrolment.key_commitment:
            raise EnrolmentKeyWrong("the key is not the one that the enrolment commits to")
        return EnrolmentSecret(
            enrolment=enrolment.key,
            person=None,
            course=enrolment.course,
            teaching=enrolment.teaching,
            sealed_key=self._box.seal(key, owner=enrolment.key, purpose=KEY_PURPOSE),
            created_at=self._clock(),
        )

    async def _work(self, sender: str, message: WorkMessage) -> WorkMessage:
        """The message with the wraps of those alone to whom its sender seals work.

        Another wrap would stand in the way of whoever makes one for that recipient later.
        """
        enrolment = await self._visible(Enrolment, message.enrolment)
        if {sender, self._msp_id} != set(enrolment.parties):
            raise NotParty("the enrolment concerns other members")
        await self._require_committed(message)
        with translated():
            size = await self._store.size(message.document.body)
        if size != message.document.size:
            raise InvalidArgument("the body has another size", field="document.size")
        readers = {key.key_id for key in await self._sealed.recipients(enrolment)}
        wraps = tuple(wrap for wrap in message.document.wraps if wrap.recipient in readers)
        if not wraps:
            raise InvalidArgument("it is sealed to nobody whom it is for", field="document.wraps")
        document = message.document.model_copy(update={"wraps": wraps})
        return message.model_copy(update={"document": document})

    async def _request(self, sender: str, message: RequestMessage) -> ReceivedRequest:
        request = await self._visible(VerificationRequest, message.request)
        if request.requester != sender:
            raise NotParty("the request is another member's")
        held = await self._access.held(request.enrolment)
        person = await self._access.student_of(held)
        if held.home != self._msp_id or person is None:
            raise NotParty("the credit is of no student of this member")
        return ReceivedRequest(
            request=request.key,
            enrolment=request.enrolment,
            person=person,
            received_at=self._clock(),
        )

    async def _agreement(self, sender: str, message: AgreementMessage) -> KnownAgreement:
        agreement = await self._visible(Agreement, message.agreement)
        if agreement.home != sender or agreement.host != self._msp_id:
            raise NotParty("the agreement concerns other members")
        return KnownAgreement(agreement.key, None, self._clock())

    async def _keep_work(self, session: Session, message: WorkMessage) -> None:
        document = message.document
        before = await session.get(SealedWork, message.commitment)
        if before is None or before.body == document.body:
            await claim(session, document.body)
        if before is not None:
            return
        session.add(
            SealedWork(
                commitment=message.commitment,
                enrolment=message.enrolment,
                part=message.part,
                body=document.body,
                size=document.size,
                received_at=self._clock(),
            )
        )
        await session.flush()
        await keep_wraps(session, message.commitment, document.wraps)

    async def _visible(self, kind: type[AnyRecord], key: str) -> AnyRecord:
        """Read a record that the sender's peer has: this member's may be a block behind."""
        return await visible(lambda: self._records.find(kind, key), f"{key} is not")

    async def _require_committed(self, message: WorkMessage) -> None:
        async def committed() -> bool | None:
            slot = await self._visible(Work, sibling(message.enrolment, Kind.WORK))
            found = any(
                entry.commitment == message.commitment and entry.part == message.part
                for entry in slot.entries
            )
            return found or None

        await visible(committed, "the work is not committed")
