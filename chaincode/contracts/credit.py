"""ApplyForCredit, CheckStudent, AwardCredit."""

from collections.abc import Mapping

from chaincode.contracts.evidence import award_of, check_evidence
from chaincode.contracts.holding import holding_of
from chaincode.contracts.operation import Call, Operations
from chaincode.contracts.parties import load_learning
from chaincode.domain.caller import Role
from chaincode.domain.commands.credits import (
    ApplyForCredit,
    AwardCredit,
    AwardCreditPrivate,
    CheckStudent,
    Evidence,
)
from chaincode.domain.errors import NotParty, WrongState
from chaincode.domain.grade import Grade
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import Kind, sibling

operations = Operations()


@operations.writes(Role.STUDENT)
async def apply_for_credit(call: Call, command: ApplyForCredit) -> None:
    """The student applies once every part is graded, and with that consents to the award."""
    learning = await load_learning(call, command.enrolment)
    enrolment = learning.enrolment
    enrolment.require_student(call.caller)
    enrolment.require_admitted()
    holding = await holding_of(call, enrolment)
    grade = holding.grade
    grade.expect(command.grade_version, field="grade_version")
    standing = {part.id for part in learning.course.content.parts if grade.stands(part.id)}
    missing = [part.id for part in learning.course.content.parts if part.id not in standing]
    if missing:
        raise WrongState(
            f"not graded, or not reviewed yet: {', '.join(missing)}",
            facts={"missing": list(missing)},
        )
    holding.credit.expect(command.expected_version)
    await call.ledger.replace(
        holding.credit.applied(
            grades=grade.version, at=call.ledger.now, operation=command.operation
        )
    )


@operations.reads(Role.REGISTRAR, Role.TEACHER, Role.STUDENT, Role.SUPERVISOR, private=Evidence)
async def check_student_(
    call: Call, command: CheckStudent, private: Evidence
) -> Mapping[str, JsonValue]:
    """The paper's CheckStudent: opened evidence against the ledger, check by check."""
    learning = await load_learning(call, command.enrolment)
    grade = await call.ledger.load(Grade, sibling(command.enrolment, Kind.GRADE))
    report, _ = await check_evidence(call, learning, grade, private)
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
    holding = await holding_of(call, enrolment)
    credit, grade = holding.credit, holding.grade
    credit.expect(command.expected_version)
    holding.require_unruled()
    report, work = await check_evidence(call, learning, grade, private)
    work.expect(command.work_version, field="work_version")
    grade.expect(command.grade_version, field="grade_version")
    mark = report.require_valid()
    award = await award_of(call, learning, holding, command, private, mark=mark, work=work)
    await call.ledger.replace(credit.awarded(award, operation=command.operation))
