"""The stub that a contract sees on the sandbox: `chaincode.ledger.stub.Stub`.

What a stub checks by itself before it asks the peer is as in Fabric's stubs; so is that writes are
sent together when the function has succeeded (write batches, Fabric 3.1): a refused write fails the
invocation as a whole and cannot be caught by the contract.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from fabric_protos.peer import chaincode_event_pb2

from chaincode.ledger.memory.errors import (
    InvalidArgumentError,
    InvalidCollectionError,
    InvalidKeyError,
    InvalidValueError,
    TransactionEndedError,
)
from chaincode.ledger.memory.proposal import Invocation
from chaincode.ledger.memory.simulation import Simulation
from chaincode.ledger.stub import KeyModification, KeyValue


@dataclass(frozen=True, slots=True)
class Creator:
    """Who signed the proposal."""

    msp_id: str
    certificate: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a range."""

    key: str
    value: bytes


class MemoryStub:
    """One invocation at one member; satisfies `chaincode.ledger.stub.Stub`."""

    def __init__(self, invocation: Invocation, simulation: Simulation, creator: Creator) -> None:
        """Bind the proposal's content to the member's simulation."""
        self._invocation = invocation
        self._simulation = simulation
        self._creator = creator
        self._transient = MappingProxyType(dict(invocation.transient))
        self._writes: list[Callable[[], None]] = []
        self._event: tuple[str, bytes] | None = None
        self._ended = False

    @property
    def transaction_id(self) -> str:
        """SHA-256 of nonce and creator, hexadecimal."""
        return self._invocation.transaction_id

    @property
    def channel_id(self) -> str:
        """The channel."""
        return self._invocation.channel_id

    @property
    def timestamp(self) -> datetime:
        """The client's claimed time, UTC."""
        return self._invocation.timestamp

    @property
    def creator(self) -> Creator:
        """The authenticated signer."""
        return self._creator

    @property
    def transient(self) -> Mapping[str, bytes]:
        """Private inputs: never in a block."""
        return self._transient

    @property
    def arguments(self) -> Sequence[bytes]:
        """All arguments; the first is the function's name."""
        return self._invocation.arguments

    async def get_state(self, key: str) -> bytes | None:
        """The committed value, None when absent."""
        _check_key(key)
        found = self._open.get(key)
        return found.value if found else None

    async def put_state(self, key: str, value: bytes) -> None:
        """Write a value (not empty)."""
        _check_written_key(key)
        _check_value(value)
        self._write(lambda simulation: simulation.put(key, value))

    async def delete_state(self, key: str) -> None:
        """Delete a key, and with it its key-level policy."""
        _check_written_key(key)
        self._write(lambda simulation: simulation.put(key, b""))

    async def get_state_validation_parameter(self, key: str) -> bytes | None:
        """The key-level endorsement policy, None when there is none."""
        _check_key(key)
        found = self._open.get(key)
        return (found.policy or None) if found else None

    async def set_state_validation_parameter(self, key: str, policy: bytes) -> None:
        """Set the key-level endorsement policy: a serialized SignaturePolicyEnvelope."""
        _check_written_key(key)
        _check_policy(policy)
        self._write(lambda simulation: simulation.set_policy(key, policy))

    async def get_state_by_range(self, start: str, end: str) -> AsyncIterator[KeyValue]:
        """Simple keys in start <= key < end, in byte order; "" leaves a side open."""
        for bound in (start, end):
            if bound.startswith("\x00"):
                raise InvalidKeyError("a range of simple keys cannot begin or end with U+0000")
        for key, found in self._open.range(start or "\x01", end):
            yield Entry(key, found.value)

    async def get_history_for_key(self, key: str) -> AsyncIterator[KeyModification]:
        """Every committed change of a key, newest first."""
        _check_key(key)
        for modification in self._open.history(key):
            yield modification

    async def get_private_data(self, collection: str, key: str) -> bytes | None:
        """A private value; None when absent."""
        _check_collection(collection)
        _check_key(key)
        return self._open.get_private(collection, key)

    async def put_private_data(self, collection: str, key: str, value: bytes) -> None:
        """Write a private value (not empty); the channel sees its hash only."""
        _check_collection(collection)
        _check_written_key(key)
        _check_value(value)
        self._write(lambda simulation: simulation.put_private(collection, key, value))

    async def delete_private_data(self, collection: str, key: str) -> None:
        """Delete a private value."""
        _check_collection(collection)
        _check_written_key(key)
        self._write(lambda simulation: simulation.put_private(collection, key, b""))

    async def get_private_data_hash(self, collection: str, key: str) -> bytes | None:
        """SHA-256 of the private value, readable by every member."""
        _check_collection(collection)
        _check_key(key)
        return self._open.get_private_hash(collection, key)

    def set_event(self, name: str, payload: bytes) -> None:
        """The transaction's one event; the last call counts."""
        if not name:
            raise InvalidArgumentError("an event needs a name")
        self._event = (name, payload)

    def send_writes(self) -> None:
        """Hand the writes to the peer, in order: for the endorser, when the function succeeded.

        Raises:
            PeerError: the peer refused one.
        """
        for write in self._writes:
            write()

    def close(self) -> None:
        """End the invocation: the stub can ask nothing more."""
        self._ended = True

    def event(self, chaincode: str) -> bytes:
        """The serialized ChaincodeEvent, empty when the contract set none."""
        if self._event is None:
            return b""
        name, payload = self._event
        return bytes(
            chaincode_event_pb2.ChaincodeEvent(
                chaincode_id=chaincode,
                tx_id=self.transaction_id,
                event_name=name,
                payload=payload,
            ).SerializeToString()
        )

    @property
    def _open(self) -> Simulation:
        if self._ended:
            raise TransactionEndedError(
                "the chaincode function has returned: its stub can ask the peer nothing more"
            )
        return self._simulation

    def _write(self, write: Callable[[Simulation], None]) -> None:
        simulation = self._open
        self._writes.append(lambda: write(simulation))


def _check_key(key: str) -> None:
    if not key:
        raise InvalidKeyError("the key is empty")
    try:
        key.encode()
    except UnicodeEncodeError as error:
        raise InvalidKeyError("the key is no valid Unicode") from error


def _check_written_key(key: str) -> None:
    _check_key(key)
    if key.startswith("\x00") and not (len(key) > 1 and key.endswith("\x00")):
        raise InvalidKeyError("the key is no composite key")


def _check_value(value: bytes) -> None:
    if not value:
        raise InvalidValueError("a peer takes an empty value as a deletion: delete, or write more")


def _check_policy(policy: bytes) -> None:
    if not policy:
        raise InvalidValueError("an empty policy would take the key's protection away")


def _check_collection(collection: str) -> None:
    if not collection:
        raise InvalidCollectionError("the collection's name is empty")
