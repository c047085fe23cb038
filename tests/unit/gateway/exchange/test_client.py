"""Two gateways' halves of a request, over real TLS on loopback."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chaincode.domain.json_value import JsonValue
from gateway.exchange.client import GatewayClient
from gateway.exchange.errors import (
    DigestDiffers,
    PeerMisbehaved,
    PeerOutcomeUnknown,
    PeerRefused,
    PeerUnreachable,
    RequestRefused,
    RequestUnsignable,
)
from gateway.exchange.message import RequestView
from gateway.exchange.peer import PeerGateway, Upload
from gateway.exchange.verifying import RequestVerifier
from tests.support.exchange import NOW, World, pieces

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
WORK = hashlib.shake_128(b"work").digest(1_000_000)


def tls_files(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=3650))
        .not_valid_after(NOW + timedelta(days=3650))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "cert.pem", folder / "key.pem"


@dataclass
class Receiver:
    """The other gateway: an ASGI application that verifies, then answers as it is told."""

    world: World
    status: int = 200
    answer: bytes = b'{"taken":true}'
    answer_fields: list[tuple[bytes, bytes]] = field(default_factory=list)
    break_off: bool = False
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    verifier: RequestVerifier | None = None
    origin: str = ""
    instead: Callable[[dict[str, Any], Receive, Send], Awaitable[None]] | None = None

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        assert self.verifier is not None
        if self.instead is not None:
            await self.instead(scope, receive, send)
            return
        try:
            verified = await self.verifier.verify(RequestView.from_asgi(scope, origin=self.origin))
            async with aclosing(verified.body(received(receive), limit=2_000_000)) as body:
                whole = b"".join([piece async for piece in body])
        except ConnectionError:
            return
        except RequestRefused as error:
            await self._send(send, 401, json.dumps({"title": "no", "code": error.code}).encode())
            return
        self.taken.append((verified.msp_id, whole))
        if self.break_off:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            raise ConnectionError("the machine was switched off")
        await self._send(send, self.status, self.answer)

    async def _send(self, send: Send, status: int, body: bytes) -> None:
        length = [(b"content-length", str(len(body)).encode())]
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [*self.answer_fields, *length],
            }
        )
        await send({"type": "http.response.body", "body": body})


async def received(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise ConnectionError("the sender went away")
        yield event.get("body", b"")
        more = event.get("more_body", False)


@dataclass
class Pair:
    receiver: Receiver
    client: GatewayClient
    peer: PeerGateway

    async def call(self, document: dict[str, JsonValue] | None = None) -> dict[str, JsonValue]:
        return await self.client.call(self.peer, "POST", "/v1/exchange?a=1", document=document)


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Pair]:
    world = World()
    receiver = Receiver(world)
    certificate, key = tls_files(tmp_path)
    config = uvicorn.Config(
        receiver,  # type: ignore[arg-type] # its ASGI types are narrower than dictionaries
        port=0,
        ssl_certfile=str(certificate),
        ssl_keyfile=str(key),
        log_config=None,
        lifespan="off",
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    port = server.servers[0].sockets[0].getsockname()[1]
    receiver.origin = f"https://localhost:{port}"
    receiver.verifier = RequestVerifier(
        origin=receiver.origin, roots=world, nonces=world.nonces, clock=world.clock
    )
    peer = PeerGateway("betaMSP", receiver.origin, await asyncio.to_thread(certificate.read_text))
    async with GatewayClient(world.signer()) as client:
        yield Pair(receiver, client, peer)
    await server.shutdown()


async def test_a_document_goes_out_and_an_answer_comes_back(pair: Pair) -> None:
    assert await pair.call({"b": 1, "a": "ä"}) == {"taken": True}
    assert pair.receiver.taken == [("alphaMSP", '{"a":"ä","b":1}'.encode())]


async def test_a_request_without_a_body_is_signed_too(pair: Pair) -> None:
    assert await pair.client.call(pair.peer, "GET", "/v1/exchange") == {"taken": True}
    assert pair.receiver.taken == [("alphaMSP", b"")]


async def test_an_empty_answer_is_an_empty_object(pair: Pair) -> None:
    pair.receiver.answer = b""
    assert await pair.call() == {}


def upload(data: bytes = WORK, *, digest: str | None = None, size: int | None = None) -> Upload:
    return Upload(
        pieces(data, 50_000),
        digest or hashlib.sha256(data).hexdigest(),
        len(data) if size is None else size,
        "application/octet-stream",
    )


async def test_work_is_streamed_out(pair: Pair) -> None:
    answer = await pair.client.send(
        pair.peer, "PUT", "/v1/work", upload(), idempotency_key="k" * 20
    )
    assert answer == {"taken": True}
    assert pair.receiver.taken == [("alphaMSP", WORK)]


async def test_work_that_is_not_what_was_signed_is_refused(pair: Pair) -> None:
    false = upload(digest=hashlib.sha256(b"other").hexdigest())
    with pytest.raises(PeerRefused) as refusal:
        await pair.client.send(pair.peer, "PUT", "/v1/work", false)
    assert refusal.value.status == 401
    assert refusal.value.problem["code"] == DigestDiffers.code
    assert pair.receiver.taken == []


@pytest.mark.parametrize("size", [len(WORK) - 1, len(WORK) + 1])
async def test_work_of_another_size_than_announced_is_our_fault(pair: Pair, size: int) -> None:
    with pytest.raises(RequestUnsignable):
        await pair.client.send(pair.peer, "PUT", "/v1/work", upload(size=size))
    assert pair.receiver.taken == []


async def test_an_error_of_the_source_is_raised_as_it_is(pair: Pair) -> None:
    async def failing() -> AsyncIterator[bytes]:
        yield WORK[:1000]
        raise FileNotFoundError("the body is gone")

    broken = upload()._replace(chunks=failing())
    with pytest.raises(FileNotFoundError):
        await pair.client.send(pair.peer, "PUT", "/v1/work", broken)
    assert pair.receiver.taken == []


async def test_work_is_streamed_in(pair: Pair) -> None:
    pair.receiver.answer = WORK
    async with pair.client.fetch(pair.peer, "/v1/work/1", limit=len(WORK)) as download:
        assert b"".join([piece async for piece in download.chunks]) == WORK


async def test_a_download_has_a_limit(pair: Pair) -> None:
    pair.receiver.answer = WORK
    async with pair.client.fetch(pair.peer, "/v1/work/1", limit=len(WORK) - 1) as download:
        with pytest.raises(PeerMisbehaved):
            _ = [piece async for piece in download.chunks]


async def test_a_refused_download_gives_nothing(pair: Pair) -> None:
    pair.receiver.status = 403
    with pytest.raises(PeerRefused):
        async with pair.client.fetch(pair.peer, "/v1/work/1", limit=10):
            pytest.fail("a refusal was given out as work")


@pytest.mark.parametrize("problem", [b"", b"no JSON", b"[]", b'{"title":"no"}'])
async def test_a_refusal_is_typed_whatever_it_says(pair: Pair, problem: bytes) -> None:
    pair.receiver.status, pair.receiver.answer = 409, problem
    with pytest.raises(PeerRefused) as refusal:
        await pair.call()
    assert refusal.value.status == 409


@pytest.mark.parametrize("answer", [b"no JSON", b"[]", b'{"a":1.5}', b'{"a":1,"a":2}', b"\xff"])
async def test_an_answer_that_is_no_object_is_refused(pair: Pair, answer: bytes) -> None:
    pair.receiver.answer = answer
    with pytest.raises(PeerMisbehaved):
        await pair.call()


async def test_an_answer_without_end_is_refused(pair: Pair) -> None:
    pair.receiver.answer = b'{"a":"' + b"x" * (1 << 20) + b'"}'
    with pytest.raises(PeerMisbehaved):
        await pair.call()


async def test_a_redirect_is_not_followed(pair: Pair) -> None:
    pair.receiver.status = 307
    pair.receiver.answer_fields = [(b"location", b"https://localhost:1/")]
    with pytest.raises(PeerMisbehaved):
        await pair.call()


async def test_an_encoded_answer_is_refused(pair: Pair) -> None:
    pair.receiver.answer_fields = [(b"content-encoding", b"gzip")]
    with pytest.raises(PeerMisbehaved):
        await pair.call()


async def test_nobody_there_is_safe_to_try_again(pair: Pair) -> None:
    nobody = PeerGateway("betaMSP", "https://localhost:1", pair.peer.tls_roots)
    with pytest.raises(PeerUnreachable):
        await pair.client.call(nobody, "POST", "/v1/exchange")


async def test_a_server_under_another_root_gets_nothing(pair: Pair, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    certificate, _ = tls_files(other)
    roots = await asyncio.to_thread(certificate.read_text)
    with pytest.raises(PeerUnreachable):
        await pair.client.call(PeerGateway("betaMSP", pair.peer.origin, roots), "POST", "/v1/x")
    assert pair.receiver.taken == []


async def test_an_answer_that_breaks_off_leaves_the_outcome_unknown(pair: Pair) -> None:
    pair.receiver.break_off = True
    with pytest.raises(PeerOutcomeUnknown):
        await pair.call()
    with pytest.raises(PeerUnreachable):
        await pair.client.call(pair.peer, "GET", "/v1/exchange")


async def test_a_server_that_hangs_up_got_nothing() -> None:
    async def rude(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(rude, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    world = World()
    roots = world.alpha.certificate.public_bytes(serialization.Encoding.PEM).decode()
    peer = PeerGateway("betaMSP", f"https://localhost:{port}", roots)
    async with server, GatewayClient(world.signer(), timeouts=httpx.Timeout(5)) as client:
        with pytest.raises(PeerUnreachable):
            await client.call(peer, "POST", "/v1/exchange")


async def test_an_answer_that_comes_byte_by_byte_is_given_up(pair: Pair) -> None:
    """Each byte ends the silence; the whole has a time of its own."""

    async def dripping(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        del scope
        _ = [piece async for piece in received(receive)]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(40):
            await send({"type": "http.response.body", "body": b"x", "more_body": True})
            await asyncio.sleep(0.05)
        await send({"type": "http.response.body", "body": b"x"})

    pair.client._whole_seconds = 0.5
    pair.receiver.instead = dripping
    async with asyncio.timeout(20):
        with pytest.raises(PeerOutcomeUnknown):
            await pair.call()
        with pytest.raises(PeerUnreachable):
            await pair.client.call(pair.peer, "GET", "/v1/exchange")


@pytest.mark.parametrize("path", ["", "v1", "//evil/v1", "@evil/v1"])
async def test_a_path_cannot_lead_elsewhere(pair: Pair, path: str) -> None:
    with pytest.raises(RequestUnsignable):
        await pair.client.call(pair.peer, "POST", path)


async def test_requests_at_once_each_have_their_own_nonce(pair: Pair) -> None:
    answers = await asyncio.gather(*(pair.call({"n": number}) for number in range(20)))
    assert answers == [{"taken": True}] * 20
    assert len(pair.receiver.taken) == 20
