"""Streams that go on where they broke off."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

from fabric_client.context import Context
from fabric_client.events.block_events_request import BlockEventsRequest
from fabric_client.events.block_kind import BlockKind
from fabric_client.events.chaincode_event import ChaincodeEvent
from fabric_client.events.chaincode_events_request import ChaincodeEventsRequest
from fabric_client.gateway_errors import EventsError
from fabric_client.retry import Advice, RetryPolicy, advice

_T = TypeVar("_T")


async def chaincode_events(
    context: Context,
    channel_id: str,
    chaincode_name: str,
    *,
    start_block: int | None,
    after_transaction_id: str | None,
) -> AsyncIterator[ChaincodeEvent]:
    """Give a chaincode's events, each once, through as many streams as it takes.

    Raises:
        EventsError: the peer refuses, or stays away for longer than the retry policy allows.
    """
    position = (start_block, after_transaction_id)
    pauses = _Pauses(context.retry)
    while True:
        request = ChaincodeEventsRequest.of(
            context,
            channel_id,
            chaincode_name,
            start_block=position[0],
            after_transaction_id=position[1],
        )
        try:
            async for event in request.events():
                pauses.reset()
                yield event
                position = (event.block_number, event.transaction_id)
        except EventsError as error:
            await pauses.wait(error)
        else:
            return


async def block_events(
    context: Context,
    channel_id: str,
    kind: BlockKind,
    convert: Callable[[Any], _T],
    number_of: Callable[[_T], int],
    *,
    start_block: int | None,
    stop_block: int | None,
) -> AsyncIterator[_T]:
    """Give blocks in order, each once, through as many streams as it takes.

    Args:
        context: the gateway's.
        channel_id: the channel.
        kind: how much of each block.
        convert: makes the block out of the peer's response.
        number_of: the block's number.
        start_block: the first block; None for the next one committed.
        stop_block: the last block; None for no end.

    Raises:
        EventsError: the peer refuses, or stays away for longer than the retry policy allows.
        MalformedMessageError: a block cannot be read.
    """
    start = start_block
    pauses = _Pauses(context.retry)
    while True:
        request = BlockEventsRequest.of(
            context, channel_id, kind, start_block=start, stop_block=stop_block
        )
        try:
            async for response in request.responses():
                pauses.reset()
                block = convert(response)
                yield block
                start = number_of(block) + 1
        except EventsError as error:
            await pauses.wait(error)
        else:
            return
        if stop_block is not None and start is not None and start > stop_block:
            return


class _Pauses:
    """Counts the pauses since the stream last gave something."""

    def __init__(self, policy: RetryPolicy) -> None:
        self._policy = policy
        self._attempt = 0
        self._end: float | None = None

    def reset(self) -> None:
        self._attempt = 0
        self._end = None

    async def wait(self, error: EventsError) -> None:
        now = asyncio.get_running_loop().time()
        if self._end is None:
            self._end = now + self._policy.limit
        pause = self._policy.pause(self._attempt)
        if advice(error) is not Advice.REPEAT or now + pause >= self._end:
            raise error
        self._attempt += 1
        await asyncio.sleep(pause)
