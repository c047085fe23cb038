"""The old home's side: what it holds of each credit, resealed to the new home."""

from collections.abc import Iterable

from chaincode.domain.course import Course
from chaincode.domain.holding import Holding
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import Kind, member_key, sibling
from chaincode.domain.member import MemberProfile
from chaincode.domain.verification import Consent, ConsentStatus
from gateway.evidence.keys import SealingPublicKey
from gateway.evidence.opening import SealedDocument
from gateway.evidence.sealing import reseal
from gateway.model.learning import EvidenceBundle, ReceivedRequest
from gateway.services.evidence_errors import (
    BundleRefused,
    NotSealedToYou,
    WorkNotHere,
    translated,
)
from gateway.services.intent import OutgoingMessage
from gateway.services.keyring import Keyring
from gateway.services.ports import Database
from gateway.services.recognition.telling import seal_to
from gateway.services.records import Records
from gateway.services.sealed_work import SealedWorks
from gateway.services.transfers.access import TransferInView
from gateway.services.transfers.giving import GivesValues
from gateway.services.transfers.message import (
    CREDIT_MESSAGE,
    EVIDENCE_MESSAGE,
    MAX_REQUESTS,
    WORK_MESSAGE,
    HandedCredit,
    HandedEvidence,
    HandedWork,
    SealedEvidence,
)


class HandsOver:
    """Makes the messages; what is not here is left out, and found missing at the new home."""

    def __init__(
        self,
        *,
        records: Records,
        database: Database,
        keyring: Keyring,
        giving: GivesValues,
        sealed: SealedWorks,
    ) -> None:
        self._records = records
        self._database = database
        self._keyring = keyring
        self._giving = giving
        self._sealed = sealed

    async def messages(
        self, view: TransferInView, enrolments: Iterable[str]
    ) -> tuple[OutgoingMessage, ...]:
        """Values, work and evidence of some credits of a transfer.

        Raises:
            LedgerUnavailable: the peer cannot be reached.
        """
        found: list[OutgoingMessage] = []
        for key in enrolments:
            holding, number = view.holdings[key], view.credits[key].number
            target = view.transfer.target
            async with self._database.reading() as session:
                requests = await session.find(
                    ReceivedRequest,
                    enrolment=key,
                    order_by=("-received_at",),
                    limit=MAX_REQUESTS,
                )
            named = [row.request for row in requests]
            found.append(await self._values(target, holding, number, named))
            found += await self._works(target, holding, number)
            found += await self._evidence(target, key, number, named)
        return tuple(found)

    async def _values(
        self, target: str, holding: Holding, number: int, requests: list[str]
    ) -> OutgoingMessage:
        values = await self._giving.values(holding)
        sent = HandedCredit(**dict(values), number=number, requests=tuple(requests))
        key = holding.enrolment.key
        sealed = await seal_to(
            self._records,
            target,
            purpose=CREDIT_MESSAGE,
            place=key,
            document=sent.model_dump(mode="json"),
        )
        document: dict[str, JsonValue] = {"enrolment": key, "sealed": sealed}
        return OutgoingMessage(target, CREDIT_MESSAGE, document)

    async def _works(self, target: str, holding: Holding, number: int) -> list[OutgoingMessage]:
        enrolment = holding.enrolment
        course = await self._records.load(Course, enrolment.course)
        profile = await self._records.load(MemberProfile, member_key(target))
        intake = await self._keyring.intake_key()
        found = []
        for entry in await self._sealed.latest(enrolment, course):
            try:
                document = await self._sealed.document(entry)
                with translated():
                    recipient = SealingPublicKey.from_text(profile.intake_key)
                    wrap = reseal(document, intake, recipient)
            except (BundleRefused, NotSealedToYou, WorkNotHere):
                continue
            sent = HandedWork(
                enrolment=enrolment.key,
                number=number,
                work=entry.number,
                document=SealedDocument(body=document.body, size=document.size, wraps=(wrap,)),
            )
            found.append(
                OutgoingMessage(
                    target, WORK_MESSAGE, sent.model_dump(mode="json"), body=document.body
                )
            )
        return found

    async def _evidence(
        self, target: str, enrolment: str, number: int, requests: list[str]
    ) -> list[OutgoingMessage]:
        """What holders consented to show: its requester fetches it at the new home."""
        keys = [sibling(one, Kind.CONSENT) for one in requests]
        consents = await self._records.find_all(Consent, keys)
        granted = [one for one in consents if one and one.status is ConsentStatus.GRANTED]
        found = []
        for consent in granted:
            async with self._database.reading() as session:
                bundle = await session.get(EvidenceBundle, consent.operation)
            if bundle is None:
                continue
            sent = HandedEvidence(
                enrolment=enrolment,
                number=number,
                operation=bundle.operation,
                evidence=SealedEvidence.check(bundle.document),
            )
            document = sent.model_dump(mode="json")
            found.append(OutgoingMessage(target, EVIDENCE_MESSAGE, document))
        return found
