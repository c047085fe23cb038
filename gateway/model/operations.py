"""Operations, their ledger calls, and the messages that leave when they commit."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chaincode.domain.json_value import JsonValue


class OperationStatus(StrEnum):
    """accepted → pending → committed | refused; the last two are final."""

    ACCEPTED = "accepted"
    """Stored; nothing was sent."""
    PENDING = "pending"
    """Under way, or waiting for an outcome that is not known yet."""
    COMMITTED = "committed"
    REFUSED = "refused"

    @property
    def final(self) -> bool:
        """Whether it will not change any more."""
        return self in (OperationStatus.COMMITTED, OperationStatus.REFUSED)


class CallState(StrEnum):
    """waiting → endorsed → committed | refused."""

    WAITING = "waiting"
    """Nothing of it was submitted: it may be prepared anew."""
    ENDORSED = "endorsed"
    """The signed envelope is stored and may have been submitted: only its outcome counts."""
    COMMITTED = "committed"
    REFUSED = "refused"


@dataclass
class Operation:
    """One intent of one person: stored before anything is sent."""

    id: str
    """32 hexadecimal digits; the commands on the ledger carry it."""
    person: str
    """Person id, or `GATEWAY` where the gateway acts by itself."""
    kind: str
    idempotency_key: str
    """The caller's, else the operation's own id."""
    sealed_request: bytes = field(repr=False)
    """Digest of the request, encrypted: of few possible bodies, a digest tells which it was."""
    status: OperationStatus
    created_at: datetime
    finished_at: datetime | None
    result: dict[str, JsonValue]
    """What the answer shows once committed: record ids."""
    problem: dict[str, JsonValue] | None
    """code, detail, field, facts of the refusal."""
    effect: str | None
    effect_arguments: dict[str, JsonValue]


@dataclass
class OperationCall:
    """One transaction of an operation."""

    operation: str
    position: int
    function: str
    account: str
    """Ledger key of the account whose key signs, or `GATEWAY`."""
    command: bytes
    """Canonical JSON."""
    sealed_private: bytes | None = field(repr=False)
    """The private inputs' canonical JSON, encrypted by the secret box; None without."""
    endorsers: list[str] | None
    state: CallState
    attempts: int
    transaction_id: str | None
    envelope: bytes | None = field(repr=False)
    signature: bytes | None = field(repr=False)
    endorsed_by: list[str]
    block: int | None
    code: str | None
    """Fabric's validation code, once known."""


@dataclass
class OutboxMessage:
    """A message to another member's gateway, delivered until acknowledged."""

    id: str
    operation: str
    position: int
    recipient: str
    """MSP id."""
    kind: str
    document: dict[str, JsonValue]
    body: str | None
    """Digest of a stored body that is moved before the message."""
    active: bool
    """False until the operation has committed."""
    attempts: int
    next_attempt_at: datetime
    delivered_at: datetime | None
    problem: str | None
    """Why the last attempt failed, for operators."""


@dataclass
class InboxMessage:
    """A message that was taken: the second copy of it changes nothing."""

    id: str
    sender: str
    received_at: datetime


@dataclass
class Nonce:
    """A nonce of a signed request, kept until its signature is too old anyway."""

    sender: str
    nonce: str
    expires_at: datetime
