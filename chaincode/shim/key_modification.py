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
        timestamp: the time that the transaction's client claimed, UTC, in microseconds; None where
            it is no date: peers that commit do not look at it, so that it may be anything.
        is_delete: whether it deleted the key.
    """

    transaction_id: str
    value: bytes
    timestamp: datetime | None
    is_delete: bool

    @classmethod
    def from_bytes(cls, encoded: bytes) -> "KeyModification":
        """Decode a `queryresult.KeyModification`; raises protobuf's `DecodeError`."""
        entry: Any = kv_query_result_pb2.KeyModification.FromString(encoded)
        return cls(entry.tx_id, entry.value, _time(entry.timestamp), entry.is_delete)


def _time(claimed: Any) -> datetime | None:
    try:
        moment: datetime = claimed.ToDatetime(UTC)
    except (ValueError, OverflowError):
        return None
    return moment
