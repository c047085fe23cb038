"""Chains as the peers themselves give them, every byte of every block."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from fabric_client import Network
from fabric_client.blocks import Block, TransactionEnvelope, ValidationCode, parse_block
from fabric_client.events import BlockKind
from fabric_client.system import SystemChaincodes
from tests.support.on_fabric.members import CREDIT, MEMBERS, Members, msp_id


class Entry(NamedTuple):
    """A transaction, and what the peer found about it."""

    block: int
    transaction: TransactionEnvelope
    code: ValidationCode | None

    @property
    def function(self) -> str:
        """The contract function that was called."""
        return self.transaction.arguments[0].decode()


@dataclass(frozen=True)
class Chain:
    """One peer's chain from the genesis block on."""

    blocks: tuple[Block, ...]
    raw: tuple[bytes, ...] = field(repr=False)
    """The same blocks as bytes, metadata included."""

    def entries(self, chaincode: str, *, since: int = 0) -> Iterator[Entry]:
        """The transactions of a chaincode, from a block on."""
        for block in self.blocks[since:]:
            for entry in block.entries:
                found = entry.transaction
                if found is not None and found.chaincode_name == chaincode:
                    yield Entry(block.number, found, entry.code)

    def credit(self, *, since: int = 0) -> list[Entry]:
        """The valid transactions of the credit chaincode."""
        found = self.entries(CREDIT, since=since)
        return [entry for entry in found if entry.code is ValidationCode.VALID]


async def height_at(members: Members, name: str) -> int:
    """How many blocks a peer has."""
    system = SystemChaincodes(await members.network(name), organizations=[msp_id(name)])
    return (await system.chain_info()).height


async def settled(members: Members) -> int:
    """Wait until every peer has what the furthest one has now; the last block's number."""
    heights = {name: await height_at(members, name) for name in MEMBERS}
    last = max(heights.values()) - 1
    for name, height in heights.items():
        # A peer waits for the next block; one that lies further ahead it says it does not have.
        network = await members.network(name)
        async for _ in network.filtered_block_events(start_block=height - 1, stop_block=last):
            pass
    return last


async def read_chains(members: Members) -> dict[str, Chain]:
    """Read every peer's chain, up to the same block."""
    last = await settled(members)
    return {name: await _read(await members.network(name), last) for name in MEMBERS}


async def _read(network: Network, last: int) -> Chain:
    request = network.new_block_events_request(BlockKind.FULL, start_block=0, stop_block=last)
    raw = [response.block.SerializeToString() async for response in request.responses()]
    return Chain(tuple(map(parse_block, raw)), tuple(raw))
