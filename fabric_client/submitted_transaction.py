from dataclasses import dataclass

from fabric_client.status import Status
from fabric_client.transaction import Transaction


@dataclass(frozen=True, slots=True)
class SubmittedTransaction:
    """A transaction that is on the ledger and valid, and what it did there."""

    transaction: Transaction
    status: Status

    @property
    def transaction_id(self) -> str:
        """The transaction's id."""
        return self.status.transaction_id

    @property
    def block_number(self) -> int:
        """The block that holds it."""
        return self.status.block_number

    @property
    def result(self) -> bytes:
        """What the function returned."""
        return self.transaction.result
