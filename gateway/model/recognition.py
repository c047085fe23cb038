"""What a gateway keeps of recognition, beside the ledger.

Who applied, and which credits belong together, stands nowhere on the ledger: it is known at the
student's home and at the decider alone. A row says nothing about what holds; readers look for the
records on the ledger first.
"""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class RecognitionApplication:
    """A student asks a decider to recognise some credits; kept at home and at the decider."""

    id: str
    """Random, 32 hexadecimal digits; the same at both."""
    person: str | None
    """At home: the person id of the student."""
    student: str
    """Tells the applications of one student apart from others', for this decider alone."""
    home: str
    """MSP id."""
    decider: str
    """MSP id."""
    programme: str
    """Ledger key of the programme version that the credits shall count towards."""
    rule: str
    """Ledger key of the rule version."""
    agreement: str | None
    """Ledger key of the learning agreement that it fulfils."""
    created_at: datetime
    decision: str | None = None
    """Ledger key of the decision; elsewhere than at the decider, once it was told."""
    open: bool = True
    """At the decider: whether the worker has anything left to do about it."""
    problem: str | None = None
    """At the decider: the code of what holds it up."""


@dataclass
class AppliedCredit:
    """One credit of an application."""

    application: str
    enrolment: str
    """Ledger key."""
    number: int
    """Of the holder's permission among the credit's redemptions: it serves this one application."""
    amount: int
    """Hundredths."""


@dataclass
class ShownResult:
    """At a decider that is not home: a final mark, opened and held to the ledger's commitment."""

    enrolment: str
    commitment: str
    """The award's result commitment, 64 hexadecimal digits."""
    sealed: bytes = field(repr=False)
    """Mark and salt, encrypted by the secret box."""


@dataclass
class KeptRevision:
    """What one revision of a decision was made on, and what it said: all that a replay needs."""

    decision: str
    """Ledger key."""
    number: int
    sealed: bytes = field(repr=False)
    """Facts, verdict and salts, encrypted by the secret box."""


@dataclass
class ShownDecision:
    """At a home that is not the decider: what the decider said, held to the ledger's commitment."""

    application: str
    number: int
    """Of the revision; later ones replace earlier ones."""
    sealed: bytes = field(repr=False)
    """Verdict and salt, encrypted by the secret box."""


@dataclass
class DecisionInput:
    """A record that a decision was made on, so that what depends on a change is found."""

    decision: str
    key: str
    """Ledger key."""
    version: int
    """The version that the last revision read; 0 where there was no record."""


@dataclass
class DecisionLink:
    """The salt that binds a decision to one credit: opens a redemption's commitment."""

    decision: str
    enrolment: str
    sealed: bytes = field(repr=False)
    """32 bytes, encrypted by the secret box."""


@dataclass
class Notice:
    """Something that somebody must see: what a decision or an agreement rests on changed."""

    id: str
    person: str | None
    """Person id of a student; None means the member's registrars."""
    decision: str
    """Ledger key; that of the agreement where nothing is decided yet."""
    sealed: bytes = field(repr=False)
    """What it says, encrypted by the secret box."""
    created_at: datetime
    seen_at: datetime | None = None


@dataclass
class StudyPlan:
    """At the decider: when an applicant takes what, as a registrar stated it last."""

    application: str
    stated_by: str
    """Person id of the registrar."""
    stated_at: datetime
    sealed: bytes = field(repr=False)
    """The plan, encrypted by the secret box."""
