"""Tables of operations, their calls, and the messages between gateways."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from gateway.model.operations import (
    CallState,
    InboxMessage,
    Nonce,
    Operation,
    OperationCall,
    OperationStatus,
    OutboxMessage,
)
from gateway.storage.types import Instant, choice, mapper, reference

operations = Table(
    "operations",
    mapper.metadata,
    Column("id", String(32), primary_key=True),
    Column("person", String(32), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("idempotency_key", String(255), nullable=False),
    Column("sealed_request", LargeBinary, nullable=False),
    Column("status", choice(OperationStatus), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("result", JSON, nullable=False),
    Column("problem", JSON(none_as_null=True)),
    Column("effect", String(64)),
    Column("effect_arguments", JSON, nullable=False),
    UniqueConstraint("person", "idempotency_key"),
)
operation_calls = Table(
    "operation_calls",
    mapper.metadata,
    Column("operation", reference("operations.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("function", String(64), nullable=False),
    Column("account", String(96), nullable=False),
    Column("command", LargeBinary, nullable=False),
    Column("sealed_private", LargeBinary),
    Column("endorsers", JSON(none_as_null=True)),
    Column("state", choice(CallState), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("transaction_id", String(64)),
    Column("envelope", LargeBinary),
    Column("signature", LargeBinary),
    Column("endorsed_by", JSON, nullable=False),
    Column("block", Integer),
    Column("code", String(64)),
)
outbox = Table(
    "outbox",
    mapper.metadata,
    Column("id", String(32), primary_key=True),
    Column("operation", reference("operations.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("recipient", String(40), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("document", JSON, nullable=False),
    Column("body", String(64)),
    Column("active", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Instant, nullable=False),
    Column("delivered_at", Instant),
    Column("problem", String(500)),
    Index("ix_outbox_due", "active", "delivered_at", "next_attempt_at"),
)
inbox = Table(
    "inbox",
    mapper.metadata,
    Column("sender", String(40), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("received_at", Instant, nullable=False),
)
nonces = Table(
    "nonces",
    mapper.metadata,
    Column("sender", String(128), primary_key=True),
    Column("nonce", String(64), primary_key=True),
    Column("expires_at", Instant, nullable=False, index=True),
)

mapper.map_imperatively(Operation, operations)
mapper.map_imperatively(OperationCall, operation_calls)
mapper.map_imperatively(OutboxMessage, outbox)
mapper.map_imperatively(InboxMessage, inbox)
mapper.map_imperatively(Nonce, nonces)
