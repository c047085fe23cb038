from collections.abc import Sequence
from typing import Any

from fabric_protos.peer import chaincode_pb2

from chaincode.shim.decoding import decode
from chaincode.shim.errors import InvalidArgumentError
from chaincode.shim.exchange import Exchange
from chaincode.shim.invocation import Invocation
from chaincode.shim.ledger_requests import LedgerRequests
from chaincode.shim.offer import Offer
from chaincode.shim.private_data import PrivateData
from chaincode.shim.public_state import PublicState
from chaincode.shim.queries import Queries
from chaincode.shim.response import Response


class Stub(Invocation, PublicState, PrivateData):
    """One call of a chaincode function: its inputs, and the ledger as the peer shows it.

    A stub ends with its function. Requests of one transaction go to the peer one at a time, so
    tasks of the function may share it.
    """

    def __init__(self, message: Any, exchange: Exchange, offer: Offer) -> None:
        """Read an INIT or TRANSACTION message.

        Raises:
            InvalidProposalError: its proposal cannot be read.
            ProtocolError: its input cannot be decoded.
        """
        chaincode_input = decode(chaincode_pb2.ChaincodeInput, message.payload)
        Invocation.__init__(self, message, chaincode_input)
        ledger = LedgerRequests(exchange, offer)
        queries = Queries(exchange, ledger.flush)
        PublicState.__init__(self, ledger, queries)
        PrivateData.__init__(self, ledger, queries)

    async def finish(self) -> None:
        """Send the writes that wait; the function has succeeded."""
        await self._queries.close()
        await self._ledger.flush()

    async def invoke_chaincode(
        self, name: str, arguments: Sequence[bytes], channel: str = ""
    ) -> Response:
        """Call another chaincode on this peer within this transaction.

        On this channel ("" or its name) the callee's writes join the transaction's, even where it
        answers an error and the caller goes on; on another channel it can only read.

        Raises:
            PeerError: the callee could not be called, or failed without an answer.
            InvalidArgumentError: it has no name.
        """
        if not name:
            raise InvalidArgumentError("the chaincode to call has no name")
        target = f"{name}/{channel}" if channel else name
        return await self._ledger.invoke(target, arguments)
