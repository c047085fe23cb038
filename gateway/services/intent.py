"""What a use case hands to the operations: calls, rows and messages that belong together."""

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from chaincode.domain.commands.base import Arguments, Command
from chaincode.domain.json_value import JsonValue
from gateway.model.operations import Operation
from gateway.services.ports import Session

GATEWAY: Final = "gateway"
"""In place of an account or person: the gateway's own identity acts."""


def new_id() -> str:
    """Draw 128 random bits, 32 hexadecimal digits."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class LedgerCall:
    """One transaction, signed by the key of one account."""

    account: str
    """Ledger key of an account of the intent's person, or `GATEWAY`."""
    command: Command
    """Its `operation` is the intent's `operation`."""
    private: Arguments | None = None
    """Private inputs; stored encrypted, sent as transient data only."""
    endorsers: tuple[str, ...] | None = None
    """MSP ids: named exactly where there are private inputs (home and teaching)."""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message that leaves for another member's gateway once the operation has committed."""

    recipient: str
    """MSP id."""
    kind: str
    document: Mapping[str, JsonValue]
    """Holds nothing secret in clear: seal it to the recipient first."""
    body: str | None = None
    """Digest of a stored sealed body that has to arrive before the message."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens in the database when the operation is final: an `EffectHandler` by name."""

    name: str
    arguments: Mapping[str, JsonValue] = field(default_factory=dict)
    """Stored in clear: ids, nothing secret."""


class EffectHandler(Protocol):
    """Changes rows in the same transaction that makes an operation final."""

    async def committed(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """Every call of the operation is on the ledger."""

    async def refused(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """A call was refused. Calls before it stand."""


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """Who asked for a write, and how the same request is recognised."""

    person: str
    """Person id, or `GATEWAY`."""
    idempotency_key: str | None
    request_digest: str
    """SHA-256 over method, path and body, 64 hexadecimal digits."""
    wait_seconds: float = 10.0
    """How long the caller waits for the outcome."""


def with_content(request: WriteRequest, content_digest: str) -> WriteRequest:
    """The same request, told apart by a streamed body too (its SHA-256, hexadecimal)."""
    both = f"{request.request_digest}\x00{content_digest}"
    return replace(request, request_digest=hashlib.sha256(both.encode()).hexdigest())


@dataclass(frozen=True, slots=True)
class Intent:
    """Everything that one write does. All of it is stored at once, or nothing."""

    operation: str
    """From `new_id()`; every command carries it."""
    kind: str
    """What the person wants, kebab-case, for example "propose-course"."""
    request: WriteRequest
    calls: tuple[LedgerCall, ...]
    """In order; each starts when the one before it has committed."""
    result: Mapping[str, JsonValue] = field(default_factory=dict)
    """Shown in the operation once it has committed: record ids."""
    messages: tuple[OutgoingMessage, ...] = ()
    rows: tuple[object, ...] = ()
    """Rows of `gateway.model` that are stored together with the operation."""
    effect: Effect | None = None
    guard: Callable[[Session], Awaitable[None]] | None = None
    """Checks and changes rows in the very transaction that stores the intent; what it raises
    undoes all of it. Not called where the same request came before."""
