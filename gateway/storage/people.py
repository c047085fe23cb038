"""Tables of people. All that is personal stands in tables whose names begin with `personal_`."""

from sqlalchemy import Boolean, Column, Integer, LargeBinary, String, Table, Text

from gateway.model.people import (
    AccessToken,
    Account,
    AccountPurpose,
    AccountState,
    ActivationCode,
    Application,
    ApplicationStatus,
    EscrowShareRow,
    LoginAttempts,
    MemberKey,
    MemberKeyUse,
    Person,
    PersonStatus,
)
from gateway.storage.types import Instant, choice, mapper, reference

persons = Table(
    "personal_persons",
    mapper.metadata,
    Column("id", String(32), primary_key=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("status", choice(PersonStatus), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("passphrase_hash", String(200)),
)
applications = Table(
    "personal_applications",
    mapper.metadata,
    Column("id", String(32), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("login", String(64), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("documents", Text, nullable=False),
    Column("status", choice(ApplicationStatus), nullable=False, index=True),
    Column("submitted_at", Instant, nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", String(32)),
    Column("reason", String(500)),
    Column("person", reference("personal_persons.id")),
)
accounts = Table(
    "accounts",
    mapper.metadata,
    Column("key", String(96), primary_key=True),
    Column("person", reference("personal_persons.id"), nullable=False, index=True),
    Column("purpose", choice(AccountPurpose), nullable=False),
    Column("teaching", String(40)),
    Column("role", String(16), nullable=False),
    Column("state", choice(AccountState), nullable=False),
    Column("certificate", LargeBinary, nullable=False),
    Column("sealing_key", String(4096), nullable=False),
    Column("sealed_signing_key", LargeBinary, nullable=False),
    Column("sealed_sealing_key", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
)
activation_codes = Table(
    "activation_codes",
    mapper.metadata,
    Column("person", reference("personal_persons.id"), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("sealed_code", LargeBinary),
    Column("expires_at", Instant, nullable=False),
    Column("used", Boolean, nullable=False),
)
tokens = Table(
    "tokens",
    mapper.metadata,
    Column("digest", String(64), primary_key=True),
    Column("person", reference("personal_persons.id"), nullable=False, index=True),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)
login_attempts = Table(
    "login_attempts",
    mapper.metadata,
    Column("login_digest", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("blocked_until", Instant),
    Column("last_at", Instant, nullable=False, index=True),
)
member_keys = Table(
    "member_keys",
    mapper.metadata,
    Column("key_id", String(64), primary_key=True),
    Column("use", choice(MemberKeyUse), nullable=False),
    Column("public", String(4096), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
)
escrow_shares = Table(
    "escrow_shares",
    mapper.metadata,
    Column("evidence_key", String(64), primary_key=True),
    Column("administrator", String(96), primary_key=True),
    Column("document", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

mapper.map_imperatively(Person, persons)
mapper.map_imperatively(Application, applications)
mapper.map_imperatively(Account, accounts)
mapper.map_imperatively(ActivationCode, activation_codes)
mapper.map_imperatively(AccessToken, tokens)
mapper.map_imperatively(LoginAttempts, login_attempts)
mapper.map_imperatively(MemberKey, member_keys)
mapper.map_imperatively(EscrowShareRow, escrow_shares)
