from collections.abc import Iterator
from typing import Any

from fabric_protos.peer import chaincode_shim_pb2

_RecordType = chaincode_shim_pb2.WriteRecord


class WriteBatch:
    """Writes waiting to be sent; the last one of a key stands, as in the peer's write set.

    A key's value (put, deleted, purged) and its policy are written apart.
    """

    def __init__(self) -> None:
        self._records: dict[tuple[str, str, bool], Any] = {}

    def add(self, record: Any) -> None:
        """Take a `protos.WriteRecord`."""
        is_policy = record.type == _RecordType.PUT_STATE_METADATA
        place = (record.collection, record.key, is_policy)
        self._records.pop(place, None)
        self._records[place] = record

    def take(self, max_records: int, max_bytes: int) -> Iterator[bytes]:
        """Empty the batch: yield `protos.WriteBatchState` messages, encoded, in program order.

        None has more records than `max_records`, or more bytes than `max_bytes` unless one record
        alone has them.
        """
        records, self._records = self._records, {}
        chunk: list[Any] = []
        size = 0
        for record in records.values():
            record_size = record.ByteSize()
            if chunk and (len(chunk) == max_records or size + record_size > max_bytes):
                yield _encode(chunk)
                chunk, size = [], 0
            chunk.append(record)
            size += record_size
        if chunk:
            yield _encode(chunk)


def _encode(records: list[Any]) -> bytes:
    encoded: bytes = chaincode_shim_pb2.WriteBatchState(rec=records).SerializeToString()
    return encoded
