"""ProposeCourse and CheckCourse."""

from chaincode.contracts.operation import Call, Operations
from chaincode.domain.caller import Role
from chaincode.domain.commands.courses import CheckCourse, ProposeCourse
from chaincode.domain.constitution import MemberKind
from chaincode.domain.course import Course, CourseContent
from chaincode.domain.errors import InvalidArgument, NotParty, NotPermitted
from chaincode.domain.keys import Kind, record_key

operations = Operations()


@operations.writes(Role.TEACHER)
async def propose_course(call: Call, command: ProposeCourse) -> None:
    """A teacher proposes a version of a course; later versions need her own earlier one."""
    owner = call.caller.msp_id
    call.constitution.require_kind(owner, MemberKind.UNIVERSITY)
    if command.number > 1:
        key = record_key(Kind.COURSE, owner, command.course, command.number - 1)
        before = await call.ledger.load(Course, key)
        if before.content.teacher != call.caller.account:
            raise NotParty("this is another teacher's course", field="course")
    content = CourseContent(
        title=command.title,
        field=command.field,
        credits=command.credits,
        class_hours=command.class_hours,
        parts=command.parts,
        scale=command.scale,
        window=command.window,
        teacher=call.caller.account,
        category=command.category,
        course_kind=command.course_kind,
    )
    _require_members(call, command)
    course = Course.proposed(
        record_key(Kind.COURSE, owner, command.course, command.number),
        owner,
        content,
        at=call.ledger.now,
        operation=command.operation,
    )
    await call.ledger.create(course, changed_by=(owner,))


@operations.writes(Role.REGISTRAR)
async def check_course(call: Call, command: CheckCourse) -> None:
    """The paper's CheckCourse: a registrar of the same university reviews the proposal."""
    course = await call.ledger.load(Course, command.course)
    if course.owner != call.caller.msp_id:
        raise NotParty("the course belongs to another university", field="course")
    course.expect(command.expected_version)
    await call.ledger.replace(
        course.checked(
            approve=command.approve,
            reason=command.reason,
            by=call.caller.account,
            at=call.ledger.now,
            operation=command.operation,
        )
    )


def _require_members(call: Call, command: ProposeCourse) -> None:
    """Hold the premises of examinations to members of the consortium.

    Raises:
        InvalidArgument: one is no member; `field` says where.
    """
    for number, part in enumerate(command.parts):
        if part.place is None or part.place.member is None:
            continue
        try:
            call.constitution.kind_of(part.place.member)
        except NotPermitted:
            field = f"parts.{number}.place.member"
            raise InvalidArgument("this is no member of the consortium", field=field) from None
