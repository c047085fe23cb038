from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fabric_protos.peer import chaincode_shim_pb2

from chaincode.shim.decoding import decode
from chaincode.shim.errors import InvalidValueError
from chaincode.shim.exchange import Exchange
from chaincode.shim.key_modification import KeyModification
from chaincode.shim.key_value import KeyValue
from chaincode.shim.page import Page
from chaincode.shim.query_iterator import QueryIterator

_Message = chaincode_shim_pb2.ChaincodeMessage
_MAX_PAGE = 2**31 - 1
_Entry = TypeVar("_Entry")


class Queries:
    """A transaction's ranges, rich queries and histories as messages to its peer."""

    def __init__(self, exchange: Exchange, flush: Callable[[], Awaitable[None]]) -> None:
        """Take the way to the peer, and how to send the writes that wait."""
        self._exchange = exchange
        self._flush = flush
        self._open: dict[str, None] = {}

    def range(self, collection: str, start: str, end: str) -> QueryIterator[KeyValue]:
        """Iterate over start <= key < end."""
        question = chaincode_shim_pb2.GetStateByRange(
            startKey=start, endKey=end, collection=collection
        )
        return self._iterate(
            _Message.GET_STATE_BY_RANGE, question, KeyValue.from_bytes, flush=bool(collection)
        )

    def query(self, collection: str, query: str) -> QueryIterator[KeyValue]:
        """Iterate over a rich query's results."""
        question = chaincode_shim_pb2.GetQueryResult(query=query, collection=collection)
        return self._iterate(
            _Message.GET_QUERY_RESULT, question, KeyValue.from_bytes, flush=bool(collection)
        )

    def history(self, key: str) -> QueryIterator[KeyModification]:
        """Iterate over a key's committed changes."""
        question = chaincode_shim_pb2.GetHistoryForKey(key=key)
        return self._iterate(_Message.GET_HISTORY_FOR_KEY, question, KeyModification.from_bytes)

    async def range_page(self, start: str, end: str, size: int, bookmark: str) -> Page:
        """Read one page of a range of the public state."""
        question = chaincode_shim_pb2.GetStateByRange(
            startKey=start, endKey=end, metadata=_page_request(size, bookmark)
        )
        return await self._page(_Message.GET_STATE_BY_RANGE, question)

    async def query_page(self, query: str, size: int, bookmark: str) -> Page:
        """Read one page of a rich query on the public state."""
        question = chaincode_shim_pb2.GetQueryResult(
            query=query, metadata=_page_request(size, bookmark)
        )
        return await self._page(_Message.GET_QUERY_RESULT, question)

    async def close(self) -> None:
        """End the queries that the function left open."""
        for query_id in list(self._open):
            await self._end(query_id)

    async def _page(self, kind: int, question: Any) -> Page:
        iterator = self._iterate(kind, question, KeyValue.from_bytes, flush=True)
        entries = tuple([entry async for entry in iterator])
        metadata = decode(chaincode_shim_pb2.QueryResponseMetadata, iterator.metadata)
        return Page(entries, metadata.fetched_records_count, metadata.bookmark)

    def _iterate(
        self, kind: int, question: Any, read: Callable[[bytes], _Entry], *, flush: bool = False
    ) -> QueryIterator[_Entry]:
        payload = question.SerializeToString()

        async def begin() -> Any:
            if flush:
                await self._flush()
            return self._note(await self._exchange.request(kind, payload))

        return QueryIterator(begin, self._continue, self._end, read)

    async def _continue(self, query_id: str) -> Any:
        question = chaincode_shim_pb2.QueryStateNext(id=query_id)
        # Whatever goes wrong, the peer itself ends the query then.
        self._open.pop(query_id, None)
        return self._note(
            await self._exchange.request(_Message.QUERY_STATE_NEXT, question.SerializeToString())
        )

    async def _end(self, query_id: str) -> None:
        self._open.pop(query_id, None)
        question = chaincode_shim_pb2.QueryStateClose(id=query_id)
        await self._exchange.request(_Message.QUERY_STATE_CLOSE, question.SerializeToString())

    def _note(self, content: bytes) -> Any:
        response = decode(chaincode_shim_pb2.QueryResponse, content)
        if response.has_more:
            self._open[response.id] = None
        return response


def _page_request(size: int, bookmark: str) -> bytes:
    # The peer takes a size of 0 with no bookmark for a query without pages.
    if not 0 < size <= _MAX_PAGE:
        raise InvalidValueError(f"a page has 1 to {_MAX_PAGE} entries, not {size}")
    encoded: bytes = chaincode_shim_pb2.QueryMetadata(
        pageSize=size, bookmark=bookmark
    ).SerializeToString()
    return encoded
