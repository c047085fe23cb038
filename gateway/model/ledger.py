"""What passes between the use cases and the ledger."""

from dataclasses import dataclass
from enum import StrEnum


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
    """Fabric's Proposal message, signed as a whole; holds transient data: never store it."""


@dataclass(frozen=True, slots=True)
class Endorsed:
    """An endorsed transaction, ready to be signed and submitted; holds nothing private."""

    transaction_id: str
    envelope: bytes
    """The payload of Fabric's envelope, signed as a whole."""
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
