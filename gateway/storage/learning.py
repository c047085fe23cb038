"""Tables of enrolments' keys, sealed work and verifications."""

from sqlalchemy import JSON, BigInteger, Column, LargeBinary, String, Table, Text

from gateway.model.learning import (
    Assignment,
    EnrolmentSecret,
    EvidenceBundle,
    ReceivedRequest,
    Report,
    SealedWork,
    UnclaimedBody,
    WorkWrap,
)
from gateway.storage.types import Instant, mapper

_KEY = String(96)
_DIGEST = String(64)

enrolment_secrets = Table(
    "enrolment_secrets",
    mapper.metadata,
    Column("enrolment", _KEY, primary_key=True),
    Column("person", String(32), index=True),
    Column("course", _KEY, nullable=False),
    Column("teaching", String(40), nullable=False),
    Column("sealed_key", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
)
sealed_work = Table(
    "sealed_work",
    mapper.metadata,
    Column("commitment", _DIGEST, primary_key=True),
    Column("enrolment", _KEY, nullable=False, index=True),
    Column("part", String(32), nullable=False),
    Column("body", _DIGEST, nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("received_at", Instant, nullable=False),
)
unclaimed_bodies = Table(
    "unclaimed_bodies",
    mapper.metadata,
    Column("body", _DIGEST, primary_key=True),
    Column("sender", String(40), nullable=False, index=True),
    Column("charged", BigInteger, nullable=False),
    Column("received_at", Instant, nullable=False),
)
work_wraps = Table(
    "work_wraps",
    mapper.metadata,
    Column("commitment", _DIGEST, primary_key=True),
    Column("recipient", _DIGEST, primary_key=True),
    Column("sealed", Text, nullable=False),
)
assignments = Table(
    "verification_assignments",
    mapper.metadata,
    Column("request", _KEY, primary_key=True),
    Column("reviewer", _KEY, nullable=False, index=True),
)
received_requests = Table(
    "received_requests",
    mapper.metadata,
    Column("request", _KEY, primary_key=True),
    Column("enrolment", _KEY, nullable=False),
    Column("person", String(32), nullable=False, index=True),
    Column("received_at", Instant, nullable=False),
)
evidence_bundles = Table(
    "evidence_bundles",
    mapper.metadata,
    Column("operation", String(32), primary_key=True),
    Column("request", _KEY, nullable=False, index=True),
    Column("document", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
)
reports = Table(
    "verification_reports",
    mapper.metadata,
    Column("commitment", _DIGEST, primary_key=True),
    Column("request", _KEY, nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
)

mapper.map_imperatively(EnrolmentSecret, enrolment_secrets)
mapper.map_imperatively(SealedWork, sealed_work)
mapper.map_imperatively(UnclaimedBody, unclaimed_bodies)
mapper.map_imperatively(WorkWrap, work_wraps)
mapper.map_imperatively(Assignment, assignments)
mapper.map_imperatively(ReceivedRequest, received_requests)
mapper.map_imperatively(EvidenceBundle, evidence_bundles)
mapper.map_imperatively(Report, reports)
