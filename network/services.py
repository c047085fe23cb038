"""Starting services and waiting until each answers; independent ones at the same time."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from network import components
from network.binaries import Binaries
from network.endpoint import Endpoint
from network.layout import MemberLayout, TlsFiles
from network.lifecycle import ChaincodeDefinition, chaincode_plan
from network.processes.supervisor import ProcessPlan, start, wait_until

# A safety net: each is up within a second or two on an idle machine.
_READY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Service:
    """A process to be, and how to see that it serves: TLS handshakes with all its endpoints."""

    plan: ProcessPlan
    member: MemberLayout
    endpoints: tuple[Endpoint, ...]
    client: TlsFiles | None

    async def answers(self) -> bool:
        """Whether every endpoint completes a handshake."""
        for endpoint in self.endpoints:
            if not await components.answers(endpoint, self.member, self.client):
                return False
        return True


def authority_of(member: MemberLayout, binaries: Binaries) -> Service:
    """Give a member's fabric-ca server; it has no client certificate to ask for at first."""
    return Service(components.ca_plan(member, binaries), member, (member.ca,), None)


def fabric_of(member: MemberLayout, binaries: Binaries) -> list[Service]:
    """Give a member's orderer, if it has one, and its peer."""
    client = member.operator_tls
    plan = components.peer_plan(member, binaries)
    services = [Service(plan, member, (member.peer, member.peer_operations), client)]
    if member.member.orderer:
        endpoints = (member.orderer, member.orderer_admin, member.orderer_operations)
        plan = components.orderer_plan(member, binaries)
        services.insert(0, Service(plan, member, endpoints, client))
    return services


def chaincode_of(member: MemberLayout, definition: ChaincodeDefinition) -> Service:
    """Give a member's process of a chaincode."""
    layout = member.chaincode(definition.name, definition.port)
    return Service(
        chaincode_plan(member, definition), member, (layout.endpoint,), member.peer_tls
    )


def gateway_of(member: MemberLayout) -> Service:
    """Give a member's gateway."""
    plan = components.gateway_plan(member)
    return Service(plan, member, (member.gateway,), member.gateway_client_tls)


async def start_all(services: Iterable[Service]) -> None:
    """Start services and wait until all of them answer.

    Raises:
        ComponentFailedError: one ended or did not answer in time.
    """
    started = [(service, start(service.plan)) for service in services]
    async with asyncio.TaskGroup() as group:
        for service, note in started:
            waiting = wait_until(service.plan, note, service.answers, seconds=_READY_SECONDS)
            group.create_task(waiting)
