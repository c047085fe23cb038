"""What the use cases need from the world; bootstrap gives them the adapters."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from chaincode.domain.commands.base import Arguments, Command, Query
from chaincode.domain.json_value import JsonValue
from gateway.model.ledger import Endorsed, Finality, Identity, Proposed, TransactionOutcome
from gateway.model.operations import OutboxMessage

__all__ = [
    "Certification",
    "Clock",
    "Courier",
    "Database",
    "Endorsed",
    "Finality",
    "Identity",
    "Ledger",
    "Proposed",
    "SecretBox",
    "Session",
    "Signer",
    "Speaker",
    "TransactionOutcome",
]

Row = TypeVar("Row")

Clock = Callable[[], datetime]
"""The present time, aware, UTC."""


class Signer(Protocol):
    """Signs bytes with one person's or service's key: ECDSA P-256, SHA-256, DER, low-S."""

    async def sign(self, message: bytes) -> bytes:
        """Sign the whole message, not a digest that somebody else computed."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """An identity together with what signs for it."""

    identity: Identity
    signer: Signer


class Ledger(Protocol):
    """The one way to the ledger: prepared, signed, endorsed, submitted, final.

    Errors are the types of `gateway.services.errors`: LedgerRefused (a contract's DomainError
    document), LedgerConflict, LedgerUnavailable (may be tried again), OutcomeUnknown.
    """

    @property
    def is_ledger(self) -> bool:
        """False for the sandbox, which says everywhere that it is none."""

    async def evaluate(
        self, identity: Identity, signer: Signer, query: Query, private: Arguments | None = None
    ) -> Mapping[str, JsonValue]:
        """Ask this member's own peer."""

    async def prepare(
        self, identity: Identity, command: Command, private: Arguments | None = None
    ) -> Proposed:
        """Make the bytes that the caller signs."""

    async def endorse(
        self, proposed: Proposed, signature: bytes, endorsers: tuple[str, ...] | None
    ) -> Endorsed:
        """Collect endorsements; `endorsers` names members where transient data goes along."""

    async def submit(self, endorsed: Endorsed, signature: bytes) -> None:
        """Hand to the orderers. Submitting the same envelope again is safe."""

    async def outcome(
        self, identity: Identity, signer: Signer, transaction_id: str, *, wait_seconds: float
    ) -> TransactionOutcome:
        """Wait for the transaction's finality at most so long."""


class Session(Protocol):
    """Rows of `gateway.model`, within one transaction of the database."""

    def add(self, *rows: object) -> None:
        """Keep new rows. Changes of rows that were read here are kept without asking."""

    async def get(self, kind: type[Row], *identifier: object) -> Row | None:
        """The row of that primary key, in the order of the table's key columns."""

    async def find(
        self,
        kind: type[Row],
        *,
        order_by: Sequence[str] = (),
        limit: int | None = None,
        at_most: Mapping[str, object] | None = None,
        at_least: Mapping[str, object] | None = None,
        **equal: object,
    ) -> Sequence[Row]:
        """Rows whose attributes have the values; a tuple means any of its values.

        `at_most` and `at_least` bound attributes; `order_by` names attributes, with "-" before one
        for descending order.
        """

    async def values(
        self,
        kind: type[object],
        name: str,
        *,
        at_most: Mapping[str, object] | None = None,
        **equal: object,
    ) -> Sequence[object]:
        """The different values of one attribute among the rows that `find` would give."""

    async def count(self, kind: type[Row], **equal: object) -> int:
        """How many rows have the values; a tuple means any of its values."""

    async def delete(self, row: object) -> None:
        """Forget a row."""

    async def flush(self) -> None:
        """Send what was changed, so that a conflict shows now."""


class Database(Protocol):
    """One member's database."""

    def reading(self) -> AbstractAsyncContextManager[Session]:
        """A consistent view; changes are not kept."""

    def one_view(self) -> AbstractAsyncContextManager[None]:
        """Whatever this task reads within is read in one consistent view: for many small reads.

        Start no other task within that reads.
        """

    def writing(self) -> AbstractAsyncContextManager[Session]:
        """One transaction, alone: durable when the block ends, undone when it raises.

        Raises:
            RowConflict: a unique value is taken.
            DatabaseBusy: another process did not let go in time.
            DatabaseFull: there is no room on the disk.
        """


class SecretBox(Protocol):
    """Encrypts what lies in the database under the member's master key."""

    def seal(self, plaintext: bytes, *, owner: str, purpose: str) -> bytes:
        """Encrypt a value for `owner` (a person, an account or a record) and one `purpose`."""

    def open(self, blob: bytes, *, owner: str, purpose: str) -> bytes:
        """Decrypt what `seal` made for the same owner and purpose.

        Raises:
            SecretUnreadable: another key, owner or purpose, or altered bytes.
        """


class Certification(Protocol):
    """The member's certificate authority."""

    async def certify(self, *, common_name: str, role: str, signing_request: bytes) -> bytes:
        """Register a client of this role and certify its key; the certificate, PEM.

        Args:
            common_name: random, never used before.
            role: what stands in `crosscredit.role`.
            signing_request: PKCS 10, PEM, with the same common name.

        Raises:
            CertificationUnavailable: try again later, with a new name.
            CertificationRefused: the authority refused.
        """


class Courier(Protocol):
    """Brings messages to other members' gateways."""

    async def deliver(self, message: OutboxMessage) -> None:
        """Move the body, if there is one, then the message; returns when it is acknowledged.

        Raises:
            DeliveryFailed: not acknowledged; it will be tried again.
        """
