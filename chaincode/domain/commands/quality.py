"""Certificates of the quality of courses."""

from chaincode.domain.certification import CertificationWithdrawal
from chaincode.domain.commands.base import Command
from chaincode.domain.keys import CertificationKey, CourseKey
from chaincode.domain.values import Digest, Version


class CertifyCourse(Command):
    """A member certifies the content of another's course version, as seen."""

    course: CourseKey
    course_digest: Digest


class WithdrawCertification(Command):
    """The certifier takes its certificate back."""

    certification: CertificationKey
    expected_version: Version
    reason: CertificationWithdrawal
