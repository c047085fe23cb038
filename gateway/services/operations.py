"""Writes are operations: stored before they are sent, resolved after any crash."""

from dataclasses import dataclass
from datetime import datetime

from chaincode.domain.json_value import JsonValue
from gateway.model.operations import OperationStatus
from gateway.services.intent import Intent, WriteRequest


@dataclass(frozen=True, slots=True)
class TransactionView:
    """One transaction of an operation, as far as it is known."""

    function: str
    transaction_id: str | None
    block: int | None
    endorsed_by: tuple[str, ...]
    code: str | None


@dataclass(frozen=True, slots=True)
class OperationView:
    """What the owner of an operation sees of it."""

    id: str
    kind: str
    person: str
    status: OperationStatus
    created_at: datetime
    result: dict[str, JsonValue]
    transactions: tuple[TransactionView, ...]
    problem: dict[str, JsonValue] | None


class Operations:
    """Accepts intents and brings each to its end exactly once."""

    async def repeated(self, request: WriteRequest) -> OperationView | None:
        """The operation that the same request made before, waited for as `accept` waits.

        For use cases that do costly things before `accept`; None where the request is new.

        Raises:
            IdempotencyKeyReused: the key stands for another request.
        """
        raise NotImplementedError

    async def accept(self, intent: Intent) -> OperationView:
        """Store an intent, start it, and wait at most `intent.request.wait_seconds`.

        The same idempotency key and digest give the operation that was made before; the new
        intent is dropped.

        Raises:
            IdempotencyKeyReused: the key stands for another request.
        """
        raise NotImplementedError

    async def view(self, operation: str, *, person: str) -> OperationView:
        """An operation as its owner sees it.

        Raises:
            NotFound: there is none, or it is another person's.
        """
        raise NotImplementedError
