"""Tables of transfers of home."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table, UniqueConstraint

from gateway.model.transfers import HomeTransfer, MovingCredit
from gateway.storage.types import Instant, mapper

_KEY = String(128)
_MEMBER = String(40)

home_transfers = Table(
    "home_transfers",
    mapper.metadata,
    Column("id", String(32), primary_key=True),
    Column("person", String(32), nullable=False, index=True),
    Column("source", _MEMBER, nullable=False),
    Column("target", _MEMBER, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("sealed_name", LargeBinary),
)
moving_credits = Table(
    "moving_credits",
    mapper.metadata,
    Column("transfer", String(32), primary_key=True),
    Column("enrolment", _KEY, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("student", _KEY, nullable=False),
    UniqueConstraint("enrolment", "number"),
)

mapper.map_imperatively(HomeTransfer, home_transfers)
mapper.map_imperatively(MovingCredit, moving_credits)
