"""Rulings of an authority."""

from chaincode.domain.commands.base import Command
from chaincode.domain.keys import EnrolmentKey
from chaincode.domain.ruling import RulingKind, RulingReason
from chaincode.domain.values import Version


class RuleOnCredit(Command):
    """An authority suspends a credit, lifts that, or revokes the credit."""

    enrolment: EnrolmentKey
    expected_version: Version | None
    """Of the credit's rulings, None where there are none yet."""
    credit_version: Version
    """The credit as the authority has seen it."""
    ruling: RulingKind
    reason: RulingReason
    gives_back: bool = False
