"""What one member's peer has committed: world state, private hashes, private values, history."""

from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

VALIDATION_PARAMETER = "VALIDATION_PARAMETER"
_NO_METADATA: Mapping[str, bytes] = {}


class Version(NamedTuple):
    """Where a value was written: block number and place in the block."""

    block: int
    transaction: int

    def __str__(self) -> str:
        return f"{{BlockNum: {self.block}, TxNum: {self.transaction}}}"


BEFORE_ALL = Version(0, 0)
"""The channel's configuration block."""


@dataclass(frozen=True, slots=True)
class Versioned:
    """A committed value with its metadata (key-level policies among them)."""

    value: bytes
    version: Version
    metadata: Mapping[str, bytes] = field(default_factory=lambda: _NO_METADATA)

    @property
    def policy(self) -> bytes | None:
        """The key-level endorsement policy, None when there is none."""
        return self.metadata.get(VALIDATION_PARAMETER)


@dataclass(frozen=True, slots=True)
class Modification:
    """One entry of a key's history; satisfies the stub's KeyModification."""

    transaction_id: str
    value: bytes
    timestamp: datetime | None
    is_delete: bool


class WorldState:
    """Public keys in byte order (code point order of str is the byte order of UTF-8)."""

    def __init__(self) -> None:
        """Start empty."""
        self._values: dict[str, Versioned] = {}
        self._keys: list[str] = []

    def get(self, key: str) -> Versioned | None:
        """The committed value, None when absent."""
        return self._values.get(key)

    def put(self, key: str, value: Versioned) -> None:
        """Write a value."""
        if key not in self._values:
            insort(self._keys, key)
        self._values[key] = value

    def delete(self, key: str) -> None:
        """Delete a key; deleting an absent one is no error."""
        if self._values.pop(key, None) is not None:
            del self._keys[bisect_left(self._keys, key)]

    def range(self, start: str, end: str) -> Iterator[tuple[str, Versioned]]:
        """Keys in start <= key < end; "" leaves the end open."""
        index = bisect_left(self._keys, start)
        while index < len(self._keys):
            key = self._keys[index]
            if end and key >= end:
                return
            yield key, self._values[key]
            index += 1

    def items(self) -> Iterator[tuple[str, Versioned]]:
        """Everything, in order."""
        return self.range("", "")


class HashKey(NamedTuple):
    """A private key as the channel knows it."""

    collection: str
    key_hash: bytes


class PrivateKey(NamedTuple):
    """A private key as its members know it."""

    collection: str
    key: str


@dataclass(frozen=True, slots=True)
class TransactionRecord:
    """Where a transaction stands and what this member found it to be."""

    transaction_id: str
    block_number: int
    index: int
    code: int


class MemberLedger:
    """The committed state of one member; only the committer writes it."""

    def __init__(self) -> None:
        """Start empty, at height 0."""
        self.world = WorldState()
        self.hashes: dict[HashKey, Versioned] = {}
        self.private: dict[PrivateKey, Versioned] = {}
        self.history: dict[str, list[Modification]] = {}
        self.transactions: dict[str, TransactionRecord] = {}
        self.codes: dict[int, tuple[int, ...]] = {}
        self.height = 0
