"""What a transaction read and means to write (`ledger/rwset`); the simulation's result.

The names follow Fabric's `kvrwset`. Private collections show here by hashes alone.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Version:
    """Where a value was written: block and position of the transaction in it."""

    block_number: int
    transaction_number: int


@dataclass(frozen=True, slots=True)
class Read:
    """A key and the version that was seen; None where the key did not exist."""

    key: str
    version: Version | None = None


@dataclass(frozen=True, slots=True)
class Write:
    """A key's new value, or its deletion.

    An empty value is a deletion to peers as well (`rwsetutil`, IsKVWriteDelete).
    """

    key: str
    value: bytes = b""
    is_delete: bool = False


@dataclass(frozen=True, slots=True)
class MetadataWrite:
    """A key's new metadata, whole; a key-level policy is the entry `VALIDATION_PARAMETER`."""

    key: str
    entries: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class RangeQuery:
    """A range that was read, and either its reads or the Merkle summary of them (raw protobuf)."""

    start_key: str
    end_key: str
    exhausted: bool
    reads: tuple[Read, ...] = ()
    merkle_summary: bytes | None = None


@dataclass(frozen=True, slots=True)
class HashedRead:
    """The same as `Read` for a private key, which shows by its SHA-256 alone."""

    key_hash: bytes
    version: Version | None = None


@dataclass(frozen=True, slots=True)
class HashedWrite:
    """The same as `Write` for a private key and value; a purge also erases history."""

    key_hash: bytes
    value_hash: bytes = b""
    is_delete: bool = False
    is_purge: bool = False


@dataclass(frozen=True, slots=True)
class HashedMetadataWrite:
    """The same as `MetadataWrite` for a private key."""

    key_hash: bytes
    entries: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class CollectionHashes:
    """What a transaction did in one private collection."""

    name: str
    reads: tuple[HashedRead, ...] = ()
    writes: tuple[HashedWrite, ...] = ()
    metadata_writes: tuple[HashedMetadataWrite, ...] = ()
    private_hash: bytes = b""


@dataclass(frozen=True, slots=True)
class Namespace:
    """What a transaction did in one chaincode's state.

    No simulation writes a key twice. Where a set made by hand does, the last value does not hold:
    peers add up what is done to a key, and two writes are one setting of an empty policy, beside
    the value that stood there before (`validation/tx_ops.go`).
    """

    name: str
    reads: tuple[Read, ...] = ()
    writes: tuple[Write, ...] = ()
    metadata_writes: tuple[MetadataWrite, ...] = ()
    range_queries: tuple[RangeQuery, ...] = ()
    collections: tuple[CollectionHashes, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class ReadWriteSet:
    """All that a transaction did, by namespace in the order of the bytes."""

    namespaces: tuple[Namespace, ...] = ()

    def namespace(self, name: str) -> Namespace:
        """Give one namespace, empty where the transaction did not touch it."""
        for namespace in self.namespaces:
            if namespace.name == name:
                return namespace
        return Namespace(name)
