"""The peer's side of the chaincode protocol, as a client over real gRPC."""

import asyncio
import hashlib
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import grpc.aio
from fabric_protos.peer import (
    chaincode_pb2,
    chaincode_shim_pb2,
    chaincode_shim_pb2_grpc,
    proposal_response_pb2,
)

from tests.support.shim.ledger import RefusedError, State, Transaction
from tests.support.shim.proposals import message, signed_proposal

Message = chaincode_shim_pb2.ChaincodeMessage
Place = tuple[str, str]
MAX_BYTES = 100 * 1024 * 1024
OFFER = chaincode_pb2.ChaincodeAdditionalParams(
    use_write_batch=True,
    max_size_write_batch=1000,
    use_get_multiple_keys=True,
    max_size_get_multiple_keys=1000,
)
NO_OFFER = chaincode_pb2.ChaincodeAdditionalParams()


class FakePeer:
    """Registers a chaincode and sends it transactions, as strictly as Fabric's peer.

    A second request of a transaction while one is unanswered is dropped, and noted in `dropped`.
    """

    def __init__(self, channel: grpc.aio.Channel, creator: bytes, offer: Any = OFFER) -> None:
        self.state = State()
        self.transactions: dict[Place, Transaction] = {}
        self.dropped: list[str] = []
        self.chaincode_id = ""
        self.callee: Callable[[Any], Any] | None = None
        self.gate: Callable[[Any], Awaitable[None]] | None = None
        """Awaited before each answer: by it a test decides their order."""
        self.ready = asyncio.Event()
        self._creator = creator
        self._offer = offer
        self._channel = channel
        self._stream: Any = None
        self._reader: asyncio.Task[None] | None = None
        self._outbox: asyncio.Queue[Any] = asyncio.Queue()
        self._endings: dict[Place, asyncio.Future[Any]] = {}
        self._busy: set[Place] = set()
        self._answering: set[asyncio.Task[None]] = set()
        self._numbers = itertools.count()
        self.ended: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def connect(self) -> None:
        """Open the stream and register the chaincode."""
        self._stream = chaincode_shim_pb2_grpc.ChaincodeStub(self._channel).Connect(self._sending())
        self._reader = asyncio.create_task(self._read())
        ready = asyncio.create_task(self.ready.wait())
        await asyncio.wait((ready, self._reader), return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()

    async def _sending(self) -> Any:
        while True:
            yield await self._outbox.get()

    def send(self, outgoing: Any) -> None:
        """Put any message on the stream."""
        self._outbox.put_nowait(outgoing)

    async def _read(self) -> None:
        outcome: Any = None
        try:
            async for incoming in self._stream:
                self._receive(incoming)
        except grpc.aio.AioRpcError as error:
            outcome = error
        self.ended.set_result(outcome)

    def _receive(self, incoming: Any) -> None:
        place = (incoming.channel_id, incoming.txid)
        if incoming.type == Message.REGISTER:
            self.chaincode_id = chaincode_pb2.ChaincodeID.FromString(incoming.payload).name
            self.send(message(Message.REGISTERED))
            self.send(message(Message.READY, self._offer.SerializeToString()))
            self.ready.set()
        elif incoming.type == Message.KEEPALIVE:
            self._endings["", "keepalive"].set_result(incoming)
        elif incoming.type in (Message.COMPLETED, Message.ERROR):
            self._endings.pop(place).set_result(incoming)
        elif place in self._busy:
            self.dropped.append(incoming.txid)
        else:
            self._busy.add(place)
            task = asyncio.create_task(self._answer(incoming, place))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def _answer(self, incoming: Any, place: Place) -> None:
        if self.gate is not None:
            await self.gate(incoming)
        fields = {"channel_id": incoming.channel_id, "txid": incoming.txid}
        try:
            if incoming.type == Message.INVOKE_CHAINCODE:
                assert self.callee is not None
                self.transactions[place].messages.append("INVOKE_CHAINCODE")
                answer = self.callee(chaincode_pb2.ChaincodeSpec.FromString(incoming.payload))
                payload = answer.SerializeToString()
            else:
                payload = self.transactions[place].answer(incoming)
        except RefusedError as error:
            outgoing = message(Message.ERROR, str(error).encode(), **fields)
        else:
            outgoing = message(Message.RESPONSE, payload, **fields)
        self._busy.discard(place)
        self.send(outgoing)

    def begin(
        self,
        *arguments: bytes,
        txid: str = "",
        channel: str = "credits",
        kind: int = Message.TRANSACTION,
        **proposal: Any,
    ) -> tuple[Transaction, asyncio.Future[Any]]:
        """Send a transaction; return what it does and its closing message to come."""
        txid = txid or hashlib.sha256(str(next(self._numbers)).encode()).hexdigest()
        transaction = self.transactions[channel, txid] = Transaction(self.state)
        ending = self._endings[channel, txid] = asyncio.get_running_loop().create_future()
        content = chaincode_pb2.ChaincodeInput(args=arguments, decorations={"deco": b"rated"})
        self.send(
            message(
                kind,
                content.SerializeToString(),
                txid=txid,
                channel_id=channel,
                proposal=signed_proposal(self._creator, **proposal),
            )
        )
        return transaction, ending

    async def invoke(self, *arguments: bytes, **options: Any) -> tuple[Transaction, Any]:
        """Send a transaction; return what it did and its closing message."""
        transaction, ending = self.begin(*arguments, **options)
        return transaction, await ending

    async def call(self, *arguments: bytes, **options: Any) -> Any:
        """Send a transaction; return the chaincode's response, which must have come."""
        _, ending = await self.invoke(*arguments, **options)
        assert ending.type == Message.COMPLETED, ending.payload
        return proposal_response_pb2.Response.FromString(ending.payload)

    async def keepalive(self) -> Any:
        """Send KEEPALIVE; return what comes back."""
        ending = asyncio.get_running_loop().create_future()
        self._endings["", "keepalive"] = ending
        self.send(message(Message.KEEPALIVE))
        return await ending

    async def disconnect(self) -> None:
        """Break the stream at once."""
        if self._stream is not None:
            self._stream.cancel()
        if self._reader is not None:
            await asyncio.gather(self._reader, return_exceptions=True)
        tasks = list(self._answering)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._channel.close()
