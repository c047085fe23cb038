"""The blocks of the Fabric client's README, run as they stand."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from fabric_client import ClientTls, Connection, Gateway, SigningIdentity
from fabric_client.blocks import parse_block
from fabric_client.ca import (
    CertificateAuthorityClient,
    certificate_signing_request,
    new_private_key,
)
from fabric_client.retry import RetryPolicy
from tests.support.documents import ROOT, blocks

pytestmark = pytest.mark.fabric

README = ROOT / "fabric_client" / "README.md"
CHANNEL, PROBE = "credits", "probe"


@pytest.fixture(scope="module")
def readme() -> dict[str, Any]:
    """What the page's blocks define, one after the other in one namespace."""
    namespace: dict[str, Any] = {"__name__": "readme"}
    for block in blocks("python"):
        if block.document == README:
            exec(compile(block.text, block.name, "exec"), namespace)  # noqa: S102 -- our own page
    return namespace


def text(path: Path) -> bytes:
    return path.read_bytes()


@pytest.fixture
async def connection(consortium: Any, readme: dict[str, Any]) -> AsyncIterator[Connection]:
    member = consortium.layout.member("beta")
    tls = ClientTls(
        text(member.gateway_client_tls.certificate), text(member.gateway_client_tls.key)
    )
    address = f"{member.peer.host}:{member.peer.port}"
    async with readme["connect"](address, text(member.tls_root), tls) as connection:
        yield connection


@pytest.fixture
async def gateway(consortium: Any, readme: dict[str, Any], connection: Connection) -> Gateway:
    msp = consortium.layout.member("beta").gateway_msp
    made: Gateway = readme["gateway_for"](
        connection, "betaMSP", text(msp.certificate), text(msp.key)
    )
    # Peers learn of each other's chaincodes by gossip: on a busy machine this takes a while.
    ready = Gateway(connection, made.identity, _signing(consortium).signer, retry=_PATIENT)
    await ready.get_network(CHANNEL).get_contract(PROBE).submit("script", _put())
    return made


_PATIENT = RetryPolicy(limit=90.0)


def _signing(consortium: Any) -> SigningIdentity:
    msp = consortium.layout.member("beta").gateway_msp
    return SigningIdentity.from_pem("betaMSP", text(msp.certificate), text(msp.key))


def _put(*more: list[str]) -> str:
    return json.dumps([["put", f"test/{token_hex(8)}", "v"], *more])


async def test_a_transaction_and_a_query(
    readme: dict[str, Any], gateway: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    key = f"test/{token_hex(8)}"
    script = json.dumps([["put", key, "v"], ["get", key]])
    result = await readme["write_and_read"](gateway, CHANNEL, PROBE, script)
    assert json.loads(result) == [None, "v"]
    assert "MSP" in capsys.readouterr().out


async def test_signatures_made_elsewhere(
    consortium: Any, readme: dict[str, Any], gateway: Gateway, connection: Connection
) -> None:
    offline = Gateway(connection, gateway.identity)
    sign = _signing(consortium).sign
    status = await readme["offline"](offline, sign, CHANNEL, PROBE, _put())
    assert status.successful


async def test_events(readme: dict[str, Any], gateway: Gateway, tmp_path: Path) -> None:
    network = gateway.get_network(CHANNEL)
    name = token_hex(4)
    sent = await network.get_contract(PROBE).submit("script", _put(["event", name, "p"]))
    file = tmp_path / "checkpoint"
    events = await readme["first_events"](network, PROBE, sent.block_number, 1, file)
    assert len(events) == 1
    assert await asyncio.to_thread(file.exists)


async def test_a_chain_is_followed(
    consortium: Any, readme: dict[str, Any], gateway: Gateway
) -> None:
    genesis = parse_block(text(consortium.layout.genesis(CHANNEL)))
    assert await readme["verify_chain"](gateway.get_network(CHANNEL), genesis) > 0


async def test_register_and_enrol(consortium: Any, readme: dict[str, Any]) -> None:
    member, name = consortium.layout.member("beta"), token_hex(16)
    url, roots = member.ca.url, text(member.tls_root)
    async with CertificateAuthorityClient(url, "ca", roots) as authority:
        key = new_private_key()
        registrar = await authority.enroll(
            "gateway-registrar",
            text(member.registrar_secret).decode(),
            certificate_signing_request(key, "gateway-registrar"),
        )
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        identity = SigningIdentity.from_pem("betaMSP", registrar.certificate_pem, pem)
        enrollment = await readme["register_and_enroll"](authority, identity, name)
    certificate = x509.load_pem_x509_certificate(enrollment.certificate_pem)
    assert certificate.subject.rfc4514_string() == f"CN={name},OU=client"
