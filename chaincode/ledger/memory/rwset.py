"""Read-write sets: collected during a simulation, written as Fabric writes them, byte for byte.

After Fabric's rwsetutil/rwset_builder.go and kvrwset_proto_util.go.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2

from chaincode.ledger.memory.state import VALIDATION_PARAMETER, Version

LIFECYCLE = "_lifecycle"


def hash_key(key: str) -> bytes:
    """SHA-256 of a private key's UTF-8 bytes."""
    return sha256(key.encode()).digest()


def kv_read(key: str, version: Version | None) -> kv_rwset_pb2.KVRead:
    """A key with the version that was read, none when it was absent."""
    return kv_rwset_pb2.KVRead(key=key, version=_version(version))


def _version(version: Version | None) -> kv_rwset_pb2.Version | None:
    if version is None:
        return None
    return kv_rwset_pb2.Version(block_num=version.block, tx_num=version.transaction)


@dataclass(slots=True)
class CollectionWrites:
    """What a simulation read and wrote in one private collection."""

    reads: dict[str, Version | None] = field(default_factory=dict)
    writes: dict[str, bytes] = field(default_factory=dict)

    def private(self) -> bytes:
        """The plaintext write set, which only the collection's members may have."""
        return bytes(
            kv_rwset_pb2.KVRWSet(
                writes=[_write(key, self.writes[key]) for key in sorted(self.writes)]
            ).SerializeToString()
        )

    def hashed(self) -> bytes:
        """The hashed set, which stands in the block."""
        return bytes(
            kv_rwset_pb2.HashedRWSet(
                hashed_reads=[
                    kv_rwset_pb2.KVReadHash(
                        key_hash=hash_key(key), version=_version(self.reads[key])
                    )
                    for key in sorted(self.reads)
                ],
                hashed_writes=[_hashed_write(key, self.writes[key]) for key in sorted(self.writes)],
            ).SerializeToString()
        )


def _write(key: str, value: bytes) -> kv_rwset_pb2.KVWrite:
    return kv_rwset_pb2.KVWrite(key=key, is_delete=not value, value=value)


def _hashed_write(key: str, value: bytes) -> kv_rwset_pb2.KVWriteHash:
    return kv_rwset_pb2.KVWriteHash(
        key_hash=hash_key(key),
        is_delete=not value,
        value_hash=sha256(value).digest() if value else b"",
    )


class ReadWriteSet:
    """Collects one simulation; an empty value is a deletion, as on Fabric (FAB-18386)."""

    def __init__(self, namespace: str) -> None:
        """Start empty, for one chaincode."""
        self._namespace = namespace
        self.definition_reads: dict[str, Version] = {}
        self.reads: dict[str, Version | None] = {}
        self.writes: dict[str, bytes] = {}
        self.policies: dict[str, bytes] = {}
        self.ranges: list[kv_rwset_pb2.RangeQueryInfo] = []
        self.closing: list[Callable[[], None]] = []
        self.collections: dict[str, CollectionWrites] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was read or written."""
        return not (self.reads or self.writes or self.policies or self.ranges or self.collections)

    def collection(self, name: str) -> CollectionWrites:
        """The collection's part, made when first touched."""
        return self.collections.setdefault(name, CollectionWrites())

    def public(self) -> bytes:
        """Serialized TxReadWriteSet, as it stands in the block; closes open ranges, so ask once."""
        for close in self.closing:
            close()
        sets = {} if self.is_empty else {self._namespace: self._own_part()}
        if self.definition_reads:
            reads = self.definition_reads
            sets[LIFECYCLE] = rwset_pb2.NsReadWriteSet(
                namespace=LIFECYCLE,
                rwset=kv_rwset_pb2.KVRWSet(
                    reads=[kv_read(key, reads[key]) for key in sorted(reads)]
                ).SerializeToString(),
            )
        ordered = [sets[name] for name in sorted(sets)]
        return bytes(rwset_pb2.TxReadWriteSet(ns_rwset=ordered).SerializeToString())

    def private(self) -> dict[str, bytes]:
        """For each collection written to, the serialized plaintext KVRWSet."""
        return {name: part.private() for name, part in self.collections.items() if part.writes}

    def _own_part(self) -> rwset_pb2.NsReadWriteSet:
        return rwset_pb2.NsReadWriteSet(
            namespace=self._namespace,
            rwset=self._public_part(),
            collection_hashed_rwset=[
                rwset_pb2.CollectionHashedReadWriteSet(
                    collection_name=name,
                    hashed_rwset=part.hashed(),
                    pvt_rwset_hash=sha256(part.private()).digest() if part.writes else b"",
                )
                for name, part in sorted(self.collections.items())
            ],
        )

    def _public_part(self) -> bytes:
        return bytes(
            kv_rwset_pb2.KVRWSet(
                reads=[kv_read(key, self.reads[key]) for key in sorted(self.reads)],
                range_queries_info=_distinct(self.ranges),
                writes=[_write(key, self.writes[key]) for key in sorted(self.writes)],
                metadata_writes=[
                    kv_rwset_pb2.KVMetadataWrite(
                        key=key,
                        entries=[
                            kv_rwset_pb2.KVMetadataEntry(
                                name=VALIDATION_PARAMETER, value=self.policies[key]
                            )
                        ],
                    )
                    for key in sorted(self.policies)
                ],
            ).SerializeToString()
        )


def _distinct(ranges: list[kv_rwset_pb2.RangeQueryInfo]) -> list[kv_rwset_pb2.RangeQueryInfo]:
    seen: dict[tuple[str, str, bool], kv_rwset_pb2.RangeQueryInfo] = {}
    for info in ranges:
        seen.setdefault((info.start_key, info.end_key, info.itr_exhausted), info)
    return list(seen.values())
