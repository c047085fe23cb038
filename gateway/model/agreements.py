"""What a gateway keeps of learning agreements, beside the ledger."""

from dataclasses import dataclass
from datetime import datetime


@dataclass
class KnownAgreement:
    """An agreement of one of this member's students, or one that home told this host of.

    It says nothing about what holds: readers look for the record on the ledger.
    """

    agreement: str
    """Ledger key."""
    person: str | None
    """At home: the person id of the student. At the host: None."""
    known_since: datetime


@dataclass
class AgreementBasis:
    """A record that an agreement rests on, as its parties were told of it last."""

    agreement: str
    """Ledger key."""
    enrolment: str
    """Ledger key of the student's enrolment in a course of table A."""
    key: str
    """Ledger key of the record."""
    version: int
    """0 where there was none, or nothing was said of it."""
