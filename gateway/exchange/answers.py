"""Taking another gateway's answer, and saying what a broken one means."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Final

import httpx

from chaincode.domain import canonical
from chaincode.domain.errors import InvalidArgument
from chaincode.domain.json_value import JsonValue
from gateway.exchange.errors import (
    ExchangeError,
    PeerMisbehaved,
    PeerOutcomeUnknown,
    PeerRefused,
    PeerUnreachable,
    RequestUnsignable,
)
from gateway.exchange.peer import PeerGateway

ANSWER_LIMIT: Final = 1 << 20
_SAFE: Final = frozenset({"GET", "HEAD"})
_NOTHING_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@asynccontextmanager
async def answer(
    client: httpx.AsyncClient, peer: PeerGateway, request: httpx.Request
) -> AsyncIterator[httpx.Response]:
    """Send, and let only a successful answer through.

    Raises:
        PeerRefused, PeerUnreachable, PeerOutcomeUnknown, PeerMisbehaved: see `GatewayClient.call`.
        RequestUnsignable: HTTP cannot carry the request.
    """
    try:
        response = await client.send(request, stream=True)
    except httpx.TransportError as error:
        raise _failure(peer, request, error) from error
    try:
        if response.is_error:
            raise PeerRefused(peer.msp_id, response.status_code, await _problem(peer, response))
        if not response.is_success or response.headers.get("content-encoding"):
            raise PeerMisbehaved(
                f"{peer.msp_id} answered {response.status_code} in a form not agreed on"
            )
        yield response
    finally:
        await response.aclose()


def _failure(
    peer: PeerGateway, request: httpx.Request, error: httpx.TransportError
) -> ExchangeError:
    if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol):
        return RequestUnsignable(f"the request is none that HTTP can carry: {error}")
    return unanswered(peer, request.method, error)


def unanswered(peer: PeerGateway, method: str, error: Exception) -> ExchangeError:
    """What it means that no whole answer came: whether the request may have been taken."""
    where = f"{peer.msp_id} at {peer.origin}"
    if isinstance(error, _NOTHING_SENT) or method in _SAFE:
        return PeerUnreachable(f"{where} did not answer ({type(error).__name__}): try again")
    return PeerOutcomeUnknown(
        f"{where} may have taken the request ({type(error).__name__}): ask it, do not assume"
    )


async def _problem(peer: PeerGateway, response: httpx.Response) -> dict[str, JsonValue]:
    try:
        return canonical.decode(await read_answer(peer, response), limit=ANSWER_LIMIT)
    except (InvalidArgument, ExchangeError):
        return {}


async def read_answer(peer: PeerGateway, response: httpx.Response) -> bytes:
    """Read a short answer whole.

    Raises:
        PeerMisbehaved: longer than 1 MiB.
        PeerUnreachable, PeerOutcomeUnknown: it broke off.
    """
    async with aclosing(limited(peer, response, ANSWER_LIMIT)) as chunks:
        return b"".join([chunk async for chunk in chunks])


async def limited(
    peer: PeerGateway, response: httpx.Response, limit: int
) -> AsyncGenerator[bytes, None]:
    """Give an answer's pieces as they stand on the wire, at most `limit` bytes.

    Raises:
        PeerMisbehaved: there is more.
        PeerUnreachable, PeerOutcomeUnknown: it broke off.
    """
    size = 0
    try:
        async for chunk in response.aiter_raw():
            size += len(chunk)
            if size > limit:
                raise PeerMisbehaved(f"{peer.msp_id} sent more than {limit} bytes")
            yield chunk
    except httpx.TransportError as error:
        raise _failure(peer, response.request, error) from error
