"""Whether a consortium works: asked of the peers' ledgers, never concluded from sleeping."""

import asyncio
import time

from network.binaries import Binaries
from network.errors import CommandFailedError, UnhealthyError
from network.layout import Layout
from network.operator import Operator

_SECONDS = 60.0
_POLL_SECONDS = 0.2


async def chains_answer(layout: Layout, binaries: Binaries) -> None:
    """Ask every peer for every channel it keeps, until all of a channel's peers agree.

    A peer whose channel did not load starts all the same; its qscc tells.

    Raises:
        UnhealthyError: a peer does not serve its channel, or stays behind.
    """
    await asyncio.gather(*(_agree(layout, c.name, binaries) for c in layout.consortium.channels))


async def _agree(layout: Layout, channel: str, binaries: Binaries) -> None:
    members = layout.consortium.on_channel(layout.consortium.channel(channel))
    operators = [Operator(layout.member(member.name), binaries) for member in members]
    deadline = time.monotonic() + _SECONDS
    while True:
        answers = await asyncio.gather(
            *(operator.chain_height(channel) for operator in operators), return_exceptions=True
        )
        heights = [answer for answer in answers if isinstance(answer, int)]
        if len(heights) == len(operators) and len(set(heights)) == 1:
            return
        if time.monotonic() > deadline:
            raise UnhealthyError(_differences(channel, operators, answers))
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(answer, CommandFailedError):
                raise answer
        await asyncio.sleep(_POLL_SECONDS)


def _differences(
    channel: str, operators: list[Operator], answers: list[int | BaseException]
) -> str:
    lines = [f"the peers of {channel} do not agree after {_SECONDS:g} s:"]
    for operator, answer in zip(operators, answers, strict=True):
        what = f"{answer} blocks" if isinstance(answer, int) else str(answer)
        lines.append(f"{operator.member.member.name}/peer: {what}")
    return "\n".join(lines)
