"""ApplyForCredit, CheckStudent, AwardCredit."""

from collections.abc import Mapping

from chaincode.contracts.operation import Call, Operations
from chaincode.contracts.parties import Learning, load_learning, require_key
from chaincode.domain import canonical
from chaincode.domain.caller import Role
from chaincode.domain.check import Report, check_student
from chaincode.domain.commands.credits import (
    ApplyForCredit,
    AwardCredit,
    AwardCreditPrivate,
    CheckStudent,
    Evidence,
)
from chaincode.domain.commitment import require_equal, result_commitment
from chaincode.domain.credit import Award, Credit
from chaincode.domain.enrolment import Work
from chaincode.domain.errors import NotParty, WrongState
from chaincode.domain.grade import Grade
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.sealed_value import seal_value

operations = Operations()


@operations.writes(Role.STUDENT)
async def apply_for_credit(call: Call, command: ApplyForCredit) -> None:
    """The student applies once every part is graded, and with that consents to the award."""
    learning = await load_learning(call, command.enrolment)
    enrolment = learning.enrolment
    enrolment.require_student(call.caller)
    enrolment.require_admitted()
    grade = await call.ledger.load(Grade, sibling(enrolment.key, Kind.GRADE))
    grade.expect(command.grade_version, field="grade_version")
    standing = {part.id for part in learning.course.content.parts if grade.stands(part.id)}
    missing = [part.id for part in learning.course.content.parts if part.id not in standing]
    if missing:
        raise WrongState(
            f"not graded, or not reviewed yet: {', '.join(missing)}",
            facts={"missing": list(missing)},
        )
    credit = await call.ledger.load(Credit, sibling(enrolment.key, Kind.CREDIT))
    credit.expect(command.expected_version)
    await call.ledger.replace(
        credit.applied(grades=grade.version, at=call.ledger.now, operation=command.operation)
    )


@operations.reads(Role.REGISTRAR, Role.TEACHER, Role.STUDENT, Role.SUPERVISOR, private=Evidence)
async def check_student_(
    call: Call, command: CheckStudent, private: Evidence
) -> Mapping[str, JsonValue]:
    """The paper's CheckStudent: opened evidence against the ledger, check by check."""
    learning = await load_learning(call, command.enrolment)
    report, _, _ = await _check(call, learning, private)
    return {
        "outcome": report.outcome.value,
        "mark": report.mark,
        "checks": [check.model_dump(mode="json", exclude_none=True) for check in report.checks],
    }


@operations.writes(Role.REGISTRAR, private=AwardCreditPrivate)
async def award_credit(call: Call, command: AwardCredit, private: AwardCreditPrivate) -> None:
    """The paper's AwardCredit: the home's registrar awards what holds, on the versions seen."""
    learning = await load_learning(call, command.enrolment)
    enrolment = learning.enrolment
    if enrolment.home != call.caller.msp_id:
        raise NotParty("the home university awards this credit", field="enrolment")
    credit = await call.ledger.load(Credit, sibling(enrolment.key, Kind.CREDIT))
    credit.expect(command.expected_version)
    report, work, grade = await _check(call, learning, private)
    work.expect(command.work_version, field="work_version")
    grade.expect(command.grade_version, field="grade_version")
    mark = report.require_valid()
    computed = result_commitment(
        enrolment=enrolment.key, mark=mark, salt=bytes.fromhex(private.result_salt)
    )
    require_equal(command.result_commitment, computed, field="result_commitment")
    sealed = seal_value(
        require_key(call, enrolment, private.enrolment_key),
        transaction_id=call.ledger.transaction_id,
        place=credit.key,
        plaintext=canonical.encode({"mark": mark, "salt": private.result_salt}),
    )
    await call.ledger.put_private(enrolment.parties, credit.key, sealed)
    award = Award(
        credits=learning.course.content.credits,
        result_commitment=command.result_commitment,
        work_version=work.version,
        grade_version=grade.version,
        by=call.caller.account,
        at=call.ledger.now,
    )
    await call.ledger.replace(credit.awarded(award, operation=command.operation))


async def _check(call: Call, learning: Learning, opened: Evidence) -> tuple[Report, Work, Grade]:
    key = learning.enrolment.key
    work = await call.ledger.load(Work, sibling(key, Kind.WORK))
    grade = await call.ledger.load(Grade, sibling(key, Kind.GRADE))
    report = check_student(
        enrolment=learning.enrolment,
        course=learning.course,
        work=work,
        grade=grade,
        opened_grades=opened.grades,
        opened_work=opened.works,
    )
    return report, work, grade
