"""Asking another member's gateway: signed, over TLS to that member's own TLS root."""

import asyncio
import hashlib
import ssl
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Final, NamedTuple, Self

import httpx

from chaincode.domain import canonical
from chaincode.domain.errors import InvalidArgument
from chaincode.domain.json_value import JsonValue
from gateway.exchange.answers import ANSWER_LIMIT, answer, limited, read_answer, unanswered
from gateway.exchange.digest import EMPTY
from gateway.exchange.errors import PeerMisbehaved, RequestUnsignable
from gateway.exchange.message import Fields, RequestView
from gateway.exchange.peer import Download, PeerGateway, Upload
from gateway.exchange.signing import RequestSigner

TIMEOUTS: Final = httpx.Timeout(connect=5, read=60, write=60, pool=5)
"""Seconds. `read` bounds the silence between two pieces, not the whole of a download."""

WHOLE_SECONDS: Final = 120.0
"""How long a short request and its answer may take: a member that sends byte by byte would never
be silent for long."""


class _Outgoing(NamedTuple):
    """A request before it is signed."""

    method: str
    path: str
    fields: dict[str, str]
    content: bytes | AsyncIterable[bytes] = b""
    digest: str = EMPTY


class GatewayClient:
    """Signs and sends requests in the name of this gateway. Use as an async context manager."""

    def __init__(
        self,
        signer: RequestSigner,
        *,
        timeouts: httpx.Timeout = TIMEOUTS,
        whole_seconds: float = WHOLE_SECONDS,
        transport: Callable[[PeerGateway], httpx.AsyncBaseTransport] | None = None,
    ) -> None:
        """Take the signer of requests; `transport` stands in for the network in the sandbox."""
        self._signer = signer
        self._timeouts = timeouts
        self._whole_seconds = whole_seconds
        self._transport = transport
        self._clients: dict[PeerGateway, httpx.AsyncClient] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            await client.aclose()

    async def call(
        self,
        peer: PeerGateway,
        method: str,
        path: str,
        *,
        document: Mapping[str, JsonValue] | None = None,
        idempotency_key: str | None = None,
    ) -> dict[str, JsonValue]:
        """Send a JSON object, or nothing, and take a JSON object back ({} for an empty answer).

        `path` starts with a slash and may have a query; it is percent-encoded already.

        Raises:
            PeerRefused: the other gateway said no; carries its problem document.
            PeerUnreachable: nothing was sent, or the method changes nothing: try again.
            PeerOutcomeUnknown: it may have been done; ask by the idempotency key.
            PeerMisbehaved: the answer is too long or no JSON object, or redirects.
            RequestUnsignable: the path has a form that cannot be signed.
        """
        content = b"" if document is None else canonical.encode(document)
        fields = _fields(idempotency_key)
        if document is not None:
            fields["content-type"] = "application/json"
        digest = hashlib.sha256(content).hexdigest()
        try:
            async with asyncio.timeout(self._whole_seconds):
                return await self._ask(peer, _Outgoing(method, path, fields, content, digest))
        except TimeoutError as error:
            raise unanswered(peer, method, error) from error

    async def send(
        self,
        peer: PeerGateway,
        method: str,
        path: str,
        upload: Upload,
        *,
        idempotency_key: str | None = None,
    ) -> dict[str, JsonValue]:
        """Stream a body out and take a JSON object back.

        An error of `upload.chunks` itself is raised as it is; the other gateway keeps nothing.

        Raises:
            PeerRefused, PeerUnreachable, PeerOutcomeUnknown, PeerMisbehaved: see `call`.
            RequestUnsignable: also when the body does not have the size announced.
        """
        fields = _fields(idempotency_key)
        fields["content-type"] = upload.media_type
        fields["content-length"] = str(upload.size)
        async with aclosing(_exactly(upload)) as pieces:
            outgoing = _Outgoing(method, path, fields, pieces, upload.digest)
            return await self._ask(peer, outgoing)

    @asynccontextmanager
    async def fetch(self, peer: PeerGateway, path: str, *, limit: int) -> AsyncIterator[Download]:
        """Open a download of at most `limit` bytes.

        Raises:
            PeerRefused, PeerUnreachable, PeerMisbehaved, RequestUnsignable: see `call`; also while
                the pieces come.
        """
        request = await self._signed(peer, _Outgoing("GET", path, {}))
        async with (
            answer(self._client(peer), peer, request) as response,
            aclosing(limited(peer, response, limit)) as chunks,
        ):
            yield Download(chunks, response.headers.get("content-type", ""))

    async def _ask(self, peer: PeerGateway, outgoing: _Outgoing) -> dict[str, JsonValue]:
        request = await self._signed(peer, outgoing)
        async with answer(self._client(peer), peer, request) as response:
            body = await read_answer(peer, response)
        if not body:
            return {}
        try:
            return canonical.decode(body, limit=ANSWER_LIMIT)
        except InvalidArgument as error:
            raise PeerMisbehaved(f"{peer.msp_id} answered no JSON object") from error

    async def _signed(self, peer: PeerGateway, outgoing: _Outgoing) -> httpx.Request:
        if not outgoing.path.startswith("/") or outgoing.path.startswith("//"):
            raise RequestUnsignable("a path starts with one slash")
        try:
            request = self._client(peer).build_request(
                outgoing.method,
                peer.origin + outgoing.path,
                headers=outgoing.fields,
                content=outgoing.content,
            )
        except httpx.InvalidURL as error:
            raise RequestUnsignable("the path has a form that cannot be sent") from error
        view = RequestView(request.method, str(request.url), Fields(request.headers.multi_items()))
        await self._signer.sign(view, digest=outgoing.digest)
        request.headers = httpx.Headers(view.headers.items())
        return request

    def _client(self, peer: PeerGateway) -> httpx.AsyncClient:
        if peer not in self._clients and self._transport is not None:
            self._clients[peer] = httpx.AsyncClient(
                transport=self._transport(peer),
                timeout=self._timeouts,
                headers={"accept-encoding": "identity"},
            )
        if peer not in self._clients:
            context = ssl.create_default_context(cadata=peer.tls_roots)
            context.minimum_version = ssl.TLSVersion.TLSv1_3
            self._clients[peer] = httpx.AsyncClient(
                verify=context,
                timeout=self._timeouts,
                trust_env=False,  # no proxy of the environment stands between members
                headers={"accept-encoding": "identity"},
            )
        return self._clients[peer]


def _fields(idempotency_key: str | None) -> dict[str, str]:
    return {} if idempotency_key is None else {"idempotency-key": idempotency_key}


async def _exactly(upload: Upload) -> AsyncGenerator[bytes, None]:
    """Give the body, and no request with another size than the one that is signed."""
    left = upload.size
    async for chunk in upload.chunks:
        left -= len(chunk)
        if left < 0:
            break
        yield chunk
    if left:
        raise RequestUnsignable(f"the body does not have the {upload.size} bytes announced")
