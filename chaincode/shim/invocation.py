from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any

from fabric_protos.peer import chaincode_event_pb2, chaincode_shim_pb2

from chaincode.shim.client_identity import ClientIdentity
from chaincode.shim.creator import Creator
from chaincode.shim.errors import InvalidArgumentError
from chaincode.shim.proposal import Proposal


class Invocation:
    """What the peer hands over with a call, and the event that the call may leave."""

    def __init__(self, message: Any, chaincode_input: Any) -> None:
        """Read an INIT or TRANSACTION message and its decoded `protos.ChaincodeInput`.

        Raises:
            InvalidProposalError: the proposal cannot be read.
        """
        self._signed_proposal = message.proposal
        self._proposal = Proposal.from_proto(message.proposal)
        self.transaction_id: str = message.txid
        self.channel_id: str = message.channel_id
        self.is_init: bool = message.type == chaincode_shim_pb2.ChaincodeMessage.INIT
        self.arguments: tuple[bytes, ...] = tuple(chaincode_input.args)
        self.decorations: Mapping[str, bytes] = MappingProxyType(dict(chaincode_input.decorations))
        self._event: Any = None

    @property
    def proposal(self) -> Proposal:
        """The signed proposal, decoded."""
        return self._proposal

    @property
    def signed_proposal(self) -> bytes:
        """The proposal as the client signed it: `protos.SignedProposal`, encoded."""
        encoded: bytes = self._signed_proposal.SerializeToString()
        return encoded

    @property
    def creator(self) -> Creator:
        """The authenticated signer of the proposal."""
        return self._proposal.creator

    @cached_property
    def identity(self) -> ClientIdentity:
        """What the signer's certificate says.

        Raises:
            IdentityError: it cannot be read.
        """
        return ClientIdentity(self._proposal.creator)

    @property
    def timestamp(self) -> datetime:
        """The proposal's time, UTC: the client's claim, bounded by the peers' time window."""
        return self._proposal.timestamp

    @property
    def transient(self) -> Mapping[str, bytes]:
        """Private inputs, which reach no block."""
        return self._proposal.transient

    @property
    def binding(self) -> bytes:
        """SHA-256 of nonce, creator and epoch: ties other data to this proposal."""
        return self._proposal.binding

    @property
    def function_and_parameters(self) -> tuple[str, list[str]]:
        """The arguments as text: the first is the function's name, "" when there is none.

        Raises:
            InvalidArgumentError: an argument is no UTF-8.
        """
        try:
            texts = [argument.decode() for argument in self.arguments]
        except UnicodeDecodeError as error:
            raise InvalidArgumentError("an argument is no UTF-8 text") from error
        return (texts[0], texts[1:]) if texts else ("", [])

    @property
    def event(self) -> Any:
        """The event set, as `protos.ChaincodeEvent`; None when there is none."""
        return self._event

    def set_event(self, name: str, payload: bytes = b"") -> None:
        """Set the transaction's one event; the last call counts.

        Raises:
            InvalidArgumentError: the name is empty or no valid Unicode.
        """
        if not name:
            raise InvalidArgumentError("an event needs a name")
        try:
            name.encode()
        except UnicodeEncodeError as error:
            raise InvalidArgumentError("the event's name is no valid Unicode") from error
        self._event = chaincode_event_pb2.ChaincodeEvent(event_name=name, payload=payload)
