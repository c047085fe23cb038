"""The new home's side: what a home holds of a credit, piece by piece, each held to the ledger.

What is as it should be is kept also where the rest is not. What is wrong is noted and the message
refused, so that both homes know which piece it is; the transfer stands either way.
"""

from collections.abc import Mapping, Sequence

from chaincode.domain.commitment import require_equal
from chaincode.domain.enrolment import Work, WorkEntry
from chaincode.domain.errors import CommitmentMismatch, InvalidArgument, RecordCorrupt
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.transfer import FaultKind, PieceKind
from chaincode.domain.verification import Consent, VerificationRequest
from gateway.evidence.keys import SealingPublicKey
from gateway.evidence.opening import Wrap, make_wrap, work_commitment_of
from gateway.evidence.sealing import unwrap
from gateway.evidence.store import WorkStore
from gateway.model.learning import EvidenceBundle, ReceivedRequest, SealedWork
from gateway.services.evidence_errors import BundleRefused, NotSealedToYou, translated
from gateway.services.incoming_bodies import claim
from gateway.services.keyring import Keyring
from gateway.services.message_handlers import Keep
from gateway.services.placed_messages import opened
from gateway.services.ports import Clock, Database, Session
from gateway.services.records import Records
from gateway.services.sealed_work import keep_wraps
from gateway.services.transfers.errors import HandoverRefused
from gateway.services.transfers.held import examine, fault
from gateway.services.transfers.keeping import KeepsValues, note_faults
from gateway.services.transfers.message import (
    CREDIT_MESSAGE,
    CreditMessage,
    HandedCredit,
    HandedEvidence,
    HandedWork,
)
from gateway.services.transfers.released import ReleasedHere, Releases
from gateway.services.visible import visible


class TakesCredits:
    """Takes keys, marks and requests."""

    def __init__(
        self,
        *,
        releases: Releases,
        records: Records,
        database: Database,
        keyring: Keyring,
        keeping: KeepsValues,
        clock: Clock,
    ) -> None:
        self._releases = releases
        self._records = records
        self._database = database
        self._keyring = keyring
        self._keeping = keeping
        self._clock = clock

    async def examined(self, sender: str, document: Mapping[str, JsonValue]) -> Keep:
        """Hold every value to its commitment.

        Raises:
            NotYetRecorded: this peer does not show the release yet: send again.
            NotParty: the sender is not the old home, or the student asked for something else.
            BundleRefused: it does not open.
            HandoverRefused: something is missing or altered; the rest was kept.
        """
        sent = await opened(
            self._keyring,
            document,
            CreditMessage,
            HandedCredit,
            purpose=CREDIT_MESSAGE,
            place="enrolment",
        )
        here = await self._releases.here(sender, sent.enrolment, sent.number)
        found = examine(here.holding, sent, owed_at=here.released_at)
        requests = await self._requests(here, sent.requests)

        async def keep(session: Session) -> None:
            await self._keeping.keep(session, here.holding, found)
            for row in requests:
                if await session.get(ReceivedRequest, row.request) is None:
                    session.add(row)

        if found.faults:
            async with self._database.writing() as session:
                await keep(session)
                await note_faults(
                    session, sent.enrolment, sent.number, found.faults, at=self._clock()
                )
            raise HandoverRefused(sent.enrolment, found.faults)
        return keep

    def taken(self) -> None:
        """A registrar finds it with the next look."""

    async def _requests(self, here: ReleasedHere, keys: Sequence[str]) -> list[ReceivedRequest]:
        """Those that the ledger has about this credit."""
        account = await self._releases.account(here.entry)
        enrolment = here.holding.enrolment.key
        found = [await self._request(key) for key in keys]
        return [
            ReceivedRequest(one.key, enrolment, account.person, one.requested_at)
            for one in found
            if one is not None and one.enrolment == enrolment
        ]

    async def _request(self, key: str) -> VerificationRequest | None:
        """One request; its member can make it unreadable, and keeps the others from nobody."""
        try:
            return await self._records.find(VerificationRequest, key)
        except RecordCorrupt:
            return None


