"""Corrections after the award."""

from chaincode.domain.commands.base import Command
from chaincode.domain.commands.credits import AwardCreditPrivate
from chaincode.domain.keys import EnrolmentKey
from chaincode.domain.values import Digest, Version


class AcceptCorrection(Command):
    """Home's registrar accepts corrected grades: the award is replaced by what they give."""

    enrolment: EnrolmentKey
    expected_version: Version
    work_version: Version
    grade_version: Version
    result_commitment: Digest


class AcceptCorrectionPrivate(AwardCreditPrivate):
    """The corrected evidence, opened, with a new salt for the new result."""
