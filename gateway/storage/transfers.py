"""Tables of transfers of home."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table, UniqueConstraint

from gateway.model.transfers import FoundFault, HandedMark, HomeTransfer, MovingCredit
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
handed_marks = Table(
    "handed_marks",
    mapper.metadata,
    Column("enrolment", _KEY, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
found_faults = Table(
    "found_faults",
    mapper.metadata,
    Column("enrolment", _KEY, primary_key=True),
    Column("transfer", Integer, primary_key=True),
    Column("piece", String(16), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("fault", String(16), nullable=False),
    Column("found_at", Instant, nullable=False),
)

mapper.map_imperatively(HomeTransfer, home_transfers)
mapper.map_imperatively(MovingCredit, moving_credits)
mapper.map_imperatively(HandedMark, handed_marks)
mapper.map_imperatively(FoundFault, found_faults)
