"""ApplyForCourse, LearnCourse, WorkUpload, AddGrade, ReviewGrade."""

from chaincode.contracts.operation import Call, Operations
from chaincode.contracts.parties import Learning, load_learning, require_key
from chaincode.domain import canonical
from chaincode.domain.account import Account, AccountStatus
from chaincode.domain.attendance import Attendance, attendance_key
from chaincode.domain.caller import Role
from chaincode.domain.commands.learning import (
    AddGrade,
    AddGradePrivate,
    ApplyForCourse,
    LearnCourse,
    LearnCoursePrivate,
    ReviewGrade,
    WorkUpload,
)
from chaincode.domain.commitment import grade_commitment, require_equal
from chaincode.domain.constitution import MemberKind
from chaincode.domain.course import Course
from chaincode.domain.credit import Credit, CreditStatus
from chaincode.domain.enrolment import Enrolment, EnrolmentStatus, Work
from chaincode.domain.errors import (
    AccountInactive,
    NotParty,
    StaleReference,
    WrongState,
)
from chaincode.domain.grade import Grade
from chaincode.domain.grading import Mode
from chaincode.domain.keys import Kind, record_key, sibling, split_key
from chaincode.domain.sealed_value import seal_value

operations = Operations()


@operations.writes(Role.STUDENT)
async def apply_for_course(call: Call, command: ApplyForCourse) -> None:
    """A student applies; the slots are created empty, changed by home and teaching together."""
    home, teaching = call.caller.msp_id, split_key(command.course).owner
    call.constitution.require_kind(home, MemberKind.UNIVERSITY, MemberKind.CREDIT_BANK)
    course = await call.ledger.load(Course, command.course)
    course.require_approved(command.course_digest)
    course.content.window.require_open(call.ledger.now, margin_seconds=call.margin_seconds)
    if split_key(course.content.teacher).owner != teaching:
        raise NotParty("the course's teacher belongs to another member", field="course")
    teacher = await call.ledger.load(Account, course.content.teacher)
    if teacher.status is not AccountStatus.ACTIVE:
        raise AccountInactive("the course's teacher is not active")
    enrolment = Enrolment(
        key=record_key(Kind.ENROLMENT, teaching, command.enrolment),
        version=1,
        operation=command.operation,
        course=course.key,
        course_digest=course.digest,
        student=call.caller.account,
        teacher=course.content.teacher,
        home=home,
        teaching=teaching,
        key_commitment=command.key_commitment,
        status=EnrolmentStatus.APPLIED,
        applied_at=call.ledger.now,
        decided_at=None,
        reason=None,
    )
    key = enrolment.key
    operation = command.operation
    for record in (
        enrolment,
        Work(key=sibling(key, Kind.WORK), entries=(), version=1, operation=operation),
        Grade(key=sibling(key, Kind.GRADE), entries=(), version=1, operation=operation),
        Credit(
            key=sibling(key, Kind.CREDIT),
            status=CreditStatus.OPEN,
            applied_at=None,
            applied_grades=None,
            award=None,
            version=1,
            operation=operation,
        ),
    ):
        await call.ledger.create(record, changed_by=enrolment.parties)
    await _mark_attendance(call, enrolment)


async def _mark_attendance(call: Call, enrolment: Enrolment) -> None:
    """One student applies once for one course version, or again after a refusal."""
    key, operation = attendance_key(enrolment.course, enrolment.student), enrolment.operation
    attendance = await call.ledger.find(Attendance, key)
    if attendance is None:
        await call.ledger.create(Attendance.of(enrolment, operation=operation), changed_by=None)
        return
    before = await call.ledger.load(Enrolment, attendance.enrolment)
    await call.ledger.replace(attendance.again(before, enrolment, operation=operation))


@operations.writes(Role.TEACHER, private=LearnCoursePrivate)
async def learn_course(call: Call, command: LearnCourse, private: LearnCoursePrivate) -> None:
    """The paper's LearnCourse: the teacher admits; both gateways hold the enrolment's key."""
    learning = await load_learning(call, command.enrolment)
    enrolment = learning.enrolment
    enrolment.require_teacher(call.caller)
    enrolment.expect(command.expected_version)
    require_key(call, enrolment, private.enrolment_key)
    await call.ledger.replace(
        enrolment.learned(
            admit=command.admit,
            reason=command.reason,
            at=call.ledger.now,
            operation=command.operation,
        )
    )


