from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fabric_protos.ledger.queryresult import kv_query_result_pb2


@dataclass(frozen=True, slots=True)
class KeyModification:
    """One entry of a key's history.

    Attributes:
        transaction_id: the transaction that wrote it.
        value: what it wrote, empty for a deletion.
        timestamp: the time that the transaction's client claimed, UTC, in microseconds.
        is_delete: whether it deleted the key.
    """

    transaction_id: str
    value: bytes
    timestamp: datetime
    is_delete: bool

    @classmethod
    def from_bytes(cls, encoded: bytes) -> "KeyModification":
        """Decode a `queryresult.KeyModification`; raises protobuf's `DecodeError` or ValueError."""
        entry: Any = kv_query_result_pb2.KeyModification.FromString(encoded)
        return cls(entry.tx_id, entry.value, entry.timestamp.ToDatetime(UTC), entry.is_delete)
