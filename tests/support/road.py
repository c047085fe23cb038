"""The road between two gateways, with somebody on it who reads, alters and repeats."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx


@dataclass
class Kept:
    """A request as it went by."""

    sender: str
    recipient: str
    request: httpx.Request
    body: bytes

    def again(self, *, body: bytes | None = None) -> httpx.Request:
        """The same request once more, signature and all; `body` stands in for its body."""
        content = self.body if body is None else body
        return httpx.Request(
            self.request.method, self.request.url, headers=self.request.headers, content=content
        )


@dataclass
class Road:
    """Every request between gateways passes here."""

    kept: list[Kept] = field(default_factory=list)
    altered: list[Kept] = field(default_factory=list)
    alter_next: str | None = None
    """Path prefix of the request of whose body a bit is turned over next."""
    closed: bool = False
    """Nothing gets through."""
    statuses: list[int] = field(default_factory=list)
    """What the altered requests were answered."""
    transports: dict[str, httpx.AsyncBaseTransport] = field(default_factory=dict)

    def between(
        self, sender: str, recipient: str, transport: httpx.AsyncBaseTransport
    ) -> httpx.AsyncBaseTransport:
        """Stand between two gateways: `SandboxWorld.transport_wrapper`."""
        self.transports[recipient] = transport
        return _Watched(self, sender, recipient, transport)

    def last(self, method: str, path: str) -> Kept:
        """The last request that went by with this method and path prefix."""
        return next(
            kept
            for kept in reversed(self.kept)
            if kept.request.method == method and kept.request.url.path.startswith(path)
        )

    async def send(self, recipient: str, request: httpx.Request) -> httpx.Response:
        """Put a request onto the road oneself."""
        response = await self.transports[recipient].handle_async_request(request)
        await response.aread()
        return response


class _Watched(httpx.AsyncBaseTransport):
    def __init__(
        self, road: Road, sender: str, recipient: str, transport: httpx.AsyncBaseTransport
    ) -> None:
        self._road = road
        self._sender = sender
        self._recipient = recipient
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._road.closed:
            raise httpx.ConnectError("the road is closed", request=request)
        body = b"".join([chunk async for chunk in _chunks(request)])
        kept = Kept(self._sender, self._recipient, request, body)
        self._road.kept.append(kept)
        wanted = self._road.alter_next
        if wanted is None or not request.url.path.startswith(wanted):
            return await self._transport.handle_async_request(kept.again())
        self._road.alter_next = None
        self._road.altered.append(kept)
        response = await self._transport.handle_async_request(kept.again(body=flipped(body)))
        self._road.statuses.append(response.status_code)
        return response


def flipped(body: bytes) -> bytes:
    """The body with one bit of its middle byte turned over."""
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]


async def _chunks(request: httpx.Request) -> AsyncIterator[bytes]:
    stream = request.stream
    if not isinstance(stream, httpx.AsyncByteStream):
        raise TypeError("gateways send asynchronously")
    async for chunk in stream:
        yield chunk