class TakesWork:
    """Takes sealed work whose body has come, and seals it to the student's account here."""

    def __init__(
        self,
        *,
        releases: Releases,
        records: Records,
        database: Database,
        keyring: Keyring,
        store: WorkStore,
        clock: Clock,
    ) -> None:
        self._releases = releases
        self._records = records
        self._database = database
        self._keyring = keyring
        self._store = store
        self._clock = clock

    async def examined(self, sender: str, document: Mapping[str, JsonValue]) -> Keep:
        """Hold a piece of work to its commitment.

        Raises:
            NotYetRecorded: this peer does not show the release yet: send again.
            NotParty: the sender is not the old home, or the student asked for something else.
            InvalidArgument: there is no such work, or its body has another size.
            WorkNotHere: the body has to come first.
            HandoverRefused: it does not open, or to other work than was committed.
        """
        sent = HandedWork.check(document)
        here = await self._releases.here(sender, sent.enrolment, sent.number)
        entry = await self._entry(sent)
        body, size = sent.document.body, sent.document.size
        with translated():
            if await self._store.size(body) != size:
                raise InvalidArgument("the body has another size", field="document.size")
        wraps = await self._wraps(here, sent, entry)
        row = SealedWork(entry.commitment, sent.enrolment, entry.part, body, size, self._clock())

        async def keep(session: Session) -> None:
            await claim(session, body)
            if await session.get(SealedWork, row.commitment) is None:
                session.add(row)
            await session.flush()
            await keep_wraps(session, row.commitment, wraps)

        return keep

    def taken(self) -> None:
        """A registrar finds it with the next look."""

    async def _entry(self, sent: HandedWork) -> WorkEntry:
        slot = await self._records.load(Work, sibling(sent.enrolment, Kind.WORK))
        if sent.work > len(slot.entries):
            raise InvalidArgument("there is no work with this number", field="work")
        return slot.entries[sent.work - 1]

    async def _wraps(
        self, here: ReleasedHere, sent: HandedWork, entry: WorkEntry
    ) -> tuple[Wrap, ...]:
        """What opens it for this university, and for the student; held to the ledger."""
        account = await self._releases.account(here.entry)
        intake = await self._keyring.intake_key()
        try:
            with translated():
                opening = unwrap(sent.document, intake)
            computed = work_commitment_of(
                opening, body=sent.document.body, enrolment=sent.enrolment, part=entry.part
            )
            require_equal(entry.commitment, computed, field="work")
        except (NotSealedToYou, BundleRefused, CommitmentMismatch):
            altered = fault(PieceKind.WORK, FaultKind.ALTERED, sent.work)
            async with self._database.writing() as session:
                await note_faults(session, sent.enrolment, sent.number, [altered], at=self._clock())
            # Not chained: it may quote what was sealed.
            raise HandoverRefused(sent.enrolment, [altered]) from None
        readers = (intake.public, SealingPublicKey.from_text(account.sealing_key))
        return tuple(make_wrap(opening, body=sent.document.body, recipient=one) for one in readers)


class TakesEvidence:
    """Takes what a holder sealed to a requester: given out at the credit's home."""

    def __init__(self, *, releases: Releases, records: Records, clock: Clock) -> None:
        self._releases = releases
        self._records = records
        self._clock = clock

    async def examined(self, sender: str, document: Mapping[str, JsonValue]) -> Keep:
        """Hold it to the consent; what is inside its requester alone can open.

        Raises:
            NotYetRecorded: this peer does not show the release or the consent yet: send again.
            NotParty: the sender is not the old home, or the student asked for something else.
            InvalidArgument: the consent is another, or about another credit.
        """
        sent = HandedEvidence.check(document)
        await self._releases.here(sender, sent.enrolment, sent.number)
        key = sent.evidence.request
        request = await visible(
            lambda: self._records.find(VerificationRequest, key), "the request is not"
        )
        consent = await visible(
            lambda: self._records.find(Consent, sibling(key, Kind.CONSENT)), "the consent is not"
        )
        if request.enrolment != sent.enrolment:
            raise InvalidArgument("the request is about another credit", field="evidence")
        stands = consent.operation == sent.operation
        row = EvidenceBundle(
            sent.operation, key, sent.evidence.model_dump(mode="json"), self._clock()
        )

        async def keep(session: Session) -> None:
            if stands and await session.get(EvidenceBundle, row.operation) is None:
                session.add(row)

        return keep

    def taken(self) -> None:
        """Its requester asks for it."""
