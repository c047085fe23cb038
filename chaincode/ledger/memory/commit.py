"""Committing a block on one member: read conflicts, then the writes of what is valid.

After Fabric's kvledger/txmgmt/validation (validator.go, tx_ops.go, batch_preparer.go), including
what happens to a key that one set writes twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2

from chaincode.ledger.memory.conflicts import BlockReads
from chaincode.ledger.memory.definition import Chaincode
from chaincode.ledger.memory.envelope import Read
from chaincode.ledger.memory.errors import ChannelHalted
from chaincode.ledger.memory.peer import Peer
from chaincode.ledger.memory.state import (
    HashKey,
    MemberLedger,
    Modification,
    PrivateKey,
    Version,
    Versioned,
)
from chaincode.ledger.memory.transaction import CollectionSet, NamespaceSet, Transaction
from chaincode.ledger.memory.validation import Key

_PUT, _SET, _UNSET, _DELETE = 1, 2, 4, 8
_EMPTY_HASH = sha256(b"").digest()


@dataclass(slots=True)
class _Operation:
    flags: int = 0
    value: bytes = b""
    metadata: Mapping[str, bytes] | None = None


class BlockWrites:
    """The writes of a block's valid transactions, on top of the state before it."""

    def __init__(self, ledger: MemberLedger, chaincode: Chaincode, number: int) -> None:
        """Begin a block."""
        self._ledger = ledger
        self._chaincode = chaincode
        self._number = number
        self.updates: dict[Key, Versioned | None] = {}

    def check_reads(self, read: Read) -> None:
        """Find reads that are no longer what they were.

        Raises:
            Invalid: MVCC_READ_CONFLICT or PHANTOM_READ_CONFLICT.
        """
        BlockReads(self._ledger, self._chaincode, self.updates).check(read)

    def apply(self, index: int, read: Read) -> None:
        """Take a valid transaction's writes.

        Raises:
            ChannelHalted: a peer would crash on them.
        """
        version = Version(self._number, index)
        for part in read.sets:
            if part.namespace == self._chaincode.name:
                for key, operation in _operations(part).items():
                    self._apply(key, operation, version)

    def _apply(self, key: Key, operation: _Operation, version: Version) -> None:
        flags = operation.flags
        if flags & _DELETE:
            self.updates[key] = None
            return
        if flags & _PUT and flags & (_SET | _UNSET):
            self.updates[key] = Versioned(operation.value, version, operation.metadata or {})
            return
        if flags == _PUT:
            before = self._latest(key)
            metadata = before.metadata if before else {}
            self.updates[key] = Versioned(operation.value, version, metadata)
            return
        if key in self.updates and self.updates[key] is None:
            raise ChannelHalted(
                "a transaction sets the policy of a key, without writing it, that an earlier one "
                "of the same block deleted: peers crash on the value that is not there"
            )
        before = self._latest(key)
        if before is not None:
            self.updates[key] = Versioned(before.value, version, operation.metadata or {})

    def _latest(self, key: Key) -> Versioned | None:
        if key in self.updates:
            return self.updates[key]
        if isinstance(key, HashKey):
            return self._ledger.hashes.get(key)
        return self._ledger.world.get(key)

    def write(self) -> None:
        """Put everything into the member's state."""
        world, hashes = self._ledger.world, self._ledger.hashes
        for key, value in self.updates.items():
            if isinstance(key, HashKey):
                if value is None:
                    hashes.pop(key, None)
                else:
                    hashes[key] = value
            elif value is None:
                world.delete(key)
            else:
                world.put(key, value)


def _operations(part: NamespaceSet) -> dict[Key, _Operation]:
    operations: dict[Key, _Operation] = {}
    for write in part.public.writes:
        _put(operations, write.key, write.value, deletes=write.is_delete or not write.value)
    for metadata in part.public.metadata_writes:
        _set(operations, metadata.key, metadata.entries)
    for collection in part.collections:
        _add_hashed(operations, collection)
    return operations


def _add_hashed(operations: dict[Key, _Operation], collection: CollectionSet) -> None:
    for write in collection.hashed.hashed_writes:
        absent = write.is_delete or write.value_hash in (b"", _EMPTY_HASH)
        key = HashKey(collection.name, write.key_hash)
        _put(operations, key, write.value_hash, deletes=absent)
    for metadata in collection.hashed.metadata_writes:
        _set(operations, HashKey(collection.name, metadata.key_hash), metadata.entries)


def _put(operations: dict[Key, _Operation], key: Key, value: bytes, *, deletes: bool) -> None:
    operation = operations.setdefault(key, _Operation())
    operation.flags += _DELETE if deletes else _PUT
    operation.value = value


def _set(
    operations: dict[Key, _Operation],
    key: Key,
    entries: list[kv_rwset_pb2.KVMetadataEntry],
) -> None:
    operation = operations.setdefault(key, _Operation())
    operation.flags += _SET if entries else _UNSET
    if entries:
        operation.metadata = {entry.name: entry.value for entry in entries}


def record_history(ledger: MemberLedger, transaction: Transaction, read: Read, name: str) -> None:
    """Add a valid transaction's public writes to the histories of their keys."""
    for part in read.sets:
        if part.namespace != name:
            continue
        for key in dict.fromkeys(write.key for write in part.public.writes):
            first = next(write for write in part.public.writes if write.key == key)
            ledger.history.setdefault(key, []).append(
                Modification(
                    transaction_id=transaction.transaction_id,
                    value=first.value,
                    timestamp=transaction.timestamp,
                    is_delete=first.is_delete or not first.value,
                )
            )


def store_private(peer: Peer, index: int, number: int, read: Read) -> bool:
    """Keep the plaintext of collections that the peer is a member of, where it has it.

    Returns:
        Whether anything was kept.
    """
    kept = False
    available = peer.transient.get(read.transaction_id, set())
    version = Version(number, index)
    for part in read.sets:
        if part.namespace != peer.chaincode.name:
            continue
        for collection in part.collections:
            plain = _fitting(available, collection)
            if plain is None or not peer.holds(collection.name):
                continue
            kept = True
            for write in kv_rwset_pb2.KVRWSet.FromString(plain).writes:
                key = PrivateKey(collection.name, write.key)
                if write.is_delete or not write.value:
                    peer.ledger.private.pop(key, None)
                else:
                    peer.ledger.private[key] = Versioned(write.value, version)
    return kept


def _fitting(available: set[tuple[str, bytes]], collection: CollectionSet) -> bytes | None:
    for name, plain in available:
        if name == collection.name and sha256(plain).digest() == collection.private_hash:
            return plain
    return None
