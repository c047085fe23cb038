"""What the old home tells the new one of a student whom it released, and hands over with her.

What links a student's credits, or holds marks, is sealed to the new home's intake key.
"""

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from chaincode.domain.commands.base import Arguments
from chaincode.domain.keys import AccountKey, EnrolmentKey, RequestKey
from chaincode.domain.values import Number, RandomId
from gateway.evidence.opening import SealedDocument
from gateway.services.placed_messages import PlacedMessage
from gateway.services.transfers.held import HeldValues

RELEASED_MESSAGE: Final = "student-released"
CREDIT_MESSAGE: Final = "credit-handed-over"
WORK_MESSAGE: Final = "work-handed-over"
EVIDENCE_MESSAGE: Final = "evidence-handed-over"
HELD_PURPOSE: Final = "held-values"
MAX_REQUESTS: Final = 100
"""The latest of one credit."""


class ReleasedCredit(Arguments):
    """One credit; what a home holds of it comes in messages of its own."""

    enrolment: EnrolmentKey
    number: Number
    """Of the entry in the credit's transfers."""
    student: AccountKey
    """At the new home."""


class ReleasedStudent(Arguments):
    """All that the old home lets go together."""

    transfer: RandomId
    name: Annotated[str, StringConstraints(min_length=1, max_length=400), Field(repr=False)]
    """By which the old home knows the student: a registrar of the new home compares."""
    credits: Annotated[tuple[ReleasedCredit, ...], Field(min_length=1, max_length=50)]


class ReleasedMessage(PlacedMessage):
    """A sealed release."""

    transfer: RandomId


class HandedCredit(HeldValues):
    """The values of one credit, and the verification requests that came to the old home."""

    number: Number
    """Of the entry in the credit's transfers."""
    requests: Annotated[tuple[RequestKey, ...], Field(max_length=MAX_REQUESTS)]


class CreditMessage(PlacedMessage):
    """One credit's values, sealed."""

    enrolment: EnrolmentKey


class HeldMessage(PlacedMessage):
    """The answer of a party of the enrolment to the home that its credit has now."""

    enrolment: EnrolmentKey


class HandedWork(Arguments):
    """One piece of work with a wrap for the new home; its body was moved before."""

    enrolment: EnrolmentKey
    number: Number
    """Of the entry in the credit's transfers."""
    work: Number
    """Of the entry in the work slot."""
    document: SealedDocument


class SealedEvidence(Arguments):
    """What a holder sealed to a requester: unreadable to both homes."""

    request: RequestKey
    sealed: str


class HandedEvidence(Arguments):
    """Evidence that a holder consented to show, for the requester to find at the new home."""

    enrolment: EnrolmentKey
    number: Number
    """Of the entry in the credit's transfers."""
    operation: RandomId
    """The holder's answer that made it."""
    evidence: SealedEvidence
