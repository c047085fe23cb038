"""Which processes a member runs, in what order they may start, and whether they answer."""

import asyncio
import ssl
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from network.authority import start_command
from network.binaries import Binaries
from network.endpoint import Endpoint
from network.layout import MemberLayout, TlsFiles
from network.processes.supervisor import ProcessPlan
from network.render.peer import BUILDER_VARIABLE, builder_client

CA, ORDERER, PEER, GATEWAY = "ca", "orderer", "peer", "gateway"
_HANDSHAKE_SECONDS = 2.0
_LOG_FORMAT = "%{time:2006-01-02T15:04:05.000Z07:00} %{level} [%{module}] %{message}"
# Under SmartBFT every Submit ends streams to the orderers that were not needed: no news.
_LOG_LEVELS = "info:orderer.common.broadcast=error:comm.grpc.server=warn:orderer.consensus=warn"


def ca_plan(member: MemberLayout, binaries: Binaries) -> ProcessPlan:
    """Plan the fabric-ca server."""
    command, environment = start_command(member, binaries)
    return _plan(member, CA, command, environment)


def orderer_plan(member: MemberLayout, binaries: Binaries) -> ProcessPlan:
    """Plan the orderer."""
    environment = _fabric(str(member.orderer_folder))
    return _plan(member, ORDERER, [binaries.path("orderer")], environment)


def peer_plan(member: MemberLayout, binaries: Binaries) -> ProcessPlan:
    """Plan the peer."""
    environment = _fabric(str(member.peer_folder))
    environment[BUILDER_VARIABLE] = str(builder_client(member))
    return _plan(member, PEER, [binaries.path("peer"), "node", "start"], environment)


def gateway_plan(member: MemberLayout) -> ProcessPlan:
    """Plan the gateway."""
    command = [sys.executable, "-m", "gateway.main", "--config", str(member.gateway_config)]
    return _plan(member, GATEWAY, command, {"PYTHONUNBUFFERED": "1"})


def _fabric(settings: str) -> dict[str, str]:
    return {
        "FABRIC_CFG_PATH": settings,
        "FABRIC_LOGGING_SPEC": _LOG_LEVELS,
        "FABRIC_LOGGING_FORMAT": _LOG_FORMAT,
    }


def _plan(
    member: MemberLayout, component: str, command: Sequence[str | Path], environment: Mapping[str, str]
) -> ProcessPlan:
    return ProcessPlan(
        member=member.member.name,
        component=component,
        command=command,
        pid_file=member.pid_file(component),
        log=member.log(component),
        environment=environment,
    )


async def answers(endpoint: Endpoint, member: MemberLayout, client: TlsFiles | None = None) -> bool:
    """Whether a service completes a TLS handshake under the member's own root.

    Args:
        endpoint: where it listens.
        member: whose service it is.
        client: what to show to a service that asks for a certificate.
    """
    context = ssl.create_default_context(cafile=str(member.tls_root))
    if client is not None:
        context.load_cert_chain(client.certificate, client.key)
    try:
        async with asyncio.timeout(_HANDSHAKE_SECONDS):
            _, writer = await asyncio.open_connection(endpoint.host, endpoint.port, ssl=context)
    except (OSError, TimeoutError):
        return False
    writer.close()
    try:
        await writer.wait_closed()
    except (OSError, ssl.SSLError):
        pass  # the answer was the handshake; how the other side ends it does not matter
    return True


def services(member: MemberLayout) -> Iterable[tuple[str, Endpoint]]:
    """Give every endpoint that the member's fixed processes listen at, with the process's name."""
    yield CA, member.ca
    yield CA, member.ca_operations
    if member.member.orderer:
        yield ORDERER, member.orderer
        yield ORDERER, member.orderer_admin
        yield ORDERER, member.orderer_operations
    yield PEER, member.peer
    yield PEER, member.peer_chaincode
    yield PEER, member.peer_operations
    yield GATEWAY, member.gateway
