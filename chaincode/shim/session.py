import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable
from enum import Enum
from typing import Any

import structlog
from fabric_protos.peer import chaincode_pb2, chaincode_shim_pb2

from chaincode.shim.decoding import decode_message
from chaincode.shim.errors import ProtocolError
from chaincode.shim.exchange import Exchange
from chaincode.shim.execution import execute
from chaincode.shim.handler import Handler
from chaincode.shim.offer import Offer

_Message = chaincode_shim_pb2.ChaincodeMessage
_LAST_WORDS_SECONDS = 1.0
_log = structlog.get_logger(__name__)


class _State(Enum):
    CREATED = "created"
    ESTABLISHED = "established"
    READY = "ready"


class Session:
    """One peer's stream: registers, runs the peer's transactions, routes its answers.

    All that is sent goes through one queue and one task: a stream takes one writer at a time.
    """

    def __init__(self, chaincode_id: str, handler: Handler, max_message_bytes: int) -> None:
        self._chaincode_id = chaincode_id
        self._handler = handler
        self._max_bytes = max_message_bytes
        self._state = _State.CREATED
        self._offer = Offer()
        self._outbox: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._exchanges: dict[tuple[str, str], Exchange] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._draining = False

    @property
    def is_ready(self) -> bool:
        """Whether the peer has registered the chaincode and may send transactions."""
        return self._state is _State.READY and not self._draining

    async def run(
        self, incoming: AsyncIterable[bytes], send: Callable[[bytes], Awaitable[None]]
    ) -> None:
        """Talk with the peer until either side ends the stream.

        Raises:
            ProtocolError: the peer broke the protocol.
        """
        self._register()
        reader = asyncio.create_task(self._read(incoming))
        writer = asyncio.create_task(self._write(send))
        try:
            done, _ = await asyncio.wait((reader, writer), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await self._end(reader, writer)

    async def drain(self, seconds: float) -> None:
        """Take no more transactions, let those under way end within this time, and hang up."""
        self._draining = True
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        self._outbox.put_nowait(None)

    async def _read(self, incoming: AsyncIterable[bytes]) -> None:
        async for content in incoming:
            self._receive(decode_message(content))

    async def _write(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        while (content := await self._outbox.get()) is not None:
            try:
                await send(content)
            except Exception as error:  # noqa: BLE001 - gRPC raises classes of its private modules
                _log.info("peer-gone", error=type(error).__name__)
                return

    def _post(self, message: Any) -> None:
        self._outbox.put_nowait(message.SerializeToString())

    def _register(self) -> None:
        name = chaincode_pb2.ChaincodeID(name=self._chaincode_id)
        self._post(_Message(type=_Message.REGISTER, payload=name.SerializeToString()))

    def _receive(self, message: Any) -> None:
        if message.type == _Message.KEEPALIVE:
            self._post(message)
        elif self._state is _State.READY and message.type in (_Message.RESPONSE, _Message.ERROR):
            self._route(message)
        elif self._state is _State.READY and message.type in (_Message.TRANSACTION, _Message.INIT):
            self._start(message)
        elif self._state is _State.CREATED and message.type == _Message.REGISTERED:
            self._state = _State.ESTABLISHED
        elif self._state is _State.ESTABLISHED and message.type == _Message.READY:
            self._offer = Offer.from_bytes(message.payload)
            self._state = _State.READY
            _log.info(
                "peer-ready",
                write_batch=self._offer.write_batch,
                read_batch=self._offer.read_batch,
            )
        else:
            raise ProtocolError(
                f"the peer sent a message of type {message.type} to a stream that is"
                f" {self._state.value}"
            )

    def _route(self, message: Any) -> None:
        exchange = self._exchanges.get((message.channel_id, message.txid))
        if exchange is None or not exchange.deliver(message):
            _log.warning(
                "answer-without-question", channel=message.channel_id, transaction=message.txid
            )

    def _start(self, message: Any) -> None:
        place = (message.channel_id, message.txid)
        exchange = Exchange(message.channel_id, message.txid, self._post, self._max_bytes)
        if self._draining or place in self._exchanges:
            reason = "is stopping" if self._draining else "is at this transaction already"
            self._post(exchange.message(_Message.ERROR, f"the chaincode {reason}".encode()))
            return
        self._exchanges[place] = exchange
        task = asyncio.create_task(self._execute(message, exchange))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _execute(self, message: Any, exchange: Exchange) -> None:
        try:
            closing = await execute(self._handler, message, exchange, self._offer)
        finally:
            del self._exchanges[exchange.channel_id, exchange.transaction_id]
        self._post(closing)

    async def _end(self, reader: asyncio.Task[None], writer: asyncio.Task[None]) -> None:
        reader.cancel()
        for exchange in self._exchanges.values():
            exchange.fail("the stream to the peer ended before the transaction")
        try:
            # Functions that wait for the peer end by StreamLostError; others are stopped.
            if self._running:
                await asyncio.wait(self._running, timeout=_LAST_WORDS_SECONDS)
            # A write that is cancelled half done keeps gRPC from ever telling the peer how it
            # ended.
            self._outbox.put_nowait(None)
            await asyncio.wait((writer,), timeout=_LAST_WORDS_SECONDS)
        finally:
            # gRPC may see the stream's end first and its cancellation after, and cancel this
            # very wait: nothing may run on.
            remaining = [*self._running, reader, writer]
            for task in remaining:
                task.cancel()
            await asyncio.gather(*remaining, return_exceptions=True)
