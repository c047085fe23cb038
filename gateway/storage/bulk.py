"""Tables of plans in bulk."""

from sqlalchemy import JSON, Column, Index, Integer, LargeBinary, String, Table

from gateway.model.bulk import BulkItem, BulkItemState, BulkKind, BulkPlan, BulkStatus
from gateway.storage.types import Instant, choice, mapper, reference

bulk_plans = Table(
    "bulk_plans",
    mapper.metadata,
    Column("id", String(32), primary_key=True),
    Column("person", String(32), nullable=False, index=True),
    Column("kind", choice(BulkKind), nullable=False),
    Column("status", choice(BulkStatus), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("finished_at", Instant),
    Column("sealed", LargeBinary, nullable=False),
)
bulk_items = Table(
    "bulk_items",
    mapper.metadata,
    Column("plan", reference("bulk_plans.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("state", choice(BulkItemState), nullable=False),
    Column("operation", String(32)),
    Column("problem", JSON(none_as_null=True)),
    Column("sealed", LargeBinary, nullable=False),
    Index("ix_bulk_items_state", "plan", "state"),
)

mapper.map_imperatively(BulkPlan, bulk_plans)
mapper.map_imperatively(BulkItem, bulk_items)