@operations.writes(Role.STUDENT, Role.TEACHER)
async def work_upload(call: Call, command: WorkUpload) -> None:
    """The paper's WorkUpload: the student's own work, or the teacher's scan of an offline part."""
    learning = await load_learning(call, command.enrolment)
    enrolment = learning.enrolment
    part = learning.course.part(command.part)
    if call.caller.role is Role.TEACHER:
        enrolment.require_teacher(call.caller)
        if part.mode is not Mode.OFFLINE:
            raise NotParty("the student hands in this part", field="part")
    else:
        enrolment.require_student(call.caller)
        if part.mode is Mode.OFFLINE:
            raise NotParty("the teacher hands in the papers of this part", field="part")
        learning.course.content.window.require_open(
            call.ledger.now, margin_seconds=call.margin_seconds
        )
    enrolment.require_admitted()
    await _require_open_credit(call, enrolment)
    work = await call.ledger.load(Work, sibling(enrolment.key, Kind.WORK))
    work.expect(command.expected_version)
    await call.ledger.replace(
        work.uploaded(
            part=part.id,
            commitment=command.commitment,
            by=call.caller.account,
            at=call.ledger.now,
            limit=call.entries_limit,
            operation=command.operation,
        )
    )


@operations.writes(Role.TEACHER, private=AddGradePrivate)
async def add_grade(call: Call, command: AddGrade, private: AddGradePrivate) -> None:
    """The paper's AddGrade: the mark goes sealed to home and teaching university alone.

    After the award it is a correction, which waits until a registrar of home accepts it.
    """
    learning = await load_learning(call, command.enrolment)
    enrolment = learning.enrolment
    enrolment.require_teacher(call.caller)
    enrolment.require_admitted()
    part = learning.course.part(command.part)
    await _require_latest_work(call, enrolment, command)
    grade = await call.ledger.load(Grade, sibling(enrolment.key, Kind.GRADE))
    grade.expect(command.expected_version)
    number = len(grade.entries) + 1
    await _store_mark(call, learning, command, private, number)
    await call.ledger.replace(
        grade.graded(
            part=part,
            work_number=command.work_number,
            commitment=command.commitment,
            reason=command.reason,
            by=call.caller.account,
            at=call.ledger.now,
            limit=call.entries_limit,
            operation=command.operation,
        )
    )


async def _store_mark(
    call: Call, learning: Learning, command: AddGrade, private: AddGradePrivate, number: int
) -> None:
    enrolment = learning.enrolment
    learning.course.content.scale.require_mark(private.mark, field="private.mark")
    computed = grade_commitment(
        enrolment=enrolment.key,
        part=command.part,
        number=number,
        mark=private.mark,
        salt=bytes.fromhex(private.salt),
    )
    require_equal(command.commitment, computed, field="commitment")
    place = f"{sibling(enrolment.key, Kind.GRADE)}/{number}"
    sealed = seal_value(
        require_key(call, enrolment, private.enrolment_key),
        transaction_id=call.ledger.transaction_id,
        place=place,
        plaintext=canonical.encode({"mark": private.mark, "salt": private.salt}),
    )
    await call.ledger.put_private(enrolment.parties, place, sealed)


@operations.writes(Role.REGISTRAR)
async def review_grade(call: Call, command: ReviewGrade) -> None:
    """The second level: an administrator of the teaching university reviews an offline grade."""
    learning = await load_learning(call, command.enrolment)
    enrolment = learning.enrolment
    if enrolment.teaching != call.caller.msp_id:
        raise NotParty("the grade belongs to another university", field="enrolment")
    grade = await call.ledger.load(Grade, sibling(enrolment.key, Kind.GRADE))
    grade.expect(command.expected_version)
    await call.ledger.replace(
        grade.reviewed(
            command.number,
            outcome=command.outcome,
            by=call.caller.account,
            at=call.ledger.now,
            operation=command.operation,
        )
    )


async def _require_open_credit(call: Call, enrolment: Enrolment) -> None:
    credit = await call.ledger.load(Credit, sibling(enrolment.key, Kind.CREDIT))
    if credit.award is not None:
        raise WrongState("the credit is awarded: its work stands")


async def _require_latest_work(call: Call, enrolment: Enrolment, command: AddGrade) -> None:
    work = await call.ledger.load(Work, sibling(enrolment.key, Kind.WORK))
    latest = work.latest(command.part)
    if latest is None:
        raise WrongState("no work was handed in for this part")
    if latest.number != command.work_number:
        raise StaleReference(
            "newer work was handed in for this part",
            field="work_number",
            facts={"latest": latest.number},
        )
