from typing import Protocol

from fabric_client.events.chaincode_event import ChaincodeEvent


class Checkpointer(Protocol):
    """Remembers how far a consumer has come; the consumer says so after each event it has done.

    An event that was done but not noted comes again: consumers must bear that.
    """

    @property
    def block_number(self) -> int | None:
        """The block in which the next event is expected; None before the first."""

    @property
    def transaction_id(self) -> str | None:
        """The last transaction of that block that was done; None if none was."""

    async def checkpoint_block(self, block_number: int) -> None:
        """Note that a whole block was done."""

    async def checkpoint_transaction(self, block_number: int, transaction_id: str) -> None:
        """Note that a block was done up to and including a transaction."""

    async def checkpoint_chaincode_event(self, event: ChaincodeEvent) -> None:
        """Note that an event was done."""
