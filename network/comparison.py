"""Whether the orderers and peers of a channel have the same blocks; whoever lacks some is named.

A process that runs and answers may still stand apart: an orderer that is locked up keeps its
height while the others' grows (docs/adr/0008-a-mended-consensus-library.md).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from network.errors import HeightUnknownError
from network.heights import orderer_height, peer_height
from network.layout import Layout, MemberLayout
from network.targets import ORDERER, PEER

Ask = Callable[[], Awaitable[int]]
Place = TypeVar("Place")
_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one process stands on one channel.

    Attributes:
        height: how many blocks it has; None where it did not say.
        problem: what is the matter, None where nothing is.
    """

    height: int | None
    problem: str | None = None


def askers(
    layout: Layout, channel: str, components: tuple[str, ...] = (ORDERER, PEER)
) -> dict[tuple[str, str], Ask]:
    """How to ask each orderer and peer of a channel for its height, by member and component."""
    members = layout.consortium.on_channel(layout.consortium.channel(channel))
    found: dict[tuple[str, str], Ask] = {}
    for member in (layout.member(known.name) for known in members):
        for component in components:
            if component == PEER or member.member.orderer:
                found[member.member.name, component] = _asker(member, component, channel)
    return found


async def compare(
    asked: Mapping[Place, Ask], *, seconds: float, insist: bool = False
) -> dict[Place, Standing]:
    """Ask everybody until each has what the furthest one had at first, at most so long.

    While others write, heights differ at any moment: behind is who does not come to where another
    was before.

    Args:
        asked: how to ask each.
        seconds: how long those behind are given.
        insist: ask those again, too, that gave no answer, as after a start; else once.
    """
    clock = asyncio.get_running_loop().time
    deadline = clock() + seconds
    standings = await _ask(asked)
    wanted = _highest(standings)
    while clock() < deadline:
        silent = insist and any(found.problem for found in standings.values())
        if not silent and not any(_lacks(found, wanted) for found in standings.values()):
            break
        await asyncio.sleep(_POLL_SECONDS)
        again = {
            place: ask for place, ask in asked.items() if insist or not standings[place].problem
        }
        standings |= await _ask(again)
        if silent:
            wanted = _highest(standings)
    highest = _highest(standings)
    return {
        place: _behind(standing, highest, seconds) if _lacks(standing, wanted) else standing
        for place, standing in standings.items()
    }


async def _ask(asked: Mapping[Place, Ask]) -> dict[Place, Standing]:
    answers = await asyncio.gather(*(_answer(ask) for ask in asked.values()))
    return dict(zip(asked, answers, strict=True))


async def _answer(ask: Ask) -> Standing:
    try:
        return Standing(await ask())
    except HeightUnknownError as error:
        return Standing(None, str(error))


def _asker(member: MemberLayout, component: str, channel: str) -> Ask:
    return partial(peer_height if component == PEER else orderer_height, member, channel)


def _highest(standings: Mapping[Place, Standing]) -> int:
    return max(
        (found.height for found in standings.values() if found.height is not None), default=0
    )


def _lacks(standing: Standing, wanted: int) -> bool:
    return standing.height is not None and standing.height < wanted


def _behind(standing: Standing, highest: int, seconds: float) -> Standing:
    missing = highest - (standing.height or 0)
    blocks = "1 block" if missing == 1 else f"{missing} blocks"
    return Standing(
        standing.height,
        f"behind by {blocks} ({standing.height} of {highest}), and did not catch up in "
        f"{seconds:g} s",
    )
