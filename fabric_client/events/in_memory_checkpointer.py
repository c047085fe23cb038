from fabric_client.events.chaincode_event import ChaincodeEvent


class InMemoryCheckpointer:
    """A checkpointer that forgets when the process ends."""

    def __init__(self, block_number: int | None = None, transaction_id: str | None = None) -> None:
        self._block_number = block_number
        self._transaction_id = transaction_id

    @property
    def block_number(self) -> int | None:
        """The block in which the next event is expected; None before the first."""
        return self._block_number

    @property
    def transaction_id(self) -> str | None:
        """The last transaction of that block that was done; None if none was."""
        return self._transaction_id

    async def checkpoint_block(self, block_number: int) -> None:
        """Note that a whole block was done."""
        await self._note(block_number + 1, None)

    async def checkpoint_transaction(self, block_number: int, transaction_id: str) -> None:
        """Note that a block was done up to and including a transaction."""
        await self._note(block_number, transaction_id)

    async def checkpoint_chaincode_event(self, event: ChaincodeEvent) -> None:
        """Note that an event was done."""
        await self._note(event.block_number, event.transaction_id)

    async def _note(self, block_number: int, transaction_id: str | None) -> None:
        self._block_number = block_number
        self._transaction_id = transaction_id
