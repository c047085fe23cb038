"""Making a channel: its first block, then orderers and peers join."""

import asyncio
from pathlib import Path

from network.binaries import Binaries
from network.commands import run
from network.config import Channel
from network.files import private_folder, write_yaml
from network.layout import Layout
from network.operator import Operator
from network.render.configtx import PROFILE, configtx

_GENESIS_SECONDS = 300.0


async def make_genesis(layout: Layout, channel: Channel, binaries: Binaries) -> None:
    """Write a channel's first block.

    Raises:
        CommandFailedError: configtxgen refused the configuration.
    """
    folder = private_folder(layout.channel_folder(channel.name))
    write_yaml(folder / "configtx.yaml", configtx(layout, channel))
    command: list[str | Path] = [
        binaries.path("configtxgen"),
        "-profile",
        PROFILE,
        "-channelID",
        channel.name,
    ]
    command += ["-configPath", str(folder), "-outputBlock", str(layout.genesis(channel.name))]
    await run(command, timeout=_GENESIS_SECONDS)


async def join(layout: Layout, channel: Channel, binaries: Binaries) -> None:
    """Let all of a channel's orderers, and then all of its peers, join it.

    Raises:
        CommandFailedError: one of them refused.
    """
    genesis = layout.genesis(channel.name)
    members = [layout.member(m.name) for m in layout.consortium.on_channel(channel)]
    operators = [Operator(member, binaries) for member in members]
    await asyncio.gather(
        *(o.join_orderer(channel.name, genesis) for o in operators if o.member.member.orderer)
    )
    await asyncio.gather(*(operator.join_peer(genesis) for operator in operators))
