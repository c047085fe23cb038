from dataclasses import dataclass

from fabric_client.blocks.validation_code import ValidationCode
from fabric_client.gateway_errors import CommitError


@dataclass(frozen=True, slots=True)
class Status:
    """How a transaction ended, as the peer that was asked found."""

    transaction_id: str
    block_number: int
    code: ValidationCode

    @property
    def successful(self) -> bool:
        """Whether the transaction is valid and its writes hold."""
        return self.code == ValidationCode.VALID

    def require_success(self) -> None:
        """Do nothing if the transaction is valid.

        Raises:
            CommitError: it is not.
        """
        if not self.successful:
            raise CommitError(self.transaction_id, self.block_number, self.code)
