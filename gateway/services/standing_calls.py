"""What is left of an operation of which one call was refused: those before it stand."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from chaincode.domain.commands.redemption import PermitRedemption
from chaincode.domain.commands.transfers import RequestTransfer
from gateway.model.operations import CallState, Operation, OperationCall
from gateway.services.call_codec import decode_command
from gateway.services.ports import Session


class OfOneCredit(Protocol):
    """A row that was stored together with a call about the same credit."""

    enrolment: str


AnyRow = TypeVar("AnyRow", bound=OfOneCredit)


async def forget_refused(
    session: Session,
    operation: Operation,
    command: type[PermitRedemption] | type[RequestTransfer],
    rows: Iterable[AnyRow],
) -> bool:
    """Forget the rows of credits whose call never stood; whether any call stands."""
    calls = await session.find(OperationCall, operation=operation.id, state=CallState.COMMITTED)
    found = (decode_command(call.function, call.command) for call in calls)
    standing = {one.enrolment for one in found if isinstance(one, command)}
    for row in rows:
        if row.enrolment not in standing:
            await session.delete(row)
    return bool(standing)
