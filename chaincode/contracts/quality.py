"""CertifyCourse and WithdrawCertification."""

from chaincode.contracts.operation import Call, Operations
from chaincode.contracts.speaking import require_speaks
from chaincode.domain.caller import Role
from chaincode.domain.certification import Certification, CertificationStatus
from chaincode.domain.commands.quality import CertifyCourse, WithdrawCertification
from chaincode.domain.constitution import MemberKind
from chaincode.domain.course import Course
from chaincode.domain.errors import NotParty
from chaincode.domain.keys import Kind, split_key, word_key

operations = Operations()


@operations.writes(Role.REGISTRAR, Role.SUPERVISOR)
async def certify_course(call: Call, command: CertifyCourse) -> None:
    """Another university, or an authority, certifies an approved course version as seen."""
    certifier = require_speaks(call)
    call.constitution.require_kind(certifier, MemberKind.UNIVERSITY, MemberKind.AUTHORITY)
    if split_key(command.course).owner == certifier:
        raise NotParty("nobody certifies its own course", field="course")
    course = await call.ledger.load(Course, command.course)
    course.require_approved(command.course_digest)
    certification = Certification(
        key=word_key(Kind.CERTIFICATION, command.course, certifier),
        version=1,
        operation=command.operation,
        course=command.course,
        course_digest=command.course_digest,
        certifier=certifier,
        status=CertificationStatus.IN_FORCE,
        by=call.caller.account,
        at=call.ledger.now,
        withdrawal=None,
    )
    # Under the majority: its own member alone could bring a withdrawn one back unseen.
    await call.ledger.create(certification, changed_by=None)


@operations.writes(Role.REGISTRAR, Role.SUPERVISOR)
async def withdraw_certification(call: Call, command: WithdrawCertification) -> None:
    """The member that certified takes it back, for good."""
    certifier = require_speaks(call)
    certification = await call.ledger.load(Certification, command.certification)
    if certification.certifier != certifier:
        raise NotParty("another member certified this", field="certification")
    certification.expect(command.expected_version)
    await call.ledger.replace(
        certification.withdrawn(
            reason=command.reason,
            by=call.caller.account,
            at=call.ledger.now,
            operation=command.operation,
        )
    )
