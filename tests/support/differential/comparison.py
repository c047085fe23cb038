"""The whole comparison: play histories on a real channel, then the same on the sandbox."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from chaincode.ledger.memory.definition import Chaincode, Handler
from tests.support.differential.fabric_side import Channel, Player
from tests.support.differential.sandbox_side import Difference, Replay, definition_place

_AT_ONCE = 64
"""Histories under way together: more wait in the peers' own queues."""


@dataclass
class Comparison:
    """What was found.

    Attributes:
        differences: where the sandbox is not what Fabric is.
        codes: how often which validation code was found for transactions of the histories.
        replay: the sandbox in its final state.
    """

    differences: list[Difference]
    codes: Counter[str]
    replay: Replay


async def play(histories: Sequence[Callable[[], Awaitable[None]]]) -> None:
    """Play histories on the real channel; they must keep to keys of their own."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(history: Callable[[], Awaitable[None]]) -> None:
        async with gate:
            await history()

    async with asyncio.TaskGroup() as group:
        for history in histories:
            group.create_task(one(history))


async def compare(
    channel: Channel,
    players: Sequence[Player],
    chaincode: Chaincode,
    handler: Handler,
    closing: Sequence[bytes],
) -> Comparison:
    """Do on the sandbox what the players did, and compare.

    Args:
        channel: where they played.
        players: all of them; nobody else may have written their keys.
        chaincode: the definition in force, without its place.
        handler: the contract that the real peers run.
        closing: arguments of a last invocation that sets an event; what stands in blocks before
            it is what is compared.
    """
    last = Player(channel, "closing")
    creator = next(iter(channel.operators.values()))
    endorsed = await last.endorse(creator, closing)
    assert endorsed is not None, last.trace.events
    await last.order(endorsed)
    await last.settle([endorsed.transaction_id])
    height = await channel.block_of(creator.msp_id, endorsed.transaction_id)
    blocks = await channel.blocks(creator.msp_id, height)
    place = definition_place(blocks, chaincode.name)
    replay = Replay(channel, blocks, replace(chaincode, defined_at=place), handler)
    await replay.run([*(player.trace for player in players), last.trace])
    fabric_events = await channel.events(creator.msp_id, endorsed.transaction_id)
    if fabric_events != replay.events():
        replay.differences.append(
            Difference("all", "events", fabric_events[-3:], replay.events()[-3:])
        )
    own = {each for player in players for each in player.trace.transactions}
    codes = Counter(
        item.code_name
        for block in replay.consortium.committed(at=creator.msp_id)
        for item in block.transactions
        if item.transaction_id in own
    )
    return Comparison(replay.differences, codes, replay)
