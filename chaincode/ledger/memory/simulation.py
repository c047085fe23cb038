"""The peer's side of one invocation: reads committed state, collects the read-write set.

After Fabric's core/chaincode/handler.go and kvledger/txmgmt/txmgr (query_executor.go,
tx_simulator.go), with LevelDB as the state database.
"""

from collections.abc import Iterator
from typing import NoReturn

from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2

from chaincode.ledger.memory import lifecycle, policy
from chaincode.ledger.memory.definition import Chaincode, Collection
from chaincode.ledger.memory.errors import PeerError
from chaincode.ledger.memory.identity import Identity
from chaincode.ledger.memory.ranges import RangeResults
from chaincode.ledger.memory.rwset import ReadWriteSet, hash_key, kv_read
from chaincode.ledger.memory.state import (
    HashKey,
    MemberLedger,
    Modification,
    PrivateKey,
    Version,
    Versioned,
)

_BATCH = 100
WRITE_BATCH = "WRITE_BATCH_STATE"


class Simulation:
    """Reads show the committed state only; what the peer refuses is a `PeerError`."""

    def __init__(
        self,
        ledger: MemberLedger,
        chaincode: Chaincode,
        *,
        channel_id: str,
        transaction_id: str,
        creator: Identity,
    ) -> None:
        """Begin on the ledger's present height."""
        self._ledger = ledger
        self._chaincode = chaincode
        self._channel_id = channel_id
        self._transaction_id = transaction_id
        self._creator = creator
        self.rwset = ReadWriteSet(chaincode.name)
        self.rwset.definition_reads.update(lifecycle.invocation_reads(chaincode))
        self.private_reads: set[str] = set()

    def get(self, key: str) -> Versioned | None:
        """Read a public key."""
        found = self._ledger.world.get(key)
        self.rwset.reads[key] = found.version if found else None
        return found

    def put(self, key: str, value: bytes) -> None:
        """Write a public key; an empty value deletes it."""
        self.rwset.writes[key] = value

    def set_policy(self, key: str, value: bytes) -> None:
        """Set the key-level policy."""
        self.rwset.policies[key] = value

    def history(self, key: str) -> Iterator[Modification]:
        """A key's committed changes, newest first; reads no version."""
        return reversed(self._ledger.history.get(key, []))

    def range(self, start: str, end: str) -> Iterator[tuple[str, Versioned]]:
        """A range of public keys, read ahead in batches as the peer does."""
        info = kv_rwset_pb2.RangeQueryInfo(start_key=start)
        self.rwset.ranges.append(info)
        results = RangeResults()
        self.rwset.closing.append(lambda: results.write_to(info))
        pending: list[tuple[str, Versioned]] = []
        for key, found in self._ledger.world.range(start, end):
            results.add(kv_read(key, found.version))
            info.end_key = key
            if len(pending) == _BATCH:
                yield from pending
                pending = []
            pending.append((key, found))
        info.itr_exhausted = True
        info.end_key = end
        yield from pending

    def get_private(self, name: str, key: str) -> bytes | None:
        """Read a private value, as a member of the collection."""
        request = "GET_STATE"
        collection = self._permitted(request, name)
        if collection.member_only_read and not self._is_member(collection):
            self._refuse(request, self._no_permission("read", name))
        found = self._ledger.private.get(PrivateKey(name, key))
        hashed = self._ledger.hashes.get(HashKey(name, hash_key(key)))
        expected, actual = _version(hashed), _version(found)
        if expected != actual:
            self._refuse(
                request,
                "private data matching public hash version is not available. "
                f"Public hash version = {_shown(expected)}, "
                f"Private data version = {_shown(actual)}",
            )
        self.rwset.collection(name).reads[key] = actual
        self.private_reads.add(name)
        return found.value if found else None

    def get_private_hash(self, name: str, key: str) -> bytes | None:
        """Read a private value's hash, which every member may."""
        self.rwset.definition_reads.update(lifecycle.collection_reads(self._chaincode))
        if self._chaincode.collection(name) is None:
            self._refuse(
                "GET_PRIVATE_DATA_HASH",
                f"collection [{name}] not defined in the collection config "
                f"for chaincode [{self._chaincode.name}]",
            )
        found = self._ledger.hashes.get(HashKey(name, hash_key(key)))
        self.rwset.collection(name).reads[key] = _version(found)
        return found.value if found else None

    def put_private(self, name: str, key: str, value: bytes) -> None:
        """Write a private value; an empty one deletes it."""
        collection = self._permitted(WRITE_BATCH, name)
        if collection.member_only_write and not self._is_member(collection):
            self._refuse(WRITE_BATCH, self._no_permission("write", name))
        self.rwset.collection(name).writes[key] = value

    def _permitted(self, request: str, name: str) -> Collection:
        self.rwset.definition_reads.update(lifecycle.collection_reads(self._chaincode))
        collection = self._chaincode.collection(name)
        if collection is None:
            self._refuse(
                request,
                f"collection {self._channel_id}/{self._chaincode.name}/{name} could not be found",
            )
        return collection

    def _is_member(self, collection: Collection) -> bool:
        return policy.is_satisfied(collection.member_policy, [self._creator])

    def _no_permission(self, kind: str, name: str) -> str:
        return (
            f"tx creator does not have {kind} access permission on privatedata in "
            f"chaincodeName:{self._chaincode.name} collectionName: {name}"
        )

    def _refuse(self, request: str, reason: str) -> NoReturn:
        raise PeerError(
            request, f"{request} failed: transaction ID: {self._transaction_id}: {reason}"
        )


def _version(found: Versioned | None) -> Version | None:
    return found.version if found else None


def _shown(version: Version | None) -> str:
    return "<nil>" if version is None else str(version)
