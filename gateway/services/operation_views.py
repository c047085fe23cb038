"""What the owner of an operation sees of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chaincode.domain.json_value import JsonValue
from gateway.model.operations import Operation, OperationCall, OperationStatus


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
    """An operation at one moment."""

    id: str
    kind: str
    person: str
    status: OperationStatus
    created_at: datetime
    result: dict[str, JsonValue]
    """Record ids; empty until it has committed."""
    transactions: tuple[TransactionView, ...]
    problem: dict[str, JsonValue] | None


def view_of(operation: Operation, calls: Sequence[OperationCall]) -> OperationView:
    """Show an operation: its result only once it holds."""
    committed = operation.status is OperationStatus.COMMITTED
    return OperationView(
        id=operation.id,
        kind=operation.kind,
        person=operation.person,
        status=operation.status,
        created_at=operation.created_at,
        result=dict(operation.result) if committed else {},
        transactions=tuple(
            TransactionView(
                call.function, call.transaction_id, call.block, tuple(call.endorsed_by), call.code
            )
            for call in calls
        ),
        problem=operation.problem,
    )
