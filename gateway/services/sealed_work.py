"""Sealed work as this gateway keeps it: rows and bodies, opened against the ledger."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from chaincode.domain.account import Account
from chaincode.domain.course import Course
from chaincode.domain.enrolment import Enrolment, Work, WorkEntry
from chaincode.domain.keys import Kind, member_key, sibling
from chaincode.domain.member import MemberProfile
from gateway.evidence.keys import SealingPrivateKey, SealingPublicKey
from gateway.evidence.opening import Opening, SealedDocument, Wrap, require_committed
from gateway.evidence.sealing import open_body, unwrap
from gateway.evidence.store import WorkStore
from gateway.model.learning import SealedWork, WorkWrap
from gateway.services.errors import NotFound
from gateway.services.evidence_errors import WorkNotHere, translated
from gateway.services.ports import Database, Session
from gateway.services.records import Records


@dataclass(frozen=True, slots=True)
class OpenedWorkFile:
    """A piece of work that is what the ledger's commitment says."""

    entry: WorkEntry
    body: str
    opening: Opening


class SealedWorks:
    """The sealed work of enrolments that this member takes part in."""

    def __init__(self, records: Records, database: Database, store: WorkStore) -> None:
        self._records = records
        self._database = database
        self._store = store

    async def slot(self, enrolment: str) -> Work:
        """The enrolment's work on the ledger."""
        return await self._records.load(Work, sibling(enrolment, Kind.WORK))

    async def entry(self, enrolment: str, number: int) -> WorkEntry:
        """One piece of work on the ledger.

        Raises:
            NotFound: there is none with this number.
        """
        slot = await self.slot(enrolment)
        if not 1 <= number <= len(slot.entries):
            raise NotFound("there is no work with this number", field="number")
        return slot.entries[number - 1]

    async def latest(self, enrolment: Enrolment, course: Course) -> tuple[WorkEntry, ...]:
        """The last work of each part that has any: what counts."""
        slot = await self.slot(enrolment.key)
        found = [slot.latest(part.id) for part in course.content.parts]
        return tuple(entry for entry in found if entry is not None)

    async def rows(self, enrolment: str) -> dict[str, SealedWork]:
        """What lies here of an enrolment, by commitment."""
        async with self._database.reading() as session:
            found = await session.find(SealedWork, enrolment=enrolment)
        return {row.commitment: row for row in found}

    async def document(self, entry: WorkEntry) -> SealedDocument:
        """What is kept about the body of a committed piece of work.

        Raises:
            WorkNotHere: its body has not arrived.
        """
        async with self._database.reading() as session:
            row = await session.get(SealedWork, entry.commitment)
            wraps = await session.find(
                WorkWrap, commitment=entry.commitment, order_by=("recipient",)
            )
        if row is None:
            raise WorkNotHere(
                f"the sealed body of work {entry.number} has not arrived at this gateway"
            )
        return SealedDocument(
            body=row.body,
            size=row.size,
            wraps=tuple(Wrap(recipient=w.recipient, sealed=w.sealed) for w in wraps),
        )

    async def open(
        self, enrolment: str, entry: WorkEntry, private: SealingPrivateKey
    ) -> OpenedWorkFile:
        """Open a piece of work's wrap and compare it with the ledger; the body is not read yet.

        Raises:
            WorkNotHere: its body has not arrived.
            NotSealedToYou: nobody sealed it to this key.
            BundleRefused: the wrap was altered.
            CommitmentMismatch: it describes other work than was committed.
        """
        document = await self.document(entry)
        with translated():
            opening = unwrap(document, private)
        require_committed(
            opening,
            body=document.body,
            enrolment=enrolment,
            part=entry.part,
            expected=entry.commitment,
        )
        return OpenedWorkFile(entry, document.body, opening)

    async def content(self, work: OpenedWorkFile) -> AsyncGenerator[bytes, None]:
        """The plain text in pieces, each verified before it is given.

        Raises:
            BodyAltered: the body at rest is not the one that was committed.
            WorkNotHere: the store has lost it.
        """
        with translated():
            async with (
                aclosing(self._store.get(work.body)) as sealed,
                aclosing(open_body(sealed, opening=work.opening, body=work.body)) as plain,
            ):
                async for piece in plain:
                    yield piece

    async def verify(self, work: OpenedWorkFile) -> None:
        """Read the whole body and hold it to its opening.

        Raises:
            BodyAltered, WorkNotHere: see `content`.
        """
        async with aclosing(self.content(work)) as pieces:
            async for _ in pieces:
                pass

    async def recipients(self, enrolment: Enrolment) -> tuple[SealingPublicKey, ...]:
        """Whom work is sealed to: teacher, the teaching university's evidence key, student."""
        teacher = await self._records.load(Account, enrolment.teacher)
        student = await self._records.load(Account, enrolment.student)
        profile = await self._records.load(MemberProfile, member_key(enrolment.teaching))
        with translated():
            return tuple(
                SealingPublicKey.from_text(text)
                for text in (teacher.sealing_key, profile.evidence_key, student.sealing_key)
            )


async def keep_wraps(session: Session, commitment: str, wraps: Sequence[Wrap]) -> None:
    """Store wraps; those for a recipient who has one already change nothing."""
    for wrap in wraps:
        if await session.get(WorkWrap, commitment, wrap.recipient) is None:
            session.add(
                WorkWrap(commitment=commitment, recipient=wrap.recipient, sealed=wrap.sealed)
            )


async def primed(pieces: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    """Read the first piece now, so that what is wrong with it is an error and no cut stream."""
    first = await anext(pieces, b"")
    return _continued(first, pieces)


async def _continued(first: bytes, rest: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    async with aclosing(rest):
        if first:
            yield first
        async for piece in rest:
            yield piece
