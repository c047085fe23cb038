"""Which processes a member has, where each listens, and whether it answers there."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from network.endpoint import Endpoint
from network.layout import Layout, MemberLayout, TlsFiles
from network.lifecycle.definition import ChaincodeDefinition

CA, ORDERER, PEER, GATEWAY = "ca", "orderer", "peer", "gateway"
# A safety net, also on a busy machine; where nobody listens the answer is there at once.
_HANDSHAKE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Target:
    """One process of a member, running or not.

    Attributes:
        member: whose it is.
        component: ca, orderer, peer, gateway or chaincode-<name>.
        endpoints: where it answers TLS handshakes under the member's own root when it serves.
        silent: where it listens besides, without anything to be asked there.
        client: what to show to endpoints that ask for a certificate.
    """

    member: MemberLayout
    component: str
    endpoints: tuple[Endpoint, ...]
    silent: tuple[Endpoint, ...] = ()
    client: TlsFiles | None = None

    @property
    def title(self) -> str:
        """How messages call it."""
        return f"{self.member.member.name}/{self.component}"

    @property
    def pid_file(self) -> Path:
        """Where the running process is noted."""
        return self.member.pid_file(self.component)

    @property
    def log(self) -> Path:
        """Its log."""
        return self.member.log(self.component)

    async def answers(self) -> bool:
        """Whether every endpoint completes a handshake now."""
        for endpoint in self.endpoints:
            if not await self._shakes_hands(endpoint):
                return False
        return True

    async def _shakes_hands(self, endpoint: Endpoint) -> bool:
        try:
            async with asyncio.timeout(_HANDSHAKE_SECONDS):
                connection = await _connect(endpoint)
                context = ssl.create_default_context(cafile=str(self.member.tls_root))
                if self.client is not None:
                    context.load_cert_chain(self.client.certificate, self.client.key)
                _, writer = await asyncio.open_connection(
                    sock=connection, ssl=context, server_hostname=endpoint.host
                )
        except (OSError, TimeoutError):
            return False
        writer.close()
        # The handshake was the answer; how the other side ends the connection is not.
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True


def authority(member: MemberLayout) -> Target:
    """Give a member's fabric-ca server."""
    return Target(member, CA, (member.ca,), silent=(member.ca_operations,))


def orderer(member: MemberLayout) -> Target:
    """Give a member's orderer."""
    endpoints = (member.orderer, member.orderer_admin, member.orderer_operations)
    return Target(member, ORDERER, endpoints, client=member.operator_tls)


def peer(member: MemberLayout) -> Target:
    """Give a member's peer."""
    endpoints = (member.peer, member.peer_operations)
    return Target(
        member, PEER, endpoints, silent=(member.peer_chaincode,), client=member.operator_tls
    )


def chaincode(member: MemberLayout, definition: ChaincodeDefinition) -> Target:
    """Give a member's process of a chaincode."""
    layout = member.chaincode(definition.name, definition.port)
    return Target(member, layout.component, (layout.endpoint,), client=member.peer_tls)


def gateway(member: MemberLayout) -> Target:
    """Give a member's gateway."""
    return Target(member, GATEWAY, (member.gateway,), client=member.gateway_client_tls)


def targets(layout: Layout, definitions: list[ChaincodeDefinition]) -> Iterator[Target]:
    """Give every process of a consortium, member by member."""
    for member in layout.members:
        yield authority(member)
        if member.member.orderer:
            yield orderer(member)
        yield peer(member)
        for definition in definitions:
            channel = layout.consortium.channel(definition.channel)
            if member.member.name in channel.members:
                yield chaincode(member, definition)
        yield gateway(member)


async def _connect(endpoint: Endpoint) -> socket.socket:
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    connection.setblocking(False)  # noqa: FBT003 - the standard library's signature
    try:
        # Where nobody listens yet, a connection that is given that very port connects to itself,
        # and keeps the process that is awaited from listening there for a minute.
        connection.bind(("", 0))
        if connection.getsockname()[1] != endpoint.port:
            address = (endpoint.host, endpoint.port)
            await asyncio.get_running_loop().sock_connect(connection, address)
            return connection
    except BaseException:
        connection.close()
        raise
    connection.close()
    raise ConnectionRefusedError(f"nobody listens on port {endpoint.port}")
