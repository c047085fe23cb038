"""Whether a consortium works: asked of the peers' ledgers, never concluded from sleeping."""

import asyncio

from network.comparison import askers, compare
from network.errors import UnhealthyError
from network.layout import Layout
from network.targets import PEER

# A safety net: peers agree within seconds on an idle machine.
_SECONDS = 300.0


async def chains_answer(layout: Layout) -> None:
    """Ask every peer for every channel it keeps, until all of a channel's peers agree.

    Orderers are not asked: three of four suffice, and one that comes back late is no obstacle.

    Raises:
        UnhealthyError: a peer does not serve its channel, or stays behind.
    """
    await asyncio.gather(*(_agree(layout, c.name) for c in layout.consortium.channels))


async def _agree(layout: Layout, channel: str) -> None:
    asked = askers(layout, channel, (PEER,))
    standings = await compare(asked, seconds=_SECONDS, insist=True)
    if all(standing.problem is None for standing in standings.values()):
        return
    lines = [f"the peers of {channel} do not agree after {_SECONDS:g} s:"]
    for (member, component), standing in standings.items():
        lines.append(f"{member}/{component}: {standing.problem or f'{standing.height} blocks'}")
    lines.append("Their logs say why; on a busy machine, try again when it is less so.")
    raise UnhealthyError("\n".join(lines))
