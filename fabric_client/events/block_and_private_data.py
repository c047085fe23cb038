from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2

from fabric_client.blocks.block import Block, parse_block
from fabric_client.blocks.read_write_set import Write
from fabric_client.wire import parse, serialize


@dataclass(frozen=True, slots=True)
class PrivateWrites:
    """What a transaction wrote into one private collection, in clear."""

    namespace: str
    collection: str
    writes: tuple[Write, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class BlockAndPrivateData:
    """A block, and the private data of it that the peer holds, by position of the transaction."""

    block: Block
    private_data: Mapping[int, tuple[PrivateWrites, ...]]


def block_and_private_data(message: Any) -> BlockAndPrivateData:
    """Take a `peer.BlockAndPrivateData`.

    Raises:
        MalformedMessageError: a part of it cannot be read.
    """
    return BlockAndPrivateData(
        block=parse_block(serialize(message.block)),
        private_data={
            int(position): _private_writes(item)
            for position, item in message.private_data_map.items()
        },
    )


def _private_writes(message: Any) -> tuple[PrivateWrites, ...]:
    return tuple(
        PrivateWrites(
            namespace=namespace.namespace,
            collection=collection.collection_name,
            writes=tuple(
                Write(item.key, item.value, item.is_delete)
                for item in parse(kv_rwset_pb2.KVRWSet, collection.rwset, "private set").writes
            ),
        )
        for namespace in message.ns_pvt_rwset
        for collection in namespace.collection_pvt_rwset
    )
