"""From a definition to a chaincode that answers on the channel."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from network.binaries import Binaries
from network.files import write_private
from network.layout import Layout, MemberLayout
from network.lifecycle.definition import ChaincodeDefinition
from network.lifecycle.package import package_id, write_package
from network.operator import Operator


def members_of(layout: Layout, definition: ChaincodeDefinition) -> list[MemberLayout]:
    """Return the members that run a chaincode: those of its channel."""
    channel = layout.consortium.channel(definition.channel)
    return [layout.member(member.name) for member in layout.consortium.on_channel(channel)]


def write_packages(layout: Layout, definition: ChaincodeDefinition) -> None:
    """Write every member's package, and the collections as the lifecycle reads them."""
    for member in members_of(layout, definition):
        write_package(member.chaincode(definition.name, definition.port), definition.label)
    collections = [collection.settings() for collection in definition.collections]
    write_private(_collections_file(layout, definition), json.dumps(collections).encode())


async def install(layout: Layout, definition: ChaincodeDefinition, binaries: Binaries) -> None:
    """Install every member's package on its own peer.

    Raises:
        CommandFailedError: a peer refused.
    """
    await asyncio.gather(
        *(
            Operator(member, binaries).peer(
                "lifecycle",
                "chaincode",
                "install",
                member.chaincode(definition.name, definition.port).package,
            )
            for member in members_of(layout, definition)
        )
    )


async def approve(layout: Layout, definition: ChaincodeDefinition, binaries: Binaries) -> None:
    """Let every member approve the definition; its processes run already.

    Raises:
        CommandFailedError: a member's peer refused, or the transaction was not valid.
    """
    members = members_of(layout, definition)
    leader = _leader(members)
    agreed = _agreed_flags(layout, definition)

    async def approve_as(member: MemberLayout) -> None:
        operator = Operator(member, binaries)
        layout_here = member.chaincode(definition.name, definition.port)
        await operator.peer(
            *("lifecycle", "chaincode", "approveformyorg"),
            *operator.orderer_flags(leader),
            *agreed,
            *("--package-id", package_id(layout_here.package, definition.label)),
        )

    await asyncio.gather(*(approve_as(member) for member in members))


async def commit(layout: Layout, definition: ChaincodeDefinition, binaries: Binaries) -> None:
    """Let one member commit what all have approved, endorsed by every peer.

    Every peer must have every approval: each reads them all, and answers that differ are refused
    ("ProposalResponsePayloads do not match"). A member's approval is awaited at its own peer alone.

    Raises:
        CommandFailedError: a member's peer refused, or the transaction was not valid.
    """
    members = members_of(layout, definition)
    leader = _leader(members)
    agreed = _agreed_flags(layout, definition)
    peers: list[str] = []
    for member in members:
        peers += ["--peerAddresses", str(member.peer), "--tlsRootCertFiles", str(member.tls_root)]
    operator = Operator(members[0], binaries)
    await operator.peer(
        *("lifecycle", "chaincode", "commit"), *operator.orderer_flags(leader), *agreed, *peers
    )


def _leader(members: Sequence[MemberLayout]) -> MemberLayout:
    # SmartBFT's first leader is its first consenter; another orderer would hold each
    # transaction back for the forward timeout before it hands it on.
    return next(member for member in members if member.member.orderer)


def _agreed_flags(layout: Layout, definition: ChaincodeDefinition) -> list[str]:
    flags = ["-C", definition.channel, "-n", definition.name, "-v", definition.version]
    flags += ["--sequence", str(definition.sequence), "--signature-policy", definition.policy]
    if definition.collections:
        flags += ["--collections-config", str(_collections_file(layout, definition))]
    return flags


def _collections_file(layout: Layout, definition: ChaincodeDefinition) -> Path:
    return layout.channel_folder(definition.channel) / f"{definition.name}-collections.json"
