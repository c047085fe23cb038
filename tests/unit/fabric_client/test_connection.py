from typing import Any

import pytest

from fabric_client import ClientTls, Connection, EvaluateError, Gateway, SigningIdentity
from fabric_client.connection import _OPTIONS
from fabric_client.retry import NEVER


async def evaluate(connection: Connection, alice: SigningIdentity) -> bytes:
    gateway = Gateway(connection, alice.identity, alice.signer, retry=NEVER)
    return await gateway.get_network("c").get_contract("cc").evaluate("Read")


async def test_a_peer_of_another_authority_is_refused(peer: Any, alice: SigningIdentity) -> None:
    other = type(peer.authority)()
    async with Connection(
        f"localhost:{peer.port}", other.root_pem, client=peer.client_tls()
    ) as connection:
        with pytest.raises(EvaluateError):
            await evaluate(connection, alice)
    assert peer.requests == []


async def test_a_peer_that_asks_for_mutual_tls_gets_no_further_without(
    peer: Any, alice: SigningIdentity
) -> None:
    async with Connection(f"localhost:{peer.port}", peer.authority.root_pem) as connection:
        with pytest.raises(EvaluateError):
            await evaluate(connection, alice)
        assert connection.tls_certificate_hash == b""
    assert peer.requests == []


async def test_a_name_that_the_certificate_lacks_is_refused_unless_given(
    peer: Any, alice: SigningIdentity
) -> None:
    address, tls = f"127.0.0.1:{peer.port}", peer.client_tls()
    roots = peer.authority.root_pem
    async with Connection(address, roots, client=tls, server_name="elsewhere") as connection:
        with pytest.raises(EvaluateError):
            await evaluate(connection, alice)
    async with Connection(address, roots, client=tls, server_name="localhost") as connection:
        assert await evaluate(connection, alice) == b"result"


def test_keepalive_is_slower_than_peers_allow_and_nothing_is_sent_twice() -> None:
    options = dict(_OPTIONS)
    assert options["grpc.keepalive_time_ms"] >= 60_000
    assert options["grpc.enable_retries"] == 0
    assert options["grpc.max_receive_message_length"] == 100 * 1024 * 1024


def test_no_roots_means_no_connection() -> None:
    with pytest.raises(ValueError, match="roots"):
        Connection("localhost:1", b"  ")


def test_a_repr_shows_no_key() -> None:
    assert "KEY" not in repr(ClientTls(b"certificate", b"-----BEGIN PRIVATE KEY-----"))
