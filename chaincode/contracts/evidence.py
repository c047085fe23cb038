"""Checking opened evidence, and making the award that it gives."""

from chaincode.contracts.operation import Call
from chaincode.contracts.parties import Learning, require_key
from chaincode.domain import canonical
from chaincode.domain.check import Report, check_student
from chaincode.domain.commands.corrections import AcceptCorrection
from chaincode.domain.commands.credits import AwardCredit, AwardCreditPrivate, Evidence
from chaincode.domain.commitment import require_equal, result_commitment
from chaincode.domain.credit import Award
from chaincode.domain.enrolment import Work
from chaincode.domain.grade import Grade
from chaincode.domain.holding import Holding
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.sealed_value import seal_value


async def check_evidence(
    call: Call, learning: Learning, grade: Grade, opened: Evidence
) -> tuple[Report, Work]:
    """CheckStudent over the slots as they stand."""
    work = await call.ledger.load(Work, sibling(learning.enrolment.key, Kind.WORK))
    report = check_student(
        enrolment=learning.enrolment,
        course=learning.course,
        work=work,
        grade=grade,
        opened_grades=opened.grades,
        opened_work=opened.works,
    )
    return report, work


async def award_of(
    call: Call,
    learning: Learning,
    holding: Holding,
    command: AwardCredit | AcceptCorrection,
    private: AwardCreditPrivate,
    *,
    mark: int,
    work: Work,
) -> Award:
    """Store the result sealed at the two universities, and commit to it.

    Raises:
        CommitmentMismatch: the command commits to another result, or the key is another.
        PrivateInputForbidden: this peer's member is no party.
    """
    enrolment, place = learning.enrolment, holding.credit.key
    computed = result_commitment(
        enrolment=enrolment.key, mark=mark, salt=bytes.fromhex(private.result_salt)
    )
    require_equal(command.result_commitment, computed, field="result_commitment")
    sealed = seal_value(
        require_key(call, enrolment, private.enrolment_key),
        transaction_id=call.ledger.transaction_id,
        place=place,
        plaintext=canonical.encode({"mark": mark, "salt": private.result_salt}),
    )
    await call.ledger.put_private(enrolment.parties, place, sealed)
    return Award(
        credits=learning.course.content.credits,
        result_commitment=command.result_commitment,
        work_version=work.version,
        grade_version=holding.grade.version,
        grade_entries=len(holding.grade.entries),
        by=call.caller.account,
        at=call.ledger.now,
    )
