from collections.abc import Iterable, Sequence

from chaincode.shim import keys, records
from chaincode.shim.key_value import KeyValue
from chaincode.shim.ledger_requests import LedgerRequests
from chaincode.shim.queries import Queries
from chaincode.shim.query_iterator import QueryIterator


class PrivateData:
    """Private data collections: the channel sees hashes of keys and values alone.

    All methods raise InvalidCollectionError for a collection without a name, and otherwise as
    those of the public state.
    """

    def __init__(self, ledger: LedgerRequests, queries: Queries) -> None:
        self._ledger = ledger
        self._queries = queries

    async def get_private_data(self, collection: str, key: str) -> bytes | None:
        """Read a private value; None when absent."""
        _check(collection, key)
        return await self._ledger.get(collection, key)

    async def get_multiple_private_data(
        self, collection: str, names: Sequence[str]
    ) -> list[bytes | None]:
        """Read several private values in the order of their keys."""
        keys.check_collection(collection)
        for name in names:
            keys.check_key(name)
        return await self._ledger.get_multiple(collection, names)

    async def get_private_data_hash(self, collection: str, key: str) -> bytes | None:
        """Read the SHA-256 of a private value, which every member may; None when absent."""
        _check(collection, key)
        return await self._ledger.get_hash(collection, key)

    async def put_private_data(self, collection: str, key: str, value: bytes) -> None:
        """Write a private value; InvalidValueError when it is empty."""
        keys.check_collection(collection)
        await self._ledger.write(records.put(collection, key, value))

    async def delete_private_data(self, collection: str, key: str) -> None:
        """Delete a private value from the current state; its history stays."""
        keys.check_collection(collection)
        await self._ledger.write(records.delete(collection, key))

    async def purge_private_data(self, collection: str, key: str) -> None:
        """Delete a private value and have peers drop its history; not proof of erasure."""
        keys.check_collection(collection)
        await self._ledger.write(records.purge(collection, key))

    async def get_private_data_validation_parameter(
        self, collection: str, key: str
    ) -> bytes | None:
        """Read a private key's endorsement policy; None when it has none."""
        _check(collection, key)
        return await self._ledger.get_validation_parameter(collection, key)

    async def set_private_data_validation_parameter(
        self, collection: str, key: str, policy: bytes
    ) -> None:
        """Set a private key's endorsement policy, `common.SignaturePolicyEnvelope`, encoded."""
        keys.check_collection(collection)
        await self._ledger.write(records.set_policy(collection, key, policy))

    def get_private_data_by_range(
        self, collection: str, start: str, end: str
    ) -> QueryIterator[KeyValue]:
        """Iterate over simple keys, start <= key < end; in read-only transactions."""
        keys.check_collection(collection)
        return self._queries.range(collection, *keys.simple_range(start, end))

    def get_private_data_by_partial_composite_key(
        self, collection: str, object_type: str, attributes: Iterable[str]
    ) -> QueryIterator[KeyValue]:
        """Iterate over composite keys that begin with these parts; in read-only transactions."""
        keys.check_collection(collection)
        return self._queries.range(collection, *keys.composite_range(object_type, attributes))

    def get_private_data_query_result(self, collection: str, query: str) -> QueryIterator[KeyValue]:
        """Iterate over a rich query's results (CouchDB); in read-only transactions."""
        keys.check_collection(collection)
        return self._queries.query(collection, query)


def _check(collection: str, key: str) -> None:
    keys.check_collection(collection)
    keys.check_key(key)
