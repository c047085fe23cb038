"""What a home holds of a credit in values: their form on the way, and what they are held to."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from pydantic import Field

from chaincode.domain.check import OpenedGrade
from chaincode.domain.commands.base import Arguments
from chaincode.domain.commitment import key_commitment, result_commitment
from chaincode.domain.holding import Holding
from chaincode.domain.keys import EnrolmentKey
from chaincode.domain.transfer import FaultKind, HandoverFault, PieceKind
from chaincode.domain.values import Digest
from gateway.services.grade_values import matches
from gateway.services.recognition.incoming import ShownMark

MAX_MARKS = 128
"""As many as a grade slot has entries."""


class HeldValues(Arguments):
    """The key of an enrolment, its marks with their salts, and the final one."""

    enrolment: EnrolmentKey
    enrolment_key: Annotated[Digest | None, Field(repr=False)]
    marks: Annotated[tuple[OpenedGrade, ...], Field(max_length=MAX_MARKS, repr=False)]
    result: Annotated[ShownMark | None, Field(repr=False)]


@dataclass(frozen=True, slots=True)
class Examined:
    """What of the values is as the ledger has it, and what is not."""

    key: bytes | None = field(repr=False)
    marks: tuple[OpenedGrade, ...] = field(repr=False)
    result: ShownMark | None = field(repr=False)
    faults: tuple[HandoverFault, ...]


def examine(holding: Holding, sent: HeldValues, *, owed_at: datetime) -> Examined:
    """Hold values to an enrolment's commitments.

    Args:
        holding: the credit as this member's peer has it.
        sent: the values.
        owed_at: what came on the ledger before is owed; what came since may be missing.
    """
    key, key_faults = _key(holding, sent)
    marks, mark_faults = _marks(holding, sent, owed_at)
    result, result_faults = _result(holding, sent, owed_at)
    return Examined(key, marks, result, (*key_faults, *mark_faults, *result_faults))


def owes_result(holding: Holding, owed_at: datetime) -> bool:
    """Whether the award is the old home's: before the release nobody else could award.

    Instants are whole seconds, so one of the release's own second was before it.
    """
    return holding.require_result().at <= owed_at


def owed_marks(holding: Holding, owed_at: datetime) -> frozenset[int]:
    """The numbers of the marks that the old home must have had: what it awarded on, and earlier."""
    award = holding.require_result()
    awarded_on = award.grade_entries if owes_result(holding, owed_at) else 0
    return frozenset(
        entry.number
        for entry in holding.grade.entries
        if entry.number <= awarded_on or entry.at < owed_at
    )


def fault(piece: PieceKind, kind: FaultKind, number: int | None = None) -> HandoverFault:
    """Name what is the matter with a piece."""
    return HandoverFault(piece=piece, number=number, fault=kind)


def _key(holding: Holding, sent: HeldValues) -> tuple[bytes | None, list[HandoverFault]]:
    if sent.enrolment_key is None:
        return None, [fault(PieceKind.ENROLMENT_KEY, FaultKind.MISSING)]
    key = bytes.fromhex(sent.enrolment_key)
    if key_commitment(key) != holding.enrolment.key_commitment:
        return None, [fault(PieceKind.ENROLMENT_KEY, FaultKind.ALTERED)]
    return key, []


def _marks(
    holding: Holding, sent: HeldValues, owed_at: datetime
) -> tuple[tuple[OpenedGrade, ...], list[HandoverFault]]:
    """A mark of a grade that this peer does not show yet comes again with the next message."""
    opened = {one.number: one for one in sent.marks}
    owed = owed_marks(holding, owed_at)
    good, faults = [], []
    for number, entry in enumerate(holding.grade.entries, start=1):
        mark = opened.get(number)
        if mark is None:
            if number in owed:
                faults.append(fault(PieceKind.MARK, FaultKind.MISSING, number))
        elif matches(holding.enrolment.key, entry, mark):
            good.append(mark)
        else:
            faults.append(fault(PieceKind.MARK, FaultKind.ALTERED, number))
    return tuple(good), faults


def _result(
    holding: Holding, sent: HeldValues, owed_at: datetime
) -> tuple[ShownMark | None, list[HandoverFault]]:
    award, result = holding.require_result(), sent.result
    if result is not None and result.commitment == award.result_commitment:
        computed = result_commitment(
            enrolment=holding.enrolment.key, mark=result.mark, salt=bytes.fromhex(result.salt)
        )
        if computed == award.result_commitment:
            return result, []
        return None, [fault(PieceKind.RESULT, FaultKind.ALTERED)]
    if not owes_result(holding, owed_at):
        return None, []
    kind = FaultKind.MISSING if result is None else FaultKind.ALTERED
    return None, [fault(PieceKind.RESULT, kind)]
