from collections.abc import Iterable, Sequence

from chaincode.shim import keys, records
from chaincode.shim.key_modification import KeyModification
from chaincode.shim.key_value import KeyValue
from chaincode.shim.ledger_requests import PUBLIC, LedgerRequests
from chaincode.shim.page import Page
from chaincode.shim.queries import Queries
from chaincode.shim.query_iterator import QueryIterator


class PublicState:
    """The channel's state of this chaincode.

    Reads show the committed state, never the transaction's own writes. All methods may raise
    PeerError, StreamLostError, TransactionEndedError and ProtocolError (`errors.py`), and
    InvalidKeyError for a key that Fabric cannot hold.
    """

    def __init__(self, ledger: LedgerRequests, queries: Queries) -> None:
        self._ledger = ledger
        self._queries = queries

    async def get_state(self, key: str) -> bytes | None:
        """Read a value; None when absent."""
        keys.check_key(key)
        return await self._ledger.get(PUBLIC, key)

    async def get_multiple_states(self, names: Sequence[str]) -> list[bytes | None]:
        """Read several values in the order of their keys, by few messages where the peer can."""
        for name in names:
            keys.check_key(name)
        return await self._ledger.get_multiple(PUBLIC, names)

    async def put_state(self, key: str, value: bytes) -> None:
        """Write a value; InvalidValueError when it is empty."""
        await self._ledger.write(records.put(PUBLIC, key, value))

    async def delete_state(self, key: str) -> None:
        """Delete a key, and with it its key-level policy."""
        await self._ledger.write(records.delete(PUBLIC, key))

    async def get_state_validation_parameter(self, key: str) -> bytes | None:
        """Read the key's endorsement policy, `common.SignaturePolicyEnvelope`; None when none."""
        keys.check_key(key)
        return await self._ledger.get_validation_parameter(PUBLIC, key)

    async def set_state_validation_parameter(self, key: str, policy: bytes) -> None:
        """Set the key's endorsement policy, `common.SignaturePolicyEnvelope`, encoded."""
        await self._ledger.write(records.set_policy(PUBLIC, key, policy))

    async def flush_writes(self) -> None:
        """Send the writes that wait for the batch, to see now whether the peer takes them."""
        await self._ledger.flush()

    def get_state_by_range(self, start: str, end: str) -> QueryIterator[KeyValue]:
        """Iterate over simple keys, start <= key < end, in byte order; "" leaves a side open."""
        return self._queries.range(PUBLIC, *keys.simple_range(start, end))

    async def get_state_by_range_with_pagination(
        self, start: str, end: str, page_size: int, bookmark: str = ""
    ) -> Page:
        """Read one page of `get_state_by_range`; in read-only transactions."""
        return await self._queries.range_page(*keys.simple_range(start, end), page_size, bookmark)

    def get_state_by_partial_composite_key(
        self, object_type: str, attributes: Iterable[str]
    ) -> QueryIterator[KeyValue]:
        """Iterate over the composite keys that begin with these parts."""
        return self._queries.range(PUBLIC, *keys.composite_range(object_type, attributes))

    async def get_state_by_partial_composite_key_with_pagination(
        self, object_type: str, attributes: Iterable[str], page_size: int, bookmark: str = ""
    ) -> Page:
        """Read one page of `get_state_by_partial_composite_key`; in read-only transactions."""
        bounds = keys.composite_range(object_type, attributes)
        return await self._queries.range_page(*bounds, page_size, bookmark)

    async def get_all_composite_keys_with_pagination(
        self, page_size: int, bookmark: str = ""
    ) -> Page:
        """Read one page of all composite keys; in read-only transactions."""
        return await self._queries.range_page(*keys.all_composite_keys(), page_size, bookmark)

    def get_query_result(self, query: str) -> QueryIterator[KeyValue]:
        """Iterate over a rich query's results (CouchDB); not checked again when committing."""
        return self._queries.query(PUBLIC, query)

    async def get_query_result_with_pagination(
        self, query: str, page_size: int, bookmark: str = ""
    ) -> Page:
        """Read one page of `get_query_result`; in read-only transactions."""
        return await self._queries.query_page(query, page_size, bookmark)

    def get_history_for_key(self, key: str) -> QueryIterator[KeyModification]:
        """Iterate over every committed change of a key, newest first."""
        keys.check_key(key)
        return self._queries.history(key)
