"""What the use cases need from the world; bootstrap gives them the adapters."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from chaincode.domain.commands.base import Arguments, Command, Query
from chaincode.domain.json_value import JsonValue


class Signer(Protocol):
    """Signs bytes with one person's or service's key: ECDSA P-256, SHA-256, DER, low-S."""

    async def sign(self, message: bytes) -> bytes:
        """Sign the whole message, not a digest that somebody else computed."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate and the member that vouches for it."""

    msp_id: str
    certificate: bytes
    """X.509, PEM."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A prepared transaction: what will be signed, and its id."""

    transaction_id: str
    proposal: bytes
    """Fabric's Proposal message; holds transient data, so it is stored encrypted alone."""


@dataclass(frozen=True, slots=True)
class Endorsed:
    """An endorsed transaction, ready to be signed and submitted; holds nothing private."""

    transaction_id: str
    envelope: bytes
    result: bytes
    endorsed_by: tuple[str, ...]


class Finality(StrEnum):
    """What is known of a submitted transaction."""

    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"
    """Not known yet: ask again by transaction id, never guess."""


@dataclass(frozen=True, slots=True)
class TransactionOutcome:
    """What became of a transaction."""

    transaction_id: str
    finality: Finality
    code: str
    """Fabric's validation code by name, for example VALID or MVCC_READ_CONFLICT."""
    block: int | None


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
