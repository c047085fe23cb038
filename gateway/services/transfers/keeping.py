"""Keeping what came of a credit: each value was held to the ledger before."""

from collections.abc import Iterable
from datetime import datetime

from chaincode.domain.holding import Holding
from chaincode.domain.transfer import FaultKind, HandoverFault
from gateway.model.learning import EnrolmentSecret
from gateway.model.recognition import ShownResult
from gateway.model.transfers import FoundFault, HandedMark
from gateway.services.enrolment_access import KEY_PURPOSE
from gateway.services.handed_marks import HandedMarks
from gateway.services.ports import Clock, SecretBox, Session
from gateway.services.recognition.results import shown_result
from gateway.services.transfers.held import Examined


class KeepsValues:
    """Makes rows of values; what is here already stays."""

    def __init__(self, box: SecretBox, marks: HandedMarks, clock: Clock, msp_id: str) -> None:
        self._box = box
        self._marks = marks
        self._clock = clock
        self._msp_id = msp_id

    async def keep(self, session: Session, holding: Holding, found: Examined) -> None:
        """Store the good ones; a party of the enrolment has marks and result in its collection."""
        enrolment = holding.enrolment
        if found.key is not None and await session.get(EnrolmentSecret, enrolment.key) is None:
            session.add(
                EnrolmentSecret(
                    enrolment=enrolment.key,
                    person=None,
                    course=enrolment.course,
                    teaching=enrolment.teaching,
                    sealed_key=self._box.seal(found.key, owner=enrolment.key, purpose=KEY_PURPOSE),
                    created_at=self._clock(),
                )
            )
        if self._msp_id in enrolment.parties:
            return
        for mark in found.marks:
            if await session.get(HandedMark, enrolment.key, mark.number) is None:
                session.add(self._marks.row(enrolment.key, mark))
        result = found.result
        if result is None:
            return
        if await session.get(ShownResult, enrolment.key, result.commitment) is None:
            session.add(shown_result(self._box, enrolment.key, result.commitment, result))


async def note_faults(
    session: Session,
    enrolment: str,
    transfer: int,
    faults: Iterable[HandoverFault],
    *,
    at: datetime,
) -> None:
    """Note what the old home handed over wrongly: what came altered is never called missing.

    Args:
        session: a writing one.
        enrolment: ledger key.
        transfer: number of the entry in the credit's transfers.
        faults: what was found.
        at: when.
    """
    for one in faults:
        number = one.number or 0
        row = await session.get(FoundFault, enrolment, transfer, one.piece.value, number)
        if row is None:
            session.add(
                FoundFault(enrolment, transfer, one.piece.value, number, one.fault.value, at)
            )
        elif one.fault is FaultKind.ALTERED:
            row.fault, row.found_at = one.fault.value, at
