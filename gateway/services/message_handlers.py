"""What a subject does with the messages of a kind that is its own."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, TypeAlias

from chaincode.domain.json_value import JsonValue
from gateway.services.ports import Session

Keep: TypeAlias = Callable[[Session], Awaitable[None]]
"""Changes rows in the transaction that takes the message."""


class MessageHandler(Protocol):
    """Takes one kind of message from other members' gateways."""

    async def examined(self, sender: str, document: Mapping[str, JsonValue]) -> Keep:
        """Hold a message to the ledger; what is to be kept of it.

        Raises:
            InvalidArgument: not of its form.
            NotYetRecorded: this peer does not show the record yet: send again.
            ServiceError, DomainError: the ledger does not bear it out.
        """

    def taken(self) -> None:
        """It was kept: called after the transaction."""
