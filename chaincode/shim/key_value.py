from dataclasses import dataclass
from typing import Any

from fabric_protos.ledger.queryresult import kv_query_result_pb2


@dataclass(frozen=True, slots=True)
class KeyValue:
    """One entry of a range or a rich query: the key and its committed value."""

    key: str
    value: bytes

    @classmethod
    def from_bytes(cls, encoded: bytes) -> "KeyValue":
        """Decode a `queryresult.KV`; raises protobuf's `DecodeError`."""
        entry: Any = kv_query_result_pb2.KV.FromString(encoded)
        return cls(entry.key, entry.value)
