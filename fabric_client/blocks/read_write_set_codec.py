"""Read-write sets from and to `rwset.TxReadWriteSet`; each function is the other's inverse."""

from typing import Any

from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2

from fabric_client.blocks.read_write_set import (
    CollectionHashes,
    HashedMetadataWrite,
    HashedRead,
    HashedWrite,
    MetadataWrite,
    Namespace,
    RangeQuery,
    Read,
    ReadWriteSet,
    Version,
    Write,
)
from fabric_client.wire import parse, serialize


def parse_read_write_set(data: bytes) -> ReadWriteSet:
    """Read a `rwset.TxReadWriteSet`.

    Its data model is not looked at, as peers do not (`rwsetutil/rwset_proto_util.go`).

    Raises:
        MalformedMessageError: the bytes are none.
    """
    message = parse(rwset_pb2.TxReadWriteSet, data, "read-write set")
    return ReadWriteSet(tuple(_parse_namespace(item) for item in message.ns_rwset))


def serialize_read_write_set(read_write_set: ReadWriteSet) -> bytes:
    """Write a `rwset.TxReadWriteSet`."""
    message = rwset_pb2.TxReadWriteSet(
        data_model=rwset_pb2.TxReadWriteSet.KV,
        ns_rwset=[_namespace_message(item) for item in read_write_set.namespaces],
    )
    return serialize(message)


def _parse_namespace(message: Any) -> Namespace:
    content = parse(kv_rwset_pb2.KVRWSet, message.rwset, f"set of {message.namespace}")
    return Namespace(
        name=message.namespace,
        reads=tuple(_parse_read(item) for item in content.reads),
        writes=tuple(Write(item.key, item.value, item.is_delete) for item in content.writes),
        metadata_writes=tuple(
            MetadataWrite(item.key, _parse_entries(item)) for item in content.metadata_writes
        ),
        range_queries=tuple(_parse_range(item) for item in content.range_queries_info),
        collections=tuple(_parse_collection(item) for item in message.collection_hashed_rwset),
    )


def _parse_version(message: Any) -> Version | None:
    if not message.HasField("version"):
        return None
    return Version(message.version.block_num, message.version.tx_num)


def _parse_read(message: Any) -> Read:
    return Read(message.key, _parse_version(message))


def _parse_entries(message: Any) -> tuple[tuple[str, bytes], ...]:
    return tuple((entry.name, entry.value) for entry in message.entries)


def _parse_range(message: Any) -> RangeQuery:
    merkle = message.WhichOneof("reads_info") == "reads_merkle_hashes"
    return RangeQuery(
        start_key=message.start_key,
        end_key=message.end_key,
        exhausted=message.itr_exhausted,
        reads=tuple(_parse_read(item) for item in message.raw_reads.kv_reads),
        merkle_summary=serialize(message.reads_merkle_hashes) if merkle else None,
    )


def _parse_collection(message: Any) -> CollectionHashes:
    name = message.collection_name
    content = parse(kv_rwset_pb2.HashedRWSet, message.hashed_rwset, f"set of collection {name}")
    return CollectionHashes(
        name=name,
        reads=tuple(
            HashedRead(item.key_hash, _parse_version(item)) for item in content.hashed_reads
        ),
        writes=tuple(
            HashedWrite(item.key_hash, item.value_hash, item.is_delete, item.is_purge)
            for item in content.hashed_writes
        ),
        metadata_writes=tuple(
            HashedMetadataWrite(item.key_hash, _parse_entries(item))
            for item in content.metadata_writes
        ),
        private_hash=message.pvt_rwset_hash,
    )


def _namespace_message(namespace: Namespace) -> Any:
    content = kv_rwset_pb2.KVRWSet(
        reads=[_read_message(item) for item in namespace.reads],
        writes=[
            kv_rwset_pb2.KVWrite(key=item.key, value=item.value, is_delete=item.is_delete)
            for item in namespace.writes
        ],
        metadata_writes=[
            kv_rwset_pb2.KVMetadataWrite(key=item.key, entries=_entry_messages(item.entries))
            for item in namespace.metadata_writes
        ],
        range_queries_info=[_range_message(item) for item in namespace.range_queries],
    )
    return rwset_pb2.NsReadWriteSet(
        namespace=namespace.name,
        rwset=serialize(content),
        collection_hashed_rwset=[_collection_message(item) for item in namespace.collections],
    )


def _version_message(version: Version | None) -> Any:
    if version is None:
        return None
    return kv_rwset_pb2.Version(block_num=version.block_number, tx_num=version.transaction_number)


def _read_message(read: Read) -> Any:
    return kv_rwset_pb2.KVRead(key=read.key, version=_version_message(read.version))


def _entry_messages(entries: tuple[tuple[str, bytes], ...]) -> list[Any]:
    return [kv_rwset_pb2.KVMetadataEntry(name=name, value=value) for name, value in entries]


def _range_message(query: RangeQuery) -> Any:
    message = kv_rwset_pb2.RangeQueryInfo(
        start_key=query.start_key, end_key=query.end_key, itr_exhausted=query.exhausted
    )
    if query.merkle_summary is not None:
        message.reads_merkle_hashes.MergeFromString(query.merkle_summary)
        message.reads_merkle_hashes.SetInParent()
    else:
        message.raw_reads.kv_reads.extend(_read_message(item) for item in query.reads)
        message.raw_reads.SetInParent()
    return message


def _collection_message(collection: CollectionHashes) -> Any:
    content = kv_rwset_pb2.HashedRWSet(
        hashed_reads=[
            kv_rwset_pb2.KVReadHash(key_hash=item.key_hash, version=_version_message(item.version))
            for item in collection.reads
        ],
        hashed_writes=[
            kv_rwset_pb2.KVWriteHash(
                key_hash=item.key_hash,
                value_hash=item.value_hash,
                is_delete=item.is_delete,
                is_purge=item.is_purge,
            )
            for item in collection.writes
        ],
        metadata_writes=[
            kv_rwset_pb2.KVMetadataWriteHash(
                key_hash=item.key_hash, entries=_entry_messages(item.entries)
            )
            for item in collection.metadata_writes
        ],
    )
    return rwset_pb2.CollectionHashedReadWriteSet(
        collection_name=collection.name,
        hashed_rwset=serialize(content),
        pvt_rwset_hash=collection.private_hash,
    )
