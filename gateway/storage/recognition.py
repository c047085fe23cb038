"""Tables of recognition: applications, what decisions were made on, notices."""

from sqlalchemy import Boolean, Column, Integer, LargeBinary, String, Table, UniqueConstraint

from gateway.model.recognition import (
    AppliedCredit,
    DecisionInput,
    DecisionLink,
    KeptRevision,
    Notice,
    RecognitionApplication,
    ShownDecision,
    ShownResult,
)
from gateway.storage.types import Instant, mapper

_ID = String(32)
_KEY = String(128)
_MEMBER = String(40)
_DIGEST = String(64)

recognition_applications = Table(
    "recognition_applications",
    mapper.metadata,
    Column("id", _ID, primary_key=True),
    Column("person", _ID, index=True),
    Column("student", _ID, nullable=False, index=True),
    Column("home", _MEMBER, nullable=False),
    Column("decider", _MEMBER, nullable=False),
    Column("programme", _KEY, nullable=False),
    Column("rule", _KEY, nullable=False),
    Column("agreement", _KEY),
    Column("created_at", Instant, nullable=False),
    Column("decision", _KEY, index=True),
    Column("open", Boolean, nullable=False, index=True),
    Column("problem", String(64)),
)
applied_credits = Table(
    "applied_credits",
    mapper.metadata,
    Column("application", _ID, primary_key=True),
    Column("enrolment", _KEY, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("amount", Integer, nullable=False),
    UniqueConstraint("enrolment", "number"),
)
shown_results = Table(
    "shown_results",
    mapper.metadata,
    Column("enrolment", _KEY, primary_key=True),
    Column("commitment", _DIGEST, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
kept_revisions = Table(
    "kept_revisions",
    mapper.metadata,
    Column("decision", _KEY, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
shown_decisions = Table(
    "shown_decisions",
    mapper.metadata,
    Column("application", _ID, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
decision_inputs = Table(
    "decision_inputs",
    mapper.metadata,
    Column("decision", _KEY, primary_key=True),
    Column("key", _KEY, primary_key=True, index=True),
    Column("version", Integer, nullable=False),
)
decision_links = Table(
    "decision_links",
    mapper.metadata,
    Column("decision", _KEY, primary_key=True),
    Column("enrolment", _KEY, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
notices = Table(
    "notices",
    mapper.metadata,
    Column("id", _ID, primary_key=True),
    Column("person", _ID, index=True),
    Column("decision", _KEY, nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant),
)

mapper.map_imperatively(RecognitionApplication, recognition_applications)
mapper.map_imperatively(AppliedCredit, applied_credits)
mapper.map_imperatively(ShownResult, shown_results)
mapper.map_imperatively(KeptRevision, kept_revisions)
mapper.map_imperatively(ShownDecision, shown_decisions)
mapper.map_imperatively(DecisionInput, decision_inputs)
mapper.map_imperatively(DecisionLink, decision_links)
mapper.map_imperatively(Notice, notices)
