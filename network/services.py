"""Starting processes and waiting until each answers; independent ones at the same time."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from network import plans, targets
from network.binaries import Binaries
from network.layout import MemberLayout
from network.lifecycle.definition import ChaincodeDefinition
from network.processes.note import ProcessNote
from network.processes.supervisor import ProcessPlan, start, wait_until
from network.targets import Target

# A safety net: each is up within a second or two on an idle machine, and gateways took 46 s where
# all shared one core with eight busy loops. Who ended is seen at once.
_READY_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Service:
    """A process to be, and where to see that it serves."""

    target: Target
    plan: ProcessPlan


def authority_of(member: MemberLayout, binaries: Binaries) -> Service:
    """Give a member's fabric-ca server."""
    return Service(targets.authority(member), plans.authority(member, binaries))


def fabric_of(member: MemberLayout, binaries: Binaries) -> list[Service]:
    """Give a member's orderer, if it has one, and its peer."""
    services = [Service(targets.peer(member), plans.peer(member, binaries))]
    if member.member.orderer:
        services.insert(0, Service(targets.orderer(member), plans.orderer(member, binaries)))
    return services


def chaincode_of(
    member: MemberLayout, definition: ChaincodeDefinition, constitution: str
) -> Service:
    """Give a member's process of a chaincode."""
    plan = plans.chaincode(member, definition, constitution)
    return Service(targets.chaincode(member, definition), plan)


def gateway_of(member: MemberLayout) -> Service:
    """Give a member's gateway."""
    return Service(targets.gateway(member), plans.gateway(member))


@dataclass(frozen=True, slots=True)
class Begun:
    """A process that was started and may not answer yet."""

    target: Target
    note: ProcessNote


def begin(services: Iterable[Service]) -> list[Begun]:
    """Start services without waiting for them.

    Raises:
        ComponentFailedError: a program cannot be run.
    """
    return [Begun(service.target, start(service.plan)) for service in services]


async def start_all(services: Iterable[Service]) -> None:
    """Start services and wait until all of them answer.

    Raises:
        ComponentFailedError: one ended or did not answer in time; of several, the first.
    """
    await answering(begin(services))


async def answering(begun: Iterable[Begun]) -> None:
    """Wait until all of what was started answers.

    Raises:
        ComponentFailedError: one ended or did not answer in time; of several, the first.
    """
    waits = [
        asyncio.ensure_future(
            wait_until(one.target, one.note, one.target.answers, seconds=_READY_SECONDS)
        )
        for one in begun
    ]
    try:
        await asyncio.gather(*waits)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
