"""What a gateway keeps of enrolments, sealed work and verifications, beside the ledger.

A row says nothing about what holds: a write that was refused may leave rows behind, so readers
look for the record on the ledger first.
"""

from dataclasses import dataclass, field
from datetime import datetime

from chaincode.domain.json_value import JsonValue


@dataclass
class EnrolmentSecret:
    """The key of one enrolment, at its home and at its teaching university alike."""

    enrolment: str
    """Ledger key."""
    person: str | None
    """At home: the person id of the student, the only link from pseudonym to person."""
    course: str
    """Ledger key of the course version."""
    teaching: str
    """MSP id."""
    sealed_key: bytes = field(repr=False)
    """256 bits, encrypted by the secret box."""
    created_at: datetime


@dataclass
class SealedWork:
    """A sealed body that lies in this gateway's work store, and what it was committed as."""

    commitment: str
    """As on the ledger, 64 hexadecimal digits."""
    enrolment: str
    part: str
    body: str
    """SHA-256 of the sealed body: its address in the store."""
    size: int
    """Bytes of the sealed body."""
    received_at: datetime


@dataclass
class UnclaimedBody:
    """A body that another gateway moved here, and that no message has described yet."""

    body: str
    """SHA-256: its address in the store."""
    sender: str
    """MSP id."""
    charged: int
    """Bytes that count against the sender."""
    received_at: datetime


@dataclass
class WorkWrap:
    """The opening of one piece of work, sealed to one recipient."""

    commitment: str
    recipient: str
    """The recipient's key id, 64 hexadecimal digits."""
    sealed: str
    """HPKE ciphertext, base64url."""


@dataclass
class Assignment:
    """At the requester: which teacher reviews the evidence of a request."""

    request: str
    """Ledger key."""
    reviewer: str
    """Ledger key of the teacher's account."""


@dataclass
class ReceivedRequest:
    """At home: a request that concerns one of its students."""

    request: str
    """Ledger key."""
    enrolment: str
    person: str
    """Person id of the student."""
    received_at: datetime


@dataclass
class EvidenceBundle:
    """At home: evidence that the holder sealed to a requester, given out on consent alone."""

    operation: str
    """The holder's answer that made it."""
    request: str
    document: dict[str, JsonValue]
    """Sealed to the requester's intake key; nothing of it is readable here."""
    created_at: datetime


@dataclass
class Report:
    """At the requester: the words behind a finding's commitment."""

    commitment: str
    request: str
    sealed: bytes = field(repr=False)
    """Text and salt, encrypted by the secret box."""
