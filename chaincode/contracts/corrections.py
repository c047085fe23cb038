"""AcceptCorrection: nothing changes an award without a registrar of the holder's home."""

from chaincode.contracts.evidence import award_of, check_evidence
from chaincode.contracts.holding import holding_of
from chaincode.contracts.operation import Call, Operations
from chaincode.contracts.parties import load_learning
from chaincode.domain.caller import Role
from chaincode.domain.commands.corrections import AcceptCorrection, AcceptCorrectionPrivate
from chaincode.domain.errors import VersionConflict
from chaincode.domain.holding import Holding
from chaincode.domain.json_value import JsonValue

operations = Operations()


@operations.writes(Role.REGISTRAR, private=AcceptCorrectionPrivate)
async def accept_correction(
    call: Call, command: AcceptCorrection, private: AcceptCorrectionPrivate
) -> None:
    """Check the corrected evidence like an award's; below the pass mark the credit fails."""
    learning = await load_learning(call, command.enrolment)
    holding = await holding_of(call, learning.enrolment)
    holding.require_home(call.caller)
    holding.credit.expect(command.expected_version)
    holding.require_result()
    _expect_grades(holding, command.grade_version)
    report, work = await check_evidence(call, learning, holding.grade, private)
    work.expect(command.work_version, field="work_version")
    mark, passed = report.require_evidence()
    award = await award_of(call, learning, holding, command, private, mark=mark, work=work)
    await call.ledger.replace(
        holding.credit.corrected(award, passed=passed, operation=command.operation)
    )


def _expect_grades(holding: Holding, expected: int) -> None:
    """Say which corrections wait where another one was entered meanwhile."""
    grade = holding.grade
    if grade.version != expected:
        pending: list[JsonValue] = [
            {"number": entry.number, "part": entry.part, "reason": entry.reason.value}
            for entry in holding.pending
        ]
        raise VersionConflict(
            grade.key,
            expected=expected,
            actual=grade.version,
            field="grade_version",
            now={"pending": pending},
        )
