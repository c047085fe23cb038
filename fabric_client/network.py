from collections.abc import AsyncIterator
from typing import Any

from fabric_client.blocks.block import Block, parse_block
from fabric_client.commit import Commit
from fabric_client.context import Context
from fabric_client.contract import Contract
from fabric_client.events.block_and_private_data import (
    BlockAndPrivateData,
    block_and_private_data,
)
from fabric_client.events.block_events_request import BlockEventsRequest
from fabric_client.events.block_kind import BlockKind
from fabric_client.events.chaincode_event import ChaincodeEvent
from fabric_client.events.chaincode_events_request import ChaincodeEventsRequest
from fabric_client.events.checkpointer import Checkpointer
from fabric_client.events.filtered_block import FilteredBlock, filtered_block
from fabric_client.events.streams import block_events, chaincode_events
from fabric_client.wire import serialize


class Network:
    """A channel, as one identity sees it.

    The event streams go on by themselves after an interruption, each event or block once. A
    checkpointer says where to begin; noting in it what was done is the consumer's part. They raise
    `EventsError` when the peer refuses or stays away for longer than the retry policy allows.
    """

    def __init__(self, context: Context, channel_id: str) -> None:
        self._context = context
        self.channel_id = channel_id

    def get_contract(self, chaincode_name: str, contract_name: str = "") -> Contract:
        """Give a chaincode, or one of the contracts that it holds."""
        return Contract(self._context, self.channel_id, chaincode_name, contract_name)

    def new_commit(self, transaction_id: str) -> Commit:
        """Make the question how any transaction ended, asked by the gateway's own identity."""
        return Commit.of(
            self._context.service,
            channel_id=self.channel_id,
            transaction_id=transaction_id,
            identity=self._context.identity,
            signer=self._context.signer,
        )

    def chaincode_events(
        self,
        chaincode_name: str,
        *,
        start_block: int | None = None,
        checkpoint: Checkpointer | None = None,
    ) -> AsyncIterator[ChaincodeEvent]:
        """Give a chaincode's events.

        Args:
            chaincode_name: the chaincode.
            start_block: where to begin if the checkpointer has no position yet; without both, at
                the next commit, and events of an interruption before the first event are lost.
            checkpoint: a position noted before.
        """
        block_number, transaction_id = _position(start_block, checkpoint)
        return chaincode_events(
            self._context,
            self.channel_id,
            chaincode_name,
            start_block=block_number,
            after_transaction_id=transaction_id,
        )

    def new_chaincode_events_request(
        self,
        chaincode_name: str,
        *,
        start_block: int | None = None,
        checkpoint: Checkpointer | None = None,
    ) -> ChaincodeEventsRequest:
        """Make the request for a single stream of events, to be signed elsewhere."""
        block_number, transaction_id = _position(start_block, checkpoint)
        return ChaincodeEventsRequest.of(
            self._context,
            self.channel_id,
            chaincode_name,
            start_block=block_number,
            after_transaction_id=transaction_id,
        )

    def block_events(
        self,
        *,
        start_block: int | None = None,
        stop_block: int | None = None,
        checkpoint: Checkpointer | None = None,
    ) -> AsyncIterator[Block]:
        """Give whole blocks, from a position to a last block or without end."""
        return block_events(
            self._context,
            self.channel_id,
            BlockKind.FULL,
            _full_block,
            lambda block: block.number,
            start_block=_position(start_block, checkpoint)[0],
            stop_block=stop_block,
        )

    def filtered_block_events(
        self,
        *,
        start_block: int | None = None,
        stop_block: int | None = None,
        checkpoint: Checkpointer | None = None,
    ) -> AsyncIterator[FilteredBlock]:
        """Give blocks without contents."""
        return block_events(
            self._context,
            self.channel_id,
            BlockKind.FILTERED,
            lambda response: filtered_block(response.filtered_block),
            lambda block: block.number,
            start_block=_position(start_block, checkpoint)[0],
            stop_block=stop_block,
        )

    def block_and_private_data_events(
        self,
        *,
        start_block: int | None = None,
        stop_block: int | None = None,
        checkpoint: Checkpointer | None = None,
    ) -> AsyncIterator[BlockAndPrivateData]:
        """Give whole blocks with the private data that the peer holds and the identity may see."""
        return block_events(
            self._context,
            self.channel_id,
            BlockKind.WITH_PRIVATE_DATA,
            lambda response: block_and_private_data(response.block_and_private_data),
            lambda item: item.block.number,
            start_block=_position(start_block, checkpoint)[0],
            stop_block=stop_block,
        )

    def new_block_events_request(
        self,
        kind: BlockKind,
        *,
        start_block: int | None = None,
        stop_block: int | None = None,
    ) -> BlockEventsRequest:
        """Make the request for a single stream of blocks, to be signed elsewhere."""
        return BlockEventsRequest.of(
            self._context, self.channel_id, kind, start_block=start_block, stop_block=stop_block
        )


def _position(
    start_block: int | None, checkpoint: Checkpointer | None
) -> tuple[int | None, str | None]:
    if checkpoint is None or checkpoint.block_number is None:
        return start_block, None
    return checkpoint.block_number, checkpoint.transaction_id


def _full_block(response: Any) -> Block:
    return parse_block(serialize(response.block))
