"""The tables of learning agreements."""

from sqlalchemy import Column, Integer, String, Table

from gateway.model.agreements import AgreementBasis, KnownAgreement
from gateway.storage.types import Instant, mapper

known_agreements = Table(
    "known_agreements",
    mapper.metadata,
    Column("agreement", String(96), primary_key=True),
    Column("person", String(32), index=True),
    Column("known_since", Instant, nullable=False),
)
agreement_bases = Table(
    "agreement_bases",
    mapper.metadata,
    Column("agreement", String(128), primary_key=True),
    Column("enrolment", String(128), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("version", Integer, nullable=False),
)

mapper.map_imperatively(KnownAgreement, known_agreements)
mapper.map_imperatively(AgreementBasis, agreement_bases)
