"""What a range read leaves in the read set, so that phantoms are found at commit.

After Fabric's rwsetutil/query_results_helper.go: up to 50 results stand as they are, more are
folded into a Merkle summary of degree 50.
"""

from hashlib import sha256

from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2

MAX_DEGREE = 50


class RangeResults:
    """Collects the keys and versions that one range read has seen."""

    def __init__(self, max_degree: int = MAX_DEGREE) -> None:
        """Start empty."""
        self._max_degree = max_degree
        self._pending: list[kv_rwset_pb2.KVRead] = []
        self._levels: dict[int, list[bytes]] = {}
        self._top = 1

    def add(self, read: kv_rwset_pb2.KVRead) -> None:
        """Take the next result, in key order."""
        self._pending.append(read)
        if len(self._pending) > self._max_degree:
            self._fold_pending()

    def write_to(self, info: kv_rwset_pb2.RangeQueryInfo) -> None:
        """Close the collection and put it into the range's entry of the read set."""
        if not self._levels:
            if self._pending:
                info.raw_reads.kv_reads.extend(self._pending)
            return
        info.reads_merkle_hashes.CopyFrom(self._summary())

    def _summary(self) -> kv_rwset_pb2.QueryReadsMerkleSummary:
        if self._pending:
            self._fold_pending()
        self._finish()
        return kv_rwset_pb2.QueryReadsMerkleSummary(
            max_degree=self._max_degree,
            max_level=self._top,
            max_level_hashes=self._levels[self._top],
        )

    def _fold_pending(self) -> None:
        reads = kv_rwset_pb2.QueryReads(kv_reads=self._pending)
        self._pending = []
        level, digest = 1, sha256(reads.SerializeToString()).digest()
        while True:
            hashes = self._levels.setdefault(level, [])
            hashes.append(digest)
            if len(hashes) <= self._max_degree:
                return
            digest = sha256(b"".join(hashes)).digest()
            del self._levels[level]
            level += 1
            self._top = max(self._top, level)

    def _finish(self) -> None:
        for level in range(1, self._top):
            hashes = self._levels.pop(level, [])
            if hashes:
                lone = len(hashes) == 1
                digest = hashes[0] if lone else sha256(b"".join(hashes)).digest()
                self._levels.setdefault(level + 1, []).append(digest)
        final = self._levels[self._top]
        if len(final) > self._max_degree:
            del self._levels[self._top]
            self._top += 1
            self._levels[self._top] = [sha256(b"".join(final)).digest()]
