"""Transfer of home: asked for by the holder, released by the old home, accepted by the new."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import Field

from chaincode.domain.errors import NotParty, WrongState
from chaincode.domain.keys import AccountKey, Kind
from chaincode.domain.record import Record
from chaincode.domain.values import Instant, MspId, Number, Value

MAX_TRANSFERS = 32
MAX_FAULTS = 16
"""Named of one handover, so that the record stays small."""


class TransferStatus(StrEnum):
    """requested → released → accepted; a new request replaces one that is not accepted."""

    REQUESTED = "requested"
    RELEASED = "released"
    ACCEPTED = "accepted"
    REPLACED = "replaced"


class PieceKind(StrEnum):
    """What a home holds of a credit, and hands over with it."""

    ENROLMENT_KEY = "enrolment-key"
    MARK = "mark"
    RESULT = "result"
    WORK = "work"


class FaultKind(StrEnum):
    """What is the matter with a piece."""

    MISSING = "missing"
    ALTERED = "altered"
    """Something came that is not what the ledger commits to."""


class HandoverFault(Value):
    """A piece that the old home owed and the new home has not, or got altered."""

    piece: PieceKind
    number: Number | None
    """Of the grade or the work in its slot; None for key and result."""
    fault: FaultKind


Faults = Annotated[tuple[HandoverFault, ...], Field(max_length=MAX_FAULTS)]


class TransferEntry(Value):
    """One move of a credit's home."""

    number: Number
    source: MspId
    target: MspId
    student: AccountKey
    """The holder's pseudonym at the new home."""
    status: TransferStatus
    requested_by: AccountKey
    requested_at: Instant
    released_by: AccountKey | None
    released_at: Instant | None
    accepted_by: AccountKey | None
    accepted_at: Instant | None
    faults: Faults = ()
    """What the new home said of the handover when it accepted: its word alone."""


class Transfer(Record):
    """All moves of one credit."""

    kind: ClassVar[Kind] = Kind.TRANSFER

    entries: Annotated[tuple[TransferEntry, ...], Field(min_length=1, max_length=MAX_TRANSFERS)]

    @property
    def in_force(self) -> TransferEntry | None:
        """The last accepted move, None where there is none."""
        accepted = (e for e in reversed(self.entries) if e.status is TransferStatus.ACCEPTED)
        return next(accepted, None)

    @classmethod
    def requested(
        cls,
        before: "Transfer | None",
        *,
        key: str,
        source: str,
        target: str,
        student: str,
        by: str,
        at: datetime,
        operation: str,
    ) -> "Transfer":
        """RequestTransfer: the holder asks; an earlier request that is not accepted falls.

        Raises:
            WrongState: the credit is at this home already, or the record is full.
        """
        entries = before.entries if before else ()
        if source == target:
            raise WrongState("the credit is at this university already")
        if len(entries) >= MAX_TRANSFERS:
            raise WrongState(f"a credit has at most {MAX_TRANSFERS} requests of transfer")
        replaced = tuple(
            entry
            if entry.status is TransferStatus.ACCEPTED
            else entry.model_copy(update={"status": TransferStatus.REPLACED})
            for entry in entries
        )
        entry = TransferEntry(
            number=len(entries) + 1,
            source=source,
            target=target,
            student=student,
            status=TransferStatus.REQUESTED,
            requested_by=by,
            requested_at=at,
            released_by=None,
            released_at=None,
            accepted_by=None,
            accepted_at=None,
        )
        if before is None:
            return cls(key=key, version=1, operation=operation, entries=(entry,))
        return before.next(operation, entries=(*replaced, entry))

    def released(self, *, member: str, by: str, at: datetime, operation: str) -> Self:
        """ReleaseStudent: the old home lets go.

        Raises:
            NotParty: another university's student.
            WrongState: nothing is asked for, or it was released before.
        """
        last = self._last(TransferStatus.REQUESTED)
        if last.source != member:
            raise NotParty("the student's home is another university", field="enrolment")
        return self._moved(
            operation, status=TransferStatus.RELEASED, released_by=by, released_at=at
        )

    def accepted(
        self, *, member: str, by: str, at: datetime, operation: str, faults: Faults = ()
    ) -> Self:
        """AcceptTransfer: the new home takes the student in; from now on it is home.

        `faults` say what the old home has not handed over as it should; they undo nothing.

        Raises:
            NotParty: the student goes to another university.
            WrongState: not released, or accepted before.
        """
        last = self._last(TransferStatus.RELEASED)
        if last.target != member:
            raise NotParty("the student goes to another university", field="enrolment")
        return self._moved(
            operation,
            status=TransferStatus.ACCEPTED,
            accepted_by=by,
            accepted_at=at,
            faults=faults,
        )

    def _last(self, wanted: TransferStatus) -> TransferEntry:
        last = self.entries[-1]
        if last.status is not wanted:
            raise WrongState(
                f"the transfer is {last.status.value}, not {wanted.value}",
                facts={"status": last.status.value},
            )
        return last

    def _moved(self, operation: str, **changes: object) -> Self:
        last = self.entries[-1].model_copy(update=changes)
        return self.next(operation, entries=(*self.entries[:-1], last))
