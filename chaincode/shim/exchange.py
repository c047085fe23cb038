import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from fabric_protos.peer import chaincode_shim_pb2

from chaincode.shim.errors import (
    MessageTooLargeError,
    PeerError,
    ShimError,
    StreamLostError,
    TransactionEndedError,
)
from chaincode.shim.limits import ENVELOPE_BYTES

_Message = chaincode_shim_pb2.ChaincodeMessage


class Exchange:
    """One transaction's questions to its peer, one at a time.

    A peer silently drops a second request of a transaction while the first is unanswered (Fabric
    `core/chaincode/handler.go`, registerTxid), so a turn is given back only by the answer or by the
    stream's end: not even by cancelling who asked.
    """

    def __init__(
        self, channel_id: str, transaction_id: str, send: Callable[[Any], None], max_bytes: int
    ) -> None:
        self.channel_id = channel_id
        self.transaction_id = transaction_id
        self.max_payload = max_bytes - ENVELOPE_BYTES
        self._send = send
        self._turn = asyncio.Lock()
        self._answer: asyncio.Future[Any] | None = None
        self._ended: Callable[[], ShimError] | None = None

    async def request(self, kind: int, payload: bytes) -> bytes:
        """Send one message and return the payload of the peer's RESPONSE.

        Args:
            kind: the message's type, a `ChaincodeMessage.Type`.
            payload: the message of that type, encoded.

        Raises:
            PeerError: the peer answered ERROR.
            MessageTooLargeError: the payload is over the stream's limit; nothing was sent.
            StreamLostError: the stream ended before the answer.
            TransactionEndedError: the function has returned already.
        """
        if len(payload) > self.max_payload:
            raise MessageTooLargeError(len(payload), self.max_payload)
        await self._turn.acquire()
        if self._ended is not None:
            self._turn.release()
            raise self._ended()
        answer = self._answer = asyncio.get_running_loop().create_future()
        self._send(self.message(kind, payload))
        message = await answer
        if message.type == _Message.ERROR:
            text = message.payload.decode(errors="replace")
            raise PeerError(_Message.Type.Name(kind), text)
        content: bytes = message.payload
        return content

    def check_open(self) -> None:
        """Raise what a request would raise now: the stream is lost, or the function returned."""
        if self._ended is not None:
            raise self._ended()

    def message(self, kind: int, payload: bytes) -> Any:
        """Make a message of this transaction."""
        return _Message(
            type=kind, payload=payload, txid=self.transaction_id, channel_id=self.channel_id
        )

    def deliver(self, message: Any) -> bool:
        """Hand over the peer's answer; say whether one was waited for."""
        answer, self._answer = self._answer, None
        if answer is None:
            return False
        self._turn.release()
        if not answer.done():
            answer.set_result(message)
        return True

    def fail(self, reason: str) -> None:
        """Let the waiting request and all later ones raise StreamLostError with this reason."""
        self._ended = partial(StreamLostError, reason)
        answer, self._answer = self._answer, None
        if answer is not None:
            self._turn.release()
            if not answer.done():
                answer.set_exception(StreamLostError(reason))

    async def close(self) -> None:
        """Refuse further requests, and wait for the answer to one that is still out."""
        if self._ended is None:
            self._ended = partial(
                TransactionEndedError,
                "the chaincode function has returned: its stub can ask the peer nothing more",
            )
        async with self._turn:
            return
