"""The table of learning agreements."""

from sqlalchemy import Column, String, Table

from gateway.model.agreements import KnownAgreement
from gateway.storage.types import Instant, mapper

known_agreements = Table(
    "known_agreements",
    mapper.metadata,
    Column("agreement", String(96), primary_key=True),
    Column("person", String(32), index=True),
    Column("known_since", Instant, nullable=False),
)

mapper.map_imperatively(KnownAgreement, known_agreements)
