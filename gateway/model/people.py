"""People, their applications and accounts, and what they log in with.

Plain dataclasses: `gateway.storage` maps them to tables. Times are aware, UTC, whole seconds.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class PersonStatus(StrEnum):
    """invited → active → closed."""

    INVITED = "invited"
    ACTIVE = "active"
    CLOSED = "closed"


@dataclass
class Person:
    """Somebody of this member. Personal data: name and login stand here and nowhere else."""

    id: str
    """Random, 32 hexadecimal digits."""
    login: str
    name: str
    role: str
    """registrar, teacher, student or supervisor."""
    status: PersonStatus
    created_at: datetime
    passphrase_hash: str | None = field(default=None, repr=False)
    """argon2id, PHC string; None until activation."""


class ApplicationStatus(StrEnum):
    """submitted → approving → approved, or refused."""

    SUBMITTED = "submitted"
    APPROVING = "approving"
    """An operation that registers the account is under way."""
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass
class Application:
    """Somebody asks to become a student or teacher of this member. Personal data."""

    id: str
    role: str
    login: str
    name: str
    documents: str
    """What the applicant says about the documents that prove identity or qualification."""
    status: ApplicationStatus
    submitted_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None
    """Person id of the registrar."""
    reason: str | None = None
    person: str | None = None
    """The person made by the approval."""


class AccountPurpose(StrEnum):
    """What an account is for."""

    HOME = "home"
    """The person's account at its own member."""
    PSEUDONYM = "pseudonym"
    """A student's account towards one teaching university."""
    TRANSFER = "transfer"
    """A student's account that credits earned under another home move to."""


class AccountState(StrEnum):
    """Whether the ledger knows the account."""

    PENDING = "pending"
    REGISTERED = "registered"
    ACTIVE = "active"
    REFUSED = "refused"
    CLOSED = "closed"


@dataclass
class Account:
    """A ledger account of a person of this member, with its managed keys, encrypted."""

    key: str
    """The ledger key `account/<MSPID>/<random>`."""
    person: str
    purpose: AccountPurpose
    teaching: str | None
    """For a pseudonym: the MSP id of the teaching university."""
    role: str
    state: AccountState
    certificate: bytes
    """X.509, PEM."""
    sealing_key: str
    """The public HPKE key, base64url, as published."""
    sealed_signing_key: bytes = field(repr=False)
    """PKCS 8 DER, encrypted by the secret box."""
    sealed_sealing_key: bytes = field(repr=False)
    """The HPKE seed, encrypted by the secret box."""
    created_at: datetime


@dataclass
class ActivationCode:
    """A one-time code by which a person takes over an account."""

    person: str
    digest: str = field(repr=False)
    """Of the code and the person id."""
    sealed_code: bytes | None = field(repr=False)
    """The code for a repeated answer to the same request; erased when it is used."""
    expires_at: datetime
    used: bool = False


@dataclass
class AccessToken:
    """An opaque bearer token; only its digest is kept."""

    digest: str
    person: str
    issued_at: datetime
    expires_at: datetime


@dataclass
class LoginAttempts:
    """Failed attempts for one login name, known or not: the key is its SHA-256."""

    login_digest: str
    failures: int
    blocked_until: datetime | None
    last_at: datetime


class MemberKeyUse(StrEnum):
    """What a key of the university itself is for."""

    INTAKE = "intake"


@dataclass
class MemberKey:
    """A sealing key of the university itself, encrypted; a replaced one stays to open old work."""

    key_id: str
    use: MemberKeyUse
    public: str
    """base64url, as published."""
    sealed: bytes = field(repr=False)
    created_at: datetime


@dataclass
class EscrowShareRow:
    """One administrator's share of the evidence key; nothing of it is secret."""

    evidence_key: str
    """Key id of the evidence key."""
    administrator: str
    """Ledger key of the administrator's account."""
    document: str
    """`gateway.evidence.escrow.EscrowShare`, JSON."""
    created_at: datetime
