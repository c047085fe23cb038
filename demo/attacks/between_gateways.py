"""What somebody on the wire, or a member's own gateway, tries towards another gateway."""

import hashlib
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import httpx

from demo.attacks.attempt import Attempt
from gateway.exchange.client import GatewayClient
from gateway.exchange.errors import PeerRefused
from gateway.exchange.peer import PeerGateway, Upload
from gateway.exchange.signing import RequestSigner

PROBLEM = "urn:crosscredit:problem:"
Transports = Callable[[PeerGateway], httpx.AsyncBaseTransport]


@dataclass(frozen=True, slots=True)
class Wire:
    """A member's gateway with its own key, another gateway, and the way between them."""

    signer: RequestSigner
    peer: PeerGateway
    transports: Transports


class _FlipsOneByte(httpx.AsyncBaseTransport):
    """Somebody on the way who changes one byte of a body."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = bytearray(await request.aread())
        body[len(body) // 2] ^= 1
        return await self._inner.handle_async_request(_again(request, bytes(body)))

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Sends(httpx.AsyncBaseTransport):
    """Somebody on the way who sends every request a second time."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        first = await self._inner.handle_async_request(_again(request, body))
        await first.aread()
        await first.aclose()
        return await self._inner.handle_async_request(_again(request, body))

    async def aclose(self) -> None:
        await self._inner.aclose()


async def altered_work(wire: Wire, body: bytes) -> Attempt:
    """One byte of sealed work is changed on its way."""
    code, why = await _put(wire, body, lambda peer: _FlipsOneByte(wire.transports(peer)))
    return Attempt(
        "somebody on the wire",
        "changes one byte of the sealed work on its way",
        "the receiving gateway: the body is not the one that was signed",
        code,
        why,
    )


async def unaltered_work(wire: Wire, body: bytes) -> str:
    """The same body as it is, for comparison: the refusal's code, empty where it was taken."""
    code, _ = await _put(wire, body, wire.transports)
    return code


async def replayed_message(wire: Wire, body: bytes) -> Attempt:
    """A signed request is recorded and sent again."""
    code, why = await _put(wire, body, lambda peer: _Sends(wire.transports(peer)))
    return Attempt(
        "somebody on the wire",
        "sends a signed request a second time",
        "the receiving gateway: its nonce was seen before",
        code,
        why,
    )


async def pull_without_consent(wire: Wire, request: str) -> Attempt:
    """Gamma's gateway itself asks home's gateway for the evidence."""
    async with GatewayClient(wire.signer, transport=wire.transports) as client:
        code, why = "", "it was given"
        try:
            await client.call(wire.peer, "GET", f"/v1/exchange/evidence/{request}")
        except PeerRefused as error:
            code, why = _said(error)
    return Attempt(
        "gamma's gateway, with its own key",
        "pulls the evidence from home's gateway",
        "home's gateway: no consent stands on the ledger",
        code,
        why,
    )


async def _put(wire: Wire, body: bytes, transports: Transports) -> tuple[str, str]:
    digest = hashlib.sha256(body).hexdigest()

    async def chunks() -> AsyncIterator[bytes]:
        yield body

    async with GatewayClient(wire.signer, transport=transports) as client:
        upload = Upload(chunks(), digest, len(body), "application/octet-stream")
        try:
            await client.send(wire.peer, "PUT", f"/v1/exchange/bodies/{digest}", upload)
        except PeerRefused as error:
            return _said(error)
    return "", "it was taken"


def new_body() -> bytes:
    """Sealed work as far as a receiver can tell: bytes without a pattern."""
    return secrets.token_bytes(4096)


def _again(request: httpx.Request, body: bytes) -> httpx.Request:
    return httpx.Request(
        request.method,
        request.url,
        headers=request.headers,
        content=body,
        extensions=request.extensions,
    )


def _said(error: PeerRefused) -> tuple[str, str]:
    problem = error.problem
    return (
        str(problem.get("type", "")).removeprefix(PROBLEM),
        str(problem.get("detail", "")),
    )
