"""What a contract may ask of the ledger, in Fabric's own terms.

`chaincode.shim` satisfies this protocol against a real peer, `chaincode.ledger.memory` against the
in-memory consortium; neither imports it, so both stay usable without the other.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol


class Creator(Protocol):
    """Who signed the proposal, as the peer authenticated it."""

    @property
    def msp_id(self) -> str:
        """The membership service provider that vouches for the certificate."""

    @property
    def certificate(self) -> bytes:
        """The signer's X.509 certificate, PEM."""


class KeyValue(Protocol):
    """One entry of a range."""

    @property
    def key(self) -> str:
        """The ledger key."""

    @property
    def value(self) -> bytes:
        """The committed value."""


class KeyModification(Protocol):
    """One entry of a key's history, newest first as the peer gives them."""

    @property
    def transaction_id(self) -> str:
        """The transaction that wrote it."""

    @property
    def value(self) -> bytes:
        """The value written, empty for a deletion."""

    @property
    def timestamp(self) -> datetime | None:
        """The client's claimed time of that transaction, UTC; None where that is no date."""

    @property
    def is_delete(self) -> bool:
        """Whether the transaction deleted the key."""


class Stub(Protocol):
    """One invocation: its inputs, and the state it reads and writes.

    Reads show the committed state, never the invocation's own writes, as on Fabric.
    Every method raises the implementation's ledger error when the peer refuses.
    """

    @property
    def transaction_id(self) -> str:
        """SHA-256 of nonce and creator, hexadecimal."""

    @property
    def channel_id(self) -> str:
        """The channel."""

    @property
    def timestamp(self) -> datetime:
        """The proposal's time, UTC: the client's claim, bounded by the peers' window."""

    @property
    def creator(self) -> Creator:
        """The authenticated signer."""

    @property
    def transient(self) -> Mapping[str, bytes]:
        """Private inputs: never in a block."""

    @property
    def arguments(self) -> Sequence[bytes]:
        """All arguments; the first is the function's name."""

    async def get_state(self, key: str) -> bytes | None:
        """The value, None when absent."""

    async def put_state(self, key: str, value: bytes) -> None:
        """Write a value (not empty)."""

    async def delete_state(self, key: str) -> None:
        """Delete a key, and with it its key-level policy."""

    async def get_state_validation_parameter(self, key: str) -> bytes | None:
        """The key-level endorsement policy, None when there is none."""

    async def set_state_validation_parameter(self, key: str, policy: bytes) -> None:
        """Set the key-level endorsement policy: a serialized SignaturePolicyEnvelope."""

    def get_state_by_range(self, start: str, end: str) -> AsyncIterator[KeyValue]:
        """Simple keys in start <= key < end, in byte order; "" leaves a side open."""

    def get_history_for_key(self, key: str) -> AsyncIterator[KeyModification]:
        """Every committed change of a key, newest first."""

    async def get_private_data(self, collection: str, key: str) -> bytes | None:
        """A private value; None when absent."""

    async def put_private_data(self, collection: str, key: str, value: bytes) -> None:
        """Write a private value; the channel sees its hash only."""

    async def delete_private_data(self, collection: str, key: str) -> None:
        """Delete a private value."""

    async def get_private_data_hash(self, collection: str, key: str) -> bytes | None:
        """SHA-256 of the private value, readable by every member."""

    def set_event(self, name: str, payload: bytes) -> None:
        """The transaction's one event; the last call counts."""
