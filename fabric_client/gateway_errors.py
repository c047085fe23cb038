"""What can go wrong with a transaction, by stage.

`EvaluateError`, `EndorseError` and `SubmitError` say that nothing was changed and nothing will be.
`OutcomeUnknownError` says that this is not known: ask for the commit status by transaction id.
`CommitError` says that the transaction is on the ledger and is not valid.
"""

from collections.abc import Sequence

import grpc

from fabric_client.blocks.validation_code import ValidationCode
from fabric_client.errors import FabricClientError
from fabric_client.peer_error import ChaincodeResponse, PeerError


class GatewayError(FabricClientError):
    """A call to a peer's gateway that failed.

    Attributes:
        transaction_id: whose transaction; empty for event streams.
        status: the `grpc.StatusCode`.
        message: the gateway's own words.
        details: what each peer or orderer said.
    """

    stage = "call"

    def __init__(
        self,
        transaction_id: str,
        status: grpc.StatusCode,
        message: str,
        details: Sequence[PeerError] = (),
    ) -> None:
        said = "".join(f"; {item.msp_id} {item.address}: {item.message}" for item in details)
        super().__init__(f"{self.stage} {transaction_id}: {status.name} {message}{said}")
        self.transaction_id = transaction_id
        self.status = status
        self.message = message
        self.details = tuple(details)

    @property
    def chaincode_responses(self) -> tuple[ChaincodeResponse, ...]:
        """What the chaincode of each peer answered; empty where it was not the chaincode."""
        answers = (item.chaincode_response for item in self.details)
        return tuple(answer for answer in answers if answer is not None)


class EvaluateError(GatewayError):
    """A query failed."""

    stage = "evaluate"


class EndorseError(GatewayError):
    """A proposal was not endorsed; nothing was submitted."""

    stage = "endorse"


class SubmitError(GatewayError):
    """A transaction was refused before any orderer could take it."""

    stage = "submit"


class OutcomeUnknownError(GatewayError):
    """A transaction may be committed, may still be, or never: only its commit status tells."""

    stage = "submit"


class CommitStatusError(OutcomeUnknownError):
    """The commit status could not be had; so the outcome is not known either."""

    stage = "commit status of"


class EventsError(GatewayError):
    """A stream of events broke off."""

    stage = "events"


class CommitError(FabricClientError):
    """A transaction is in a block, and the peer found that it is not valid.

    Attributes:
        transaction_id: the transaction.
        block_number: the block that holds it.
        code: why it is not valid.
    """

    def __init__(self, transaction_id: str, block_number: int, code: ValidationCode) -> None:
        super().__init__(
            f"transaction {transaction_id} in block {block_number} is not valid: {code.name}"
        )
        self.transaction_id = transaction_id
        self.block_number = block_number
        self.code = code


class NotSignedError(FabricClientError):
    """There is no signer: sign the message elsewhere and hand the signature to the gateway."""


class EnvelopeRefusedError(FabricClientError):
    """The gateway gave a transaction that is not the one proposed; it must not be signed."""
