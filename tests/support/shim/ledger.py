"""What a fake peer does with a chaincode's requests: one transaction on a small state.

It keeps the rules of Fabric's peer (core/chaincode/handler.go, core/ledger/kvledger/txmgmt/txmgr)
that a chaincode can notice: reads show the committed state, queries of private data and pages go
with no write before or after.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from fabric_protos.ledger.queryresult import kv_query_result_pb2
from fabric_protos.peer import chaincode_shim_pb2

Message = chaincode_shim_pb2.ChaincodeMessage
Record = chaincode_shim_pb2.WriteRecord
Place = tuple[str, str]


class RefusedError(Exception):
    """The peer's reason for an ERROR message."""


@dataclass
class State:
    """What is committed: values and policies by (collection, key), histories by key."""

    values: dict[Place, bytes] = field(default_factory=dict)
    policies: dict[Place, bytes] = field(default_factory=dict)
    histories: dict[str, list[Any]] = field(default_factory=dict)
    refused_keys: set[str] = field(default_factory=set)
    batch_size: int = 2
    """How many entries of a query go into one answer."""


@dataclass
class Transaction:
    """A simulation: what it wrote, in order of (collection, key), and its open queries."""

    state: State
    writes: dict[tuple[str, str, str], tuple[str, bytes]] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    queries: dict[str, list[bytes]] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    has_written: bool = False
    read_only_query: bool = False

    def answer(self, message: Any) -> bytes:
        """Do what a request asks; return the payload of RESPONSE."""
        kind = Message.Type.Name(message.type)
        self.messages.append(kind)
        handle = getattr(self, "_" + kind.lower())
        return handle(message.payload)

    def _get_state(self, payload: bytes) -> bytes:
        question = chaincode_shim_pb2.GetState.FromString(payload)
        self._admit(question.key)
        return self.state.values.get((question.collection, question.key), b"")

    def _get_state_multiple(self, payload: bytes) -> bytes:
        question = chaincode_shim_pb2.GetStateMultiple.FromString(payload)
        values = [self.state.values.get((question.collection, key), b"") for key in question.keys]
        return chaincode_shim_pb2.GetStateMultipleResult(values=values).SerializeToString()

    def _get_private_data_hash(self, payload: bytes) -> bytes:
        value = self._get_state(payload)
        return hashlib.sha256(value).digest() if value else b""

    def _get_state_metadata(self, payload: bytes) -> bytes:
        question = chaincode_shim_pb2.GetStateMetadata.FromString(payload)
        policy = self.state.policies.get((question.collection, question.key))
        entries = []
        if policy is not None:
            entry = chaincode_shim_pb2.StateMetadata(metakey="VALIDATION_PARAMETER", value=policy)
            entries.append(entry)
        return chaincode_shim_pb2.StateMetadataResult(entries=entries).SerializeToString()

    def _put_state(self, payload: bytes) -> bytes:
        put = chaincode_shim_pb2.PutState.FromString(payload)
        return self._write(put, "put", put.value)

    def _del_state(self, payload: bytes) -> bytes:
        return self._write(chaincode_shim_pb2.DelState.FromString(payload), "delete")

    def _purge_private_data(self, payload: bytes) -> bytes:
        return self._write(chaincode_shim_pb2.DelState.FromString(payload), "purge")

    def _put_state_metadata(self, payload: bytes) -> bytes:
        put = chaincode_shim_pb2.PutStateMetadata.FromString(payload)
        return self._write(put, put.metadata.metakey, put.metadata.value)

    def _write_batch_state(self, payload: bytes) -> bytes:
        for record in chaincode_shim_pb2.WriteBatchState.FromString(payload).rec:
            if record.type == Record.PUT_STATE_METADATA:
                self._write(record, record.metadata.metakey, record.metadata.value)
            else:
                what = {Record.PUT_STATE: "put", Record.DEL_STATE: "delete"}
                self._write(record, what.get(record.type, "purge"), record.value)
        return b""

    def _write(self, place: Any, what: str, value: bytes = b"") -> bytes:
        self._admit(place.key)
        if self.read_only_query:
            raise RefusedError("Writes are not allowed")
        self.has_written = True
        kind = "policy" if what == "VALIDATION_PARAMETER" else "value"
        self.writes[place.collection, place.key, kind] = (what, value)
        return b""

    def _admit(self, key: str) -> None:
        if key in self.state.refused_keys:
            raise RefusedError(f"no access to {key}")

    def _get_state_by_range(self, payload: bytes) -> bytes:
        question = chaincode_shim_pb2.GetStateByRange.FromString(payload)
        page = chaincode_shim_pb2.QueryMetadata.FromString(question.metadata)
        start = page.bookmark or question.startKey
        found = [
            kv_query_result_pb2.KV(key=key, value=value).SerializeToString()
            for (collection, key), value in sorted(self.state.values.items())
            if collection == question.collection
            and key >= start
            and (not question.endKey or key < question.endKey)
        ]
        if page.pageSize:
            return self._page(found, page.pageSize)
        return self._query(found, read_only=bool(question.collection))

    def _get_query_result(self, payload: bytes) -> bytes:
        question = chaincode_shim_pb2.GetQueryResult.FromString(payload)
        found = [
            kv_query_result_pb2.KV(key=key, value=value).SerializeToString()
            for (collection, key), value in sorted(self.state.values.items())
            if collection == question.collection and question.query.encode() in value
        ]
        page = chaincode_shim_pb2.QueryMetadata.FromString(question.metadata)
        if page.pageSize:
            return self._page(found, page.pageSize)
        return self._query(found, read_only=bool(question.collection))

    def _get_history_for_key(self, payload: bytes) -> bytes:
        key = chaincode_shim_pb2.GetHistoryForKey.FromString(payload).key
        return self._query([entry.SerializeToString() for entry in self.state.histories[key]])

    def _query_state_next(self, payload: bytes) -> bytes:
        query_id = chaincode_shim_pb2.QueryStateNext.FromString(payload).id
        if query_id not in self.queries:
            raise RefusedError("query iterator not found")
        return self._next(query_id)

    def _query_state_close(self, payload: bytes) -> bytes:
        query_id = chaincode_shim_pb2.QueryStateClose.FromString(payload).id
        self.queries.pop(query_id, None)
        self.closed.append(query_id)
        return chaincode_shim_pb2.QueryResponse(id=query_id).SerializeToString()

    def _query(self, found: list[bytes], *, read_only: bool = False) -> bytes:
        if read_only:
            self._no_writes()
        query_id = f"query-{len(self.messages)}"
        self.queries[query_id] = found
        return self._next(query_id)

    def _next(self, query_id: str) -> bytes:
        size = self.state.batch_size
        batch, rest = self.queries[query_id][:size], self.queries[query_id][size:]
        if rest:
            self.queries[query_id] = rest
        else:
            del self.queries[query_id]
        return _query_response(batch, query_id, has_more=bool(rest))

    def _page(self, found: list[bytes], size: int) -> bytes:
        self._no_writes()
        batch = found[:size]
        following = kv_query_result_pb2.KV.FromString(found[size]) if found[size:] else None
        metadata = chaincode_shim_pb2.QueryResponseMetadata(
            fetched_records_count=len(batch), bookmark=following.key if following else ""
        )
        return _query_response(batch, "page", metadata=metadata.SerializeToString())

    def _no_writes(self) -> None:
        if self.has_written:
            raise RefusedError("supported only in a read-only transaction")
        self.read_only_query = True


def _query_response(
    batch: list[bytes], query_id: str, *, has_more: bool = False, metadata: bytes = b""
) -> bytes:
    results = [chaincode_shim_pb2.QueryResultBytes(resultBytes=entry) for entry in batch]
    return chaincode_shim_pb2.QueryResponse(
        results=results, has_more=has_more, id=query_id, metadata=metadata
    ).SerializeToString()
