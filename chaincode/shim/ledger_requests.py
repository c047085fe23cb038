import asyncio
from collections.abc import Sequence
from typing import Any, Final

from fabric_protos.peer import chaincode_pb2, chaincode_shim_pb2, proposal_response_pb2

from chaincode.shim.batch import WriteBatch
from chaincode.shim.decoding import decode
from chaincode.shim.errors import MessageTooLargeError, PeerError, ProtocolError, WritesLostError
from chaincode.shim.exchange import Exchange
from chaincode.shim.limits import BATCH_BYTES
from chaincode.shim.offer import Offer
from chaincode.shim.response import Response
from chaincode.shim.single_write import single_write

VALIDATION_PARAMETER: Final = "VALIDATION_PARAMETER"
PUBLIC: Final = ""
"""The name that stands for the channel's own state among collections."""

_Message = chaincode_shim_pb2.ChaincodeMessage


class LedgerRequests:
    """A transaction's reads and writes of single keys, in any collection or the public state.

    Where the peer offers batches, writes wait until the function has succeeded. They go earlier
    where the peer's answer depends on whether there were writes (queries of private data, pages)
    and before another chaincode is called, so that batches change nothing but the speed.
    """

    def __init__(self, exchange: Exchange, offer: Offer) -> None:
        self._exchange = exchange
        self._offer = offer
        self._batch = WriteBatch()
        self._flushing = asyncio.Lock()
        self._lost = False

    async def get(self, collection: str, key: str) -> bytes | None:
        """Read a value; None when absent."""
        question = chaincode_shim_pb2.GetState(key=key, collection=collection)
        return await self._ask(_Message.GET_STATE, question) or None

    async def get_hash(self, collection: str, key: str) -> bytes | None:
        """Read a private value's SHA-256; None when absent."""
        question = chaincode_shim_pb2.GetState(key=key, collection=collection)
        return await self._ask(_Message.GET_PRIVATE_DATA_HASH, question) or None

    async def get_multiple(self, collection: str, keys: Sequence[str]) -> list[bytes | None]:
        """Read values in the order of their keys; None where absent."""
        size = self._offer.read_batch
        if not size:
            return [await self.get(collection, key) for key in keys]
        values: list[bytes | None] = []
        for start in range(0, len(keys), size):
            chunk = keys[start : start + size]
            question = chaincode_shim_pb2.GetStateMultiple(keys=chunk, collection=collection)
            answer = decode(
                chaincode_shim_pb2.GetStateMultipleResult,
                await self._ask(_Message.GET_STATE_MULTIPLE, question),
            )
            if len(answer.values) != len(chunk):
                raise ProtocolError(
                    f"the peer answered {len(chunk)} keys by {len(answer.values)} values"
                )
            values.extend(value or None for value in answer.values)
        return values

    async def get_validation_parameter(self, collection: str, key: str) -> bytes | None:
        """Read a key's endorsement policy; None when it has none."""
        question = chaincode_shim_pb2.GetStateMetadata(key=key, collection=collection)
        answer = decode(
            chaincode_shim_pb2.StateMetadataResult,
            await self._ask(_Message.GET_STATE_METADATA, question),
        )
        entries = {entry.metakey: entry.value for entry in answer.entries}
        return entries.get(VALIDATION_PARAMETER) or None

    async def write(self, record: Any) -> None:
        """Send or keep a `protos.WriteRecord`.

        Raises:
            MessageTooLargeError: one message cannot carry it.
            TransactionEndedError: the function has returned already.
        """
        size = record.ByteSize()
        if size > self._exchange.max_payload:
            raise MessageTooLargeError(size, self._exchange.max_payload)
        if self._offer.write_batch:
            self._exchange.check_open()
            self._batch.add(record)
        else:
            await self._exchange.request(*single_write(record))

    async def flush(self) -> None:
        """Send the writes that wait, if any.

        Raises:
            WritesLostError: an earlier attempt failed or was cancelled on its way.
        """
        async with self._flushing:
            if self._lost:
                raise WritesLostError("an earlier batch of writes failed: end the transaction")
            # Stays so unless every batch arrives: whoever catches the error must not succeed.
            self._lost = True
            for batch in self._batch.take(self._offer.write_batch, BATCH_BYTES):
                await self._exchange.request(_Message.WRITE_BATCH_STATE, batch)
            self._lost = False

    async def invoke(self, chaincode: str, arguments: Sequence[bytes]) -> Response:
        """Call another chaincode within this transaction."""
        await self.flush()
        question = chaincode_pb2.ChaincodeSpec(
            chaincode_id=chaincode_pb2.ChaincodeID(name=chaincode),
            input=chaincode_pb2.ChaincodeInput(args=arguments),
        )
        inner = decode(_Message, await self._ask(_Message.INVOKE_CHAINCODE, question))
        if inner.type != _Message.COMPLETED:
            raise PeerError("INVOKE_CHAINCODE", inner.payload.decode(errors="replace"))
        return Response.from_proto(decode(proposal_response_pb2.Response, inner.payload))

    async def _ask(self, kind: int, question: Any) -> bytes:
        return await self._exchange.request(kind, question.SerializeToString())
