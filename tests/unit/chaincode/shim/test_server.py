import asyncio
import socket
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from fabric_protos.peer import chaincode_shim_pb2

from chaincode.shim import ChaincodeServer, ConfigurationError, Response, ServerTLS, Stub, success
from tests.support.shim.certificates import authority, issue, name
from tests.support.shim.peer import FakePeer
from tests.support.shim.proposals import message
from tests.support.shim.stage import Certificates, Play, Stage

Message = chaincode_shim_pb2.ChaincodeMessage


async def served(_stub: Stub) -> Response:
    return success(b"served")


async def refused(channel: grpc.aio.Channel) -> bool:
    """Whether a connection is refused before anything is registered."""
    peer = FakePeer(channel, b"")
    await peer.connect()
    outcome = await peer.ended if not peer.ready.is_set() else None
    await peer.disconnect()
    return isinstance(outcome, grpc.aio.AioRpcError) and (
        outcome.code() == grpc.StatusCode.UNAVAILABLE
    )


async def test_a_peer_with_a_certificate_of_the_roots_is_served(stage: Stage) -> None:
    peer = await stage.play(served)
    assert (await peer.call()).payload == b"served"


async def test_a_peer_without_a_certificate_is_refused(
    stage: Stage, certificates: Certificates
) -> None:
    server = await stage.serve(served)
    credentials = grpc.ssl_channel_credentials(certificates.root.certificate_pem)
    assert await refused(grpc.aio.secure_channel(f"localhost:{server.port}", credentials))


async def test_a_peer_of_other_roots_is_refused(stage: Stage, certificates: Certificates) -> None:
    server = await stage.serve(served)
    stranger = issue(authority("a stranger"), name("peer"))
    assert await refused(certificates.channel(server.port, stranger))


async def test_a_peer_without_tls_is_refused(stage: Stage) -> None:
    server = await stage.serve(served)
    assert await refused(grpc.aio.insecure_channel(f"localhost:{server.port}"))


def test_without_tls_there_is_no_server() -> None:
    with pytest.raises(ConfigurationError, match="TLS"):
        ChaincodeServer("id", "127.0.0.1:0", served, None)


def test_tls_cannot_be_given_and_declined(certificates: Certificates) -> None:
    with pytest.raises(ConfigurationError):
        ChaincodeServer(
            "id", "127.0.0.1:0", served, certificates.tls, insecure_plaintext_for_tests=True
        )


@pytest.mark.parametrize(("chaincode_id", "address"), [("", "127.0.0.1:0"), ("id", "")])
def test_a_server_needs_an_id_and_an_address(
    certificates: Certificates, chaincode_id: str, address: str
) -> None:
    with pytest.raises(ConfigurationError):
        ChaincodeServer(chaincode_id, address, served, certificates.tls)


async def test_plaintext_on_explicit_demand() -> None:
    server = ChaincodeServer("id", "127.0.0.1:0", served, None, insecure_plaintext_for_tests=True)
    async with server:
        channel = grpc.aio.insecure_channel(f"localhost:{server.port}")
        peer = FakePeer(channel, b"")
        await peer.connect()
        assert peer.chaincode_id == "id"
        await peer.disconnect()


def materials(certificates: Certificates) -> Any:
    server, root = certificates.server, certificates.root
    other = issue(root, name("other"))
    expired = issue(root, name("expired"), days=-1)
    certificate, key = server.certificate_pem, server.key_pem
    roots = root.certificate_pem
    return {
        "no certificate": (b"", key, roots),
        "no key": (certificate, b"", roots),
        "no roots": (certificate, key, b""),
        "roots that are none": (certificate, key, key),
        "another's key": (certificate, other.key_pem, roots),
        "an expired certificate": (expired.certificate_pem, expired.key_pem, roots),
    }


@pytest.mark.parametrize(
    "case",
    [
        "no certificate",
        "no key",
        "no roots",
        "roots that are none",
        "another's key",
        "an expired certificate",
    ],
)
async def test_unusable_tls_stops_the_start(certificates: Certificates, case: Any) -> None:
    server = ChaincodeServer("id", "127.0.0.1:0", served, ServerTLS(*materials(certificates)[case]))
    with pytest.raises(ConfigurationError):
        await server.start()
    assert server.port == 0


def test_tls_from_files(certificates: Certificates, tmp_path: Path) -> None:
    paths = [tmp_path / part for part in ("certificate", "key", "roots")]
    parts = (
        certificates.server.certificate_pem,
        certificates.server.key_pem,
        certificates.root.certificate_pem,
    )
    for path, part in zip(paths, parts, strict=True):
        path.write_bytes(part)
    tls = ServerTLS.from_files(*paths)
    assert tls == certificates.tls
    assert "PRIVATE" not in repr(tls)
    paths[1].unlink()
    with pytest.raises(ConfigurationError, match="key"):
        ServerTLS.from_files(*paths)


