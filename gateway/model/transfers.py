"""What a gateway keeps of students who change their home, beside the ledger.

Which credits move together stands nowhere on the ledger: it is known at both homes alone.
"""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class HomeTransfer:
    """A student takes credits along to another home; kept at the old home and at the new one."""

    id: str
    """Random, 32 hexadecimal digits; the same at both."""
    person: str
    """The student's person id at the gateway that keeps the row."""
    source: str
    """MSP id of the old home."""
    target: str
    """MSP id of the new home."""
    created_at: datetime
    sealed_name: bytes | None = field(default=None, repr=False)
    """At the new home: the name that the old home knows the student by, encrypted by the box."""


@dataclass
class MovingCredit:
    """One credit that moves. What became of it stands on the ledger."""

    transfer: str
    enrolment: str
    """Ledger key."""
    number: int
    """Of the entry in the credit's transfers."""
    student: str
    """Ledger key of the account at the new home."""


@dataclass
class HandedMark:
    """At a home that holds no collection with it: a mark, opened and held to its commitment."""

    enrolment: str
    """Ledger key."""
    number: int
    """Of the grade in its slot."""
    sealed: bytes = field(repr=False)
    """Mark and salt, encrypted by the secret box."""


@dataclass
class FoundFault:
    """At the new home: something that the old one handed over otherwise than the ledger has it."""

    enrolment: str
    """Ledger key."""
    transfer: int
    """Number of the entry in the credit's transfers."""
    piece: str
    """`chaincode.domain.transfer.PieceKind`."""
    number: int
    """Of the grade or the work in its slot, 0 for key and result."""
    fault: str
    """`chaincode.domain.transfer.FaultKind`."""
    found_at: datetime
