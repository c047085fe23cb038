"""What the database learns when a student's request is final."""

from collections.abc import Mapping
from typing import Final

from chaincode.domain.commands.transfers import RequestTransfer
from chaincode.domain.json_value import JsonValue
from gateway.model.operations import CallState, Operation, OperationCall
from gateway.model.transfers import HomeTransfer, MovingCredit
from gateway.services.call_codec import decode_command
from gateway.services.ports import Session

REQUESTED_EFFECT: Final = "transfer-requested"


class TransferRequested:
    """Requests that stand can be released, the others never were."""

    async def committed(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """Every request stands."""

    async def refused(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """Forget the credits without a request; without any, the transfer."""
        identifier = str(arguments["transfer"])
        calls = await session.find(OperationCall, operation=operation.id)
        standing = {_enrolment(call) for call in calls if call.state is CallState.COMMITTED}
        for credit in await session.find(MovingCredit, transfer=identifier):
            if credit.enrolment not in standing:
                await session.delete(credit)
        row = await session.get(HomeTransfer, identifier)
        if row is not None and not standing:
            await session.delete(row)


def _enrolment(call: OperationCall) -> str:
    command = decode_command(call.function, call.command)
    return command.enrolment if isinstance(command, RequestTransfer) else ""