async def test_a_taken_port_is_told(stage: Stage, certificates: Certificates) -> None:
    server = await stage.serve(served)
    second = ChaincodeServer("id", f"127.0.0.1:{server.port}", served, certificates.tls)
    with pytest.raises(ConfigurationError, match="port taken"):
        await second.start()


async def test_a_server_starts_once(stage: Stage) -> None:
    server = await stage.serve(served)
    with pytest.raises(ConfigurationError, match="before"):
        await server.start()


async def test_a_keepalive_comes_back(play: Play) -> None:
    peer = await play(served)
    assert (await peer.keepalive()).type == Message.KEEPALIVE


@pytest.mark.parametrize(
    "kind", [Message.REGISTERED, Message.READY, Message.GET_STATE, Message.UNDEFINED]
)
async def test_a_message_out_of_turn_ends_the_stream(stage: Stage, kind: Any) -> None:
    server = await stage.serve(served)
    peer = await stage.connect(server)
    await peer.call()
    peer.send(message(kind))
    error = await peer.ended
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    again = await stage.connect(server)
    assert (await again.call()).payload == b"served"


@pytest.mark.parametrize(
    "sent",
    [
        [b"\xff\xff"],
        [message(Message.READY).SerializeToString()],
        [
            message(Message.REGISTERED).SerializeToString(),
            message(Message.READY, b"\xff").SerializeToString(),
        ],
    ],
    ids=["no message", "ready before registered", "an offer that is none"],
)
async def test_what_is_not_the_protocol_ends_the_stream(
    stage: Stage, certificates: Certificates, sent: list[bytes]
) -> None:
    server = await stage.serve(served)
    async with certificates.channel(server.port) as channel:
        stream = channel.stream_stream("/protos.Chaincode/Connect")(iter(sent))
        assert Message.FromString(await stream.read()).type == Message.REGISTER
        assert await stream.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert server.ready_peers == 0


async def test_a_transaction_that_runs_already_is_refused(play: Play) -> None:
    proceed = asyncio.Event()

    async def handler(_stub: Stub) -> Response:
        await proceed.wait()
        return success(b"first")

    peer = await play(handler)
    _, first = peer.begin(txid="tx")
    endings = peer._endings
    _, second = peer.begin(txid="tx")
    assert (await second).type == Message.ERROR
    endings["credits", "tx"] = first
    proceed.set()
    assert (await first).type == Message.COMPLETED


async def test_stopping_lets_what_runs_end_and_takes_nothing_new(stage: Stage) -> None:
    started, proceed = asyncio.Event(), asyncio.Event()

    async def handler(stub: Stub) -> Response:
        started.set()
        await proceed.wait()
        return success(await stub.get_state("a"))

    server = await stage.serve(handler)
    peer = await stage.connect(server)
    peer.state.values["", "a"] = b"finished"
    _, ending = peer.begin()
    await started.wait()
    stop = asyncio.create_task(server.stop(30))
    await asyncio.wait((stop,), timeout=0)
    _, late = await peer.invoke(b"late")
    assert late.type == Message.ERROR
    assert b"stopping" in late.payload
    assert server.ready_peers == 0
    proceed.set()
    assert b"finished" in (await ending).payload
    await stop
    assert await peer.ended is None


async def test_stopping_does_not_wait_for_ever(stage: Stage) -> None:
    started = asyncio.Event()

    async def handler(_stub: Stub) -> Response:
        started.set()
        await asyncio.Event().wait()
        return success()

    server = await stage.serve(handler)
    peer = await stage.connect(server)
    peer.begin()
    await started.wait()
    await server.stop(0.01)
    await peer.ended


async def test_serving_for_ever_ends_by_cancelling_and_frees_the_port(
    certificates: Certificates,
) -> None:
    server = ChaincodeServer("id", "127.0.0.1:0", served, certificates.tls)
    await server.start()
    serving = asyncio.create_task(server.serve_forever())
    await asyncio.wait((serving,), timeout=0)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", server.port))


async def test_serving_for_ever_ends_gracefully_when_cancelled(stage: Stage) -> None:
    started, proceed = asyncio.Event(), asyncio.Event()

    async def handler(_stub: Stub) -> Response:
        started.set()
        await proceed.wait()
        return success(b"finished")

    server = await stage.serve(handler)
    serving = asyncio.create_task(server.serve_forever())
    peer = await stage.connect(server)
    _, ending = peer.begin()
    await started.wait()
    serving.cancel()
    _, late = await peer.invoke(b"late")
    assert late.type == Message.ERROR
    assert not serving.done()
    proceed.set()
    assert b"finished" in (await ending).payload
    with pytest.raises(asyncio.CancelledError):
        await serving
    assert await peer.ended is None


async def test_serving_for_ever_ends_when_stopped(certificates: Certificates) -> None:
    server = ChaincodeServer("id", "127.0.0.1:0", served, certificates.tls)
    await server.start()
    serving = asyncio.create_task(server.serve_forever())
    await server.stop()
    await serving


async def test_a_server_never_started_stops_quietly(certificates: Certificates) -> None:
    await ChaincodeServer("id", "127.0.0.1:0", served, certificates.tls).stop()
