"""Reads that are no longer what they were when a transaction was endorsed.

After Fabric's kvledger/txmgmt/validation/validator.go and rangequery_validator.go.
"""

from collections.abc import Iterator, Mapping

from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from fabric_protos.peer import transaction_pb2

from chaincode.ledger.memory import lifecycle
from chaincode.ledger.memory.definition import Chaincode
from chaincode.ledger.memory.envelope import Invalid, Read
from chaincode.ledger.memory.ranges import RangeResults
from chaincode.ledger.memory.rwset import LIFECYCLE, kv_read
from chaincode.ledger.memory.state import HashKey, MemberLedger, Version, Versioned
from chaincode.ledger.memory.transaction import NamespaceSet
from chaincode.ledger.memory.validation import Key

_CONFLICT = transaction_pb2.MVCC_READ_CONFLICT
_PHANTOM = transaction_pb2.PHANTOM_READ_CONFLICT


class BlockReads:
    """Compares read sets with the state before the block and the block's writes so far."""

    def __init__(
        self,
        ledger: MemberLedger,
        chaincode: Chaincode,
        updates: Mapping[Key, Versioned | None],
    ) -> None:
        """Take the state and the writes of the block's earlier valid transactions."""
        self._ledger = ledger
        self._chaincode = chaincode
        self._updates = updates

    def check(self, read: Read) -> None:
        """Check all namespaces in order.

        Raises:
            Invalid: MVCC_READ_CONFLICT or PHANTOM_READ_CONFLICT, the first found.
        """
        for part in read.sets:
            if part.namespace == LIFECYCLE:
                self._check_definition(part)
            elif part.namespace == self._chaincode.name:
                self._check_public(part)
                self._check_ranges(part)
                self._check_hashed(part)

    def _check_definition(self, part: NamespaceSet) -> None:
        expected = lifecycle.collection_reads(self._chaincode)
        for item in part.public.reads:
            if _version(item) != expected.get(item.key):
                raise Invalid(_CONFLICT)

    def _check_public(self, part: NamespaceSet) -> None:
        for item in part.public.reads:
            found = self._ledger.world.get(item.key)
            current = found.version if found else None
            if item.key in self._updates or current != _version(item):
                raise Invalid(_CONFLICT)

    def _check_hashed(self, part: NamespaceSet) -> None:
        for collection in part.collections:
            for item in collection.hashed.hashed_reads:
                key = HashKey(collection.name, item.key_hash)
                found = self._ledger.hashes.get(key)
                current = found.version if found else None
                if key in self._updates or current != _version(item):
                    raise Invalid(_CONFLICT)

    def _check_ranges(self, part: NamespaceSet) -> None:
        for info in part.public.range_queries_info:
            if not self._is_unchanged(info):
                raise Invalid(_PHANTOM)

    def _is_unchanged(self, info: kv_rwset_pb2.RangeQueryInfo) -> bool:
        hashed = info.WhichOneof("reads_info") == "reads_merkle_hashes"
        degree = info.reads_merkle_hashes.max_degree if hashed else 0
        if hashed and degree < 2:  # noqa: PLR2004 - a tree of one branch is none
            return False
        now = kv_rwset_pb2.RangeQueryInfo()
        if hashed:
            results = RangeResults(degree)
            for key, found in self._current(info):
                results.add(kv_read(key, found.version))
            results.write_to(now)
            return bool(now.reads_merkle_hashes == info.reads_merkle_hashes)
        seen = [kv_read(key, found.version) for key, found in self._current(info)]
        return seen == list(info.raw_reads.kv_reads)

    def _current(self, info: kv_rwset_pb2.RangeQueryInfo) -> Iterator[tuple[str, Versioned]]:
        """What the range holds now; its last key belongs to it where reading stopped early."""
        start, end = info.start_key, info.end_key
        merged = dict(self._ledger.world.range(start, end))
        for key, value in self._updates.items():
            if isinstance(key, str) and key >= start and (not end or key < end):
                if value is None:
                    merged.pop(key, None)
                else:
                    merged[key] = value
        yield from sorted(merged.items())
        if not info.itr_exhausted:
            last = self._updates.get(end, self._ledger.world.get(end))
            if last is not None:
                yield end, last


def _version(item: kv_rwset_pb2.KVRead | kv_rwset_pb2.KVReadHash) -> Version | None:
    if not item.HasField("version"):
        return None
    return Version(item.version.block_num, item.version.tx_num)
