from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from google.protobuf.message import DecodeError

from chaincode.shim.errors import ProtocolError

Entry = TypeVar("Entry")


class QueryIterator(AsyncIterator[Entry], Generic[Entry]):
    """The results of a range, query or history, fetched from the peer batch by batch.

    Nothing is asked before the first entry is wanted. A peer keeps the query open until all is read
    or it is told to close: leaving early, close by `async with` or `aclose`; what a function leaves
    open is closed when it returns.
    """

    def __init__(
        self,
        opening: Callable[[], Awaitable[Any]],
        following: Callable[[str], Awaitable[Any]],
        closing: Callable[[str], Awaitable[None]],
        decode: Callable[[bytes], Entry],
    ) -> None:
        """Take the ways to open, continue (by query id) and close (by query id) the query."""
        self._opening = opening
        self._following = following
        self._closing = closing
        self._decode = decode
        self._waiting: deque[bytes] = deque()
        self._query_id: str | None = None
        self._more = True
        self._busy = False
        self.metadata = b""

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Entry:
        """Return the next entry.

        Raises:
            StopAsyncIteration: there is none.
            RuntimeError: another task is at it.
            ShimError: as any request to the peer.
        """
        if self._busy:
            raise RuntimeError("the query is being read by another task")
        self._busy = True
        try:
            while not self._waiting:
                if not self._more:
                    raise StopAsyncIteration
                await self._fetch()
        finally:
            self._busy = False
        try:
            return self._decode(self._waiting.popleft())
        except (DecodeError, ValueError, OverflowError) as error:
            raise ProtocolError("an entry of a query cannot be decoded") from error

    async def _fetch(self) -> None:
        if self._query_id is None:
            response = await self._opening()
        else:
            response = await self._following(self._query_id)
        self._query_id = response.id
        self._more = response.has_more
        self.metadata = response.metadata
        self._waiting.extend(result.resultBytes for result in response.results)

    @property
    def is_open(self) -> bool:
        """Whether the peer still keeps this query: it does until its last batch was fetched."""
        return self._query_id is not None and self._more

    async def aclose(self) -> None:
        """End the query; harmless when it has ended."""
        was_open = self.is_open
        self._more = False
        self._waiting.clear()
        if was_open and self._query_id is not None:
            await self._closing(self._query_id)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()
