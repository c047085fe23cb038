"""A credit moves to another home with its holder."""

from chaincode.domain.commands.base import Command
from chaincode.domain.keys import AccountKey, EnrolmentKey
from chaincode.domain.transfer import Faults
from chaincode.domain.values import Version


class RequestTransfer(Command):
    """The holder asks that the credit move to an account of the same person elsewhere."""

    enrolment: EnrolmentKey
    expected_version: Version | None
    """Of the credit's transfers, None where there are none yet."""
    student: AccountKey


class ReleaseStudent(Command):
    """A registrar of the old home lets the credit go."""

    enrolment: EnrolmentKey
    expected_version: Version


class AcceptTransfer(Command):
    """A registrar of the new home takes the credit in; the old home's redemptions fall."""

    enrolment: EnrolmentKey
    expected_version: Version
    faults: Faults = ()
    """What had not come of what the old home owes, or came altered, for all to see."""
