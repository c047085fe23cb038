"""What the old home tells the new one of a student whom it released.

Sealed to the new home's intake key: it links credits of one student to her name, and holds marks.
"""

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from chaincode.domain.commands.base import Arguments
from chaincode.domain.keys import AccountKey, EnrolmentKey
from chaincode.domain.values import Number, RandomId
from gateway.services.recognition.incoming import ShownMark

RELEASED_MESSAGE: Final = "student-released"


class ReleasedCredit(Arguments):
    """One credit; without a result the new home knows no mark."""

    enrolment: EnrolmentKey
    number: Number
    """Of the entry in the credit's transfers."""
    student: AccountKey
    """At the new home."""
    result: ShownMark | None


class ReleasedStudent(Arguments):
    """All that the old home lets go together."""

    transfer: RandomId
    name: Annotated[str, StringConstraints(min_length=1, max_length=400), Field(repr=False)]
    """By which the old home knows the student: a registrar of the new home compares."""
    credits: Annotated[tuple[ReleasedCredit, ...], Field(min_length=1, max_length=50)]


class ReleasedMessage(Arguments):
    """A sealed release."""

    transfer: RandomId
    sealed: str
