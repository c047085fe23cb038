"""PublishProgramme and PublishTerm: what degrees ask for, and on which days deadlines stand."""

from chaincode.contracts.operation import Call, Operations
from chaincode.domain.caller import Role
from chaincode.domain.commands.programmes import PublishProgramme, PublishTerm
from chaincode.domain.constitution import MemberKind
from chaincode.domain.course import Course, CourseStatus
from chaincode.domain.errors import RecordNotFound, WrongState
from chaincode.domain.keys import Kind, record_key
from chaincode.domain.qualification.programme import Programme
from chaincode.domain.qualification.term import Term

operations = Operations()


@operations.writes(Role.REGISTRAR)
async def publish_programme(call: Call, command: PublishProgramme) -> None:
    """A version is written once, of approved courses; a later one needs the one before it."""
    owner = call.caller.msp_id
    call.constitution.require_kind(owner, MemberKind.UNIVERSITY, MemberKind.CREDIT_BANK)
    if command.number > 1:
        before = record_key(Kind.PROGRAMME, owner, command.programme, command.number - 1)
        await call.ledger.load(Programme, before)
    programme = Programme.published(
        record_key(Kind.PROGRAMME, owner, command.programme, command.number),
        command.content(granted_by=owner),
        by=call.caller.account,
        at=call.ledger.now,
        operation=command.operation,
    )
    for place, listed in enumerate(command.courses or ()):
        await _require_approved(call, listed.course, field=f"courses.{place}.course")
    await call.ledger.create(programme, changed_by=(owner,))


@operations.writes(Role.REGISTRAR)
async def publish_term(call: Call, command: PublishTerm) -> None:
    """A term is written once: a mistake is a term of its own that nothing refers to."""
    owner = call.caller.msp_id
    call.constitution.require_kind(owner, MemberKind.UNIVERSITY, MemberKind.CREDIT_BANK)
    term = Term.published(
        record_key(Kind.TERM, owner, command.term),
        owner,
        command.content(),
        by=call.caller.account,
        at=call.ledger.now,
        operation=command.operation,
    )
    await call.ledger.create(term, changed_by=(owner,))


async def _require_approved(call: Call, key: str, *, field: str) -> None:
    course = await call.ledger.find(Course, key)
    if course is None:
        raise RecordNotFound(f"there is no course {key}", field=field, facts={"key": key})
    if course.status is not CourseStatus.APPROVED:
        raise WrongState(
            f"the course is {course.status.value}, not approved",
            field=field,
            facts={"status": course.status.value},
        )
