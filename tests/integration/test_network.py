"""The consortium as started: what it promises about itself, asked of the real processes."""

import asyncio
import contextlib
import ssl
import stat
from pathlib import Path

import pytest
from cryptography import x509

from network.endpoint import Endpoint
from network.errors import CommandFailedError
from network.health import chains_answer
from network.layout import MemberLayout, TlsFiles
from network.operator import Operator
from network.status import status
from network.up import Running

pytestmark = pytest.mark.fabric


async def test_every_process_of_the_ledger_answers(consortium: Running) -> None:
    found = await status(consortium.consortium, consortium.layout.state)
    silent = [f"{p.member}/{p.component}" for p in found if not p.healthy]
    assert silent == []


async def test_all_peers_keep_the_same_chain(consortium: Running) -> None:
    await chains_answer(consortium.layout)


def test_nothing_in_the_state_is_readable_by_others(consortium: Running) -> None:
    state = consortium.layout.state
    open_to_others = [
        path
        for path in [state, *state.rglob("*")]
        if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    assert open_to_others == []


def test_no_process_shows_a_secret_in_its_arguments(consortium: Running) -> None:
    secrets = [
        path.read_text(encoding="ascii") for path in consortium.layout.state.rglob("*.secret")
    ]
    assert len(secrets) == 2 * len(consortium.layout.members)
    shown = [_arguments(folder) for folder in Path("/proc").glob("[0-9]*")]
    assert any(str(consortium.layout.state) in arguments for arguments in shown)
    assert not any(secret in arguments for arguments in shown for secret in secrets)


def _arguments(folder: Path) -> str:
    try:
        return (folder / "cmdline").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def test_no_log_holds_a_secret(consortium: Running) -> None:
    secrets = [
        path.read_text(encoding="ascii") for path in consortium.layout.state.rglob("*.secret")
    ]
    logs = [path.read_text(errors="replace") for path in consortium.layout.state.rglob("*.log")]
    assert logs
    assert not any(secret in log for log in logs for secret in secrets)


async def test_each_certificate_is_of_the_members_own_authority(consortium: Running) -> None:
    for member in consortium.layout.members:
        root = x509.load_pem_x509_certificate(member.ca_root.read_bytes())
        tls_root = x509.load_pem_x509_certificate(member.tls_root.read_bytes())
        for identity, unit in (
            (member.operator, "admin"),
            (member.peer_msp, "peer"),
            (member.orderer_msp, "orderer"),
            (member.gateway_msp, "client"),
        ):
            certificate = x509.load_pem_x509_certificate(identity.certificate.read_bytes())
            certificate.verify_directly_issued_by(root)
            units = certificate.subject.get_attributes_for_oid(
                x509.NameOID.ORGANIZATIONAL_UNIT_NAME
            )
            assert [attribute.value for attribute in units] == [unit]
        for tls in _tls_identities(member):
            certificate = x509.load_pem_x509_certificate(tls.certificate.read_bytes())
            certificate.verify_directly_issued_by(tls_root)


def _tls_identities(member: MemberLayout) -> list[TlsFiles]:
    return [
        member.ca_tls,
        member.operator_tls,
        member.peer_tls,
        member.orderer_tls,
        member.gateway_tls,
        member.gateway_client_tls,
        member.chaincode("credit", 30).tls,
    ]


@pytest.mark.parametrize(
    "place",
    [
        "ca_operations",
        "orderer",
        "orderer_admin",
        "orderer_operations",
        "peer",
        "peer_operations",
        "chaincode",
    ],
)
async def test_a_server_speaks_to_no_client_without_certificate(
    consortium: Running, place: str
) -> None:
    member = consortium.layout.member("alpha")
    endpoint = (
        member.chaincode("credit", 30).endpoint if place == "chaincode" else getattr(member, place)
    )
    # In TLS 1.2 a refused client certificate ends the handshake, so that it shows here.
    context = ssl.create_default_context(cafile=str(member.tls_root))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await _shake_hands(endpoint, context)
    context.load_cert_chain(member.peer_tls.certificate, member.peer_tls.key)
    await _shake_hands(endpoint, context)


async def _shake_hands(endpoint: Endpoint, context: ssl.SSLContext) -> None:
    _, writer = await asyncio.open_connection(endpoint.host, endpoint.port, ssl=context)
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def test_only_an_operator_changes_what_a_peer_runs(consortium: Running) -> None:
    member = consortium.layout.member("beta")
    operator = Operator(member, consortium.binaries)
    listing = ("lifecycle", "chaincode", "queryinstalled")
    assert "credit_1" in await operator.peer(*listing)
    environment = {"CORE_PEER_MSPCONFIGPATH": str(member.gateway_msp.folder)}
    with pytest.raises(CommandFailedError, match="not an admin"):
        await operator.peer(*listing, environment=environment)
