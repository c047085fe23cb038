"""What the database learns when a student's request is final."""

from collections.abc import Mapping
from typing import Final

from chaincode.domain.commands.transfers import RequestTransfer
from chaincode.domain.json_value import JsonValue
from gateway.model.operations import Operation
from gateway.model.transfers import HomeTransfer, MovingCredit
from gateway.services.ports import Session
from gateway.services.standing_calls import forget_refused

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
        credits_ = await session.find(MovingCredit, transfer=identifier)
        stands = await forget_refused(session, operation, RequestTransfer, credits_)
        row = await session.get(HomeTransfer, identifier)
        if row is not None and not stands:
            await session.delete(row)
