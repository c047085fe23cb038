"""What goes wrong in the sandbox, by the stage at which Fabric's Gateway service would say so.

What a contract can meet is named as in `chaincode.shim`: clients are told a crash by its type.

`code` is the gRPC status that the Gateway service gives in the same case (by name, so that nothing
here depends on gRPC), `details` what each member's peer answered.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Detail:
    """What one member's peer said."""

    address: str
    msp_id: str
    message: str


class SandboxError(Exception):
    """Base of every error that a caller of the consortium can meet."""


class StageFailed(SandboxError):
    """A stage of a transaction was refused; nothing was ordered by this call."""

    def __init__(
        self,
        message: str,
        *,
        transaction_id: str,
        code: str,
        details: tuple[Detail, ...] = (),
    ) -> None:
        """Keep the facts; the text shows the first peer's answer, which says the most."""
        shown = f"{message}: {details[0].message}" if details else message
        super().__init__(f"{shown} (transaction {transaction_id}, {code})")
        self.message = message
        self.transaction_id = transaction_id
        self.code = code
        self.details = details


class EvaluateFailed(StageFailed):
    """The member's peer refused the proposal, or its chaincode answered with an error."""


class EndorseFailed(StageFailed):
    """Not enough matching endorsements: `details` holds each member's answer."""


class SubmitFailed(StageFailed):
    """The orderers refused the envelope: it will never be in a block."""


class SubmitOutcomeUnknown(StageFailed):
    """No answer to the submission: the transaction may be ordered or not; ask by its id."""


class CommitFailed(SandboxError):
    """The transaction is in a block and was found invalid: nothing of it holds."""

    def __init__(
        self, *, transaction_id: str, code: int, code_name: str, block_number: int
    ) -> None:
        super().__init__(
            f"transaction {transaction_id} is invalid: {code_name} ({code}) in block {block_number}"
        )
        self.transaction_id = transaction_id
        self.code = code
        self.code_name = code_name
        self.block_number = block_number


class CommitStatusUnknown(SandboxError):
    """No block holds the transaction yet, and none is waiting to be cut: ask again later."""

    def __init__(self, transaction_id: str) -> None:
        super().__init__(f"transaction {transaction_id} is in no block yet: ask again later")
        self.transaction_id = transaction_id


class ProposalRefused(SandboxError):
    """One peer refused a proposal before any chaincode ran; the text is Fabric's.

    Attributes:
        filtered: whether the peer's filters (time, expiry) refused it, which a gateway takes for a
            peer that cannot be reached.
    """

    def __init__(self, message: str, *, filtered: bool = False) -> None:
        super().__init__(message)
        self.filtered = filtered


class PeerError(SandboxError):
    """A member's ledger refused what a contract asked of it.

    Attributes:
        request: the request's name in Fabric's chaincode protocol, such as `GET_STATE`.
        text: the peer's words.
    """

    def __init__(self, request: str, text: str) -> None:
        super().__init__(f"the peer refused {request}: {text}")
        self.request = request
        self.text = text


class InvalidArgumentError(SandboxError, ValueError):
    """What a contract asked for cannot be asked of a ledger."""


class InvalidKeyError(InvalidArgumentError):
    """A key that Fabric cannot hold."""


class InvalidCollectionError(InvalidArgumentError):
    """A private collection's name is missing."""


class InvalidValueError(InvalidArgumentError):
    """A value that Fabric would take as something else."""


class TransactionEndedError(SandboxError):
    """The function has returned, and its stub was used afterwards."""


class ChannelHalted(SandboxError):
    """Every peer of a real channel would stop at this block and not come back by itself.

    Fabric 3.1 has inputs that its committer does not survive. The sandbox names them instead of
    inventing an outcome that no peer would ever report.
    """
