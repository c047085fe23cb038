"""The port that contracts write through: typed records on a stub."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TypeVar

from chaincode.domain import canonical
from chaincode.domain.errors import (
    DomainError,
    InvalidArgument,
    PrivateInputForbidden,
    RecordCorrupt,
    RecordExists,
    RecordNotFound,
    VersionConflict,
)
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import collection_of
from chaincode.domain.record import Record
from chaincode.ledger.policy import all_peers_of
from chaincode.ledger.stub import Stub

AnyRecord = TypeVar("AnyRecord", bound=Record)


class Ledger:
    """One invocation's view of the ledger, in records.

    It remembers what was written: a version can only follow the one that was read here, and the
    answer and the event of an invocation name every record that it wrote.
    """

    def __init__(self, stub: Stub) -> None:
        self._stub = stub
        self._read: dict[str, int] = {}
        self._written: dict[str, int] = {}

    @property
    def now(self) -> datetime:
        """The proposal's time, whole seconds: the client's claim, within the peers' window."""
        return self._stub.timestamp.astimezone(UTC).replace(microsecond=0)

    @property
    def transaction_id(self) -> str:
        """The transaction's id."""
        return self._stub.transaction_id

    @property
    def written(self) -> list[JsonValue]:
        """Each written record's key and version, in key order."""
        return [{"key": key, "version": self._written[key]} for key in sorted(self._written)]

    async def find(self, kind: type[AnyRecord], key: str) -> AnyRecord | None:
        """Read a record, None where there is none.

        Raises:
            RecordCorrupt: something else stands there.
        """
        stored = await self._stub.get_state(key)
        if stored is None:
            self._read[key] = 0
            return None
        record = kind.decode(key, stored)
        self._read[key] = record.version
        return record

    async def load(self, kind: type[AnyRecord], key: str) -> AnyRecord:
        """Read a record that must be there.

        Raises:
            RecordNotFound: there is none.
            RecordCorrupt: something else stands there.
        """
        record = await self.find(kind, key)
        if record is None:
            raise RecordNotFound(f"there is no record {key}", facts={"key": key})
        return record

    async def read_stored(self, key: str) -> dict[str, JsonValue]:
        """Read a record of any kind as it is stored.

        Raises:
            RecordNotFound: there is none.
            RecordCorrupt: the value is no record.
        """
        stored = await self.find_stored(key)
        if stored is None:
            raise RecordNotFound(f"there is no record {key}", facts={"key": key})
        return stored

    async def find_stored(self, key: str) -> dict[str, JsonValue] | None:
        """Read a record of any kind as it is stored, None where there is none.

        Raises:
            RecordCorrupt: the value is no record.
        """
        stored = await self.find_bytes(key)
        return None if stored is None else decode_stored(key, stored)

    async def find_bytes(self, key: str) -> bytes | None:
        """Read whatever stands under a key, None where nothing does."""
        return await self._stub.get_state(key)

    async def create(self, record: Record, *, changed_by: tuple[str, ...] | None) -> None:
        """Write a new record; later changes need a peer of each member in `changed_by`.

        None leaves later changes to the chaincode's majority.

        Raises:
            PrivateInputForbidden: there is transient data: third members endorse creations.
            RecordExists: the key is taken.
            InvalidArgument: the record is no first version, or too large.
        """
        if self._stub.transient:
            raise PrivateInputForbidden("a record is created without private inputs")
        if await self._stub.get_state(record.key) is not None:
            raise RecordExists(f"{record.key} is taken", facts={"key": record.key})
        if record.version != 1:
            raise InvalidArgument("a new record is at version 1", field="version")
        await self._put(record)
        if changed_by is not None:
            await self._stub.set_state_validation_parameter(record.key, all_peers_of(changed_by))

    async def replace(self, record: Record) -> None:
        """Write the next version of a record that was read before.

        Raises:
            VersionConflict: it does not follow the version that was read.
            InvalidArgument: the record is too large.
        """
        read = self._read.get(record.key, 0)
        if read < 1 or record.version != read + 1:
            raise VersionConflict(record.key, expected=record.version - 1, actual=read)
        await self._put(record)

    async def put_private(self, members: tuple[str, ...], place: str, sealed: bytes) -> None:
        """Store a sealed value in the collection of each of `members`."""
        for member in sorted(set(members)):
            await self._stub.put_private_data(collection_of(member), place, sealed)

    async def get_private(self, member: str, place: str) -> bytes:
        """Read a sealed value; for queries only: a write never reads private state.

        Raises:
            RecordNotFound: this member's collection holds none.
        """
        sealed = await self._stub.get_private_data(collection_of(member), place)
        if sealed is None:
            raise RecordNotFound(f"there is no private value {place}", facts={"key": place})
        return sealed

    async def page(
        self, prefix: str, *, after: str | None, limit: int
    ) -> AsyncIterator[dict[str, JsonValue]]:
        """Records under `prefix` (it ends with a slash) that follow `after`; for queries only.

        Raises:
            RecordCorrupt: a value is no record.
        """
        start = f"{prefix}{after}!" if after else prefix  # sorts before the slash and all digits
        end = prefix[:-1] + chr(ord("/") + 1)
        count = 0
        async for entry in self._stub.get_state_by_range(start, end):
            yield decode_stored(entry.key, entry.value)
            count += 1
            if count >= limit:
                return

    def emit(self, name: str, operation: str) -> None:
        """Announce what was written. Events are hints: consumers read write sets."""
        payload: dict[str, JsonValue] = {"operation": operation, "written": self.written}
        self._stub.set_event(name, canonical.encode(payload))

    async def _put(self, record: Record) -> None:
        encoded = record.encode()
        if len(encoded) > record.size_limit:
            raise InvalidArgument(f"{record.key} would grow to {len(encoded)} bytes")
        self._written[record.key] = record.version
        await self._stub.put_state(record.key, encoded)


def decode_stored(key: str, stored: bytes) -> dict[str, JsonValue]:
    """Decode a stored value, which is treated as hostile.

    Raises:
        RecordCorrupt: it is no canonical record.
    """
    try:
        return canonical.decode(stored, limit=canonical.MAX_RULE_BYTES)
    except DomainError as error:
        raise RecordCorrupt(f"{key} holds no record") from error
