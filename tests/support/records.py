"""Well-formed records for tests of the domain: beta teaches, alpha is home."""

from datetime import UTC, datetime, timedelta

from chaincode.domain.account import Account, AccountStatus, Attestation, AttestationKind
from chaincode.domain.caller import Caller, Role
from chaincode.domain.check import OpenedGrade, OpenedWork
from chaincode.domain.commitment import grade_commitment, key_commitment, work_commitment
from chaincode.domain.course import Course, CourseContent, Window
from chaincode.domain.credit import Credit, CreditStatus
from chaincode.domain.enrolment import Enrolment, EnrolmentStatus, Work
from chaincode.domain.grade import Grade, GradeReason, ReviewOutcome
from chaincode.domain.grading import Better, Mode, Part, Rounding, Scale
from chaincode.domain.values import format_instant
from chaincode.domain.verification import (
    Consent,
    ConsentStatus,
    Purpose,
    VerificationRequest,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
OPERATION = "0" * 31 + "1"
NEXT = "0" * 31 + "2"
STUDENT = f"account/alphaMSP/{'a' * 32}"
TEACHER = f"account/betaMSP/{'b' * 32}"
REGISTRAR = f"account/betaMSP/{'c' * 32}"
VERIFIER = f"account/gammaMSP/{'d' * 32}"
REVIEWER = f"account/gammaMSP/{'e' * 32}"
COURSE = f"course/betaMSP/{'1' * 32}/1"
SLOT = f"betaMSP/{'2' * 32}"
ENROLMENT = f"enrolment/{SLOT}"
REQUEST = f"request/gammaMSP/{'3' * 32}"
SEALING_KEY = "A" * 43
ENROLMENT_KEY = bytes(range(32))
PARTS = (
    Part(id="essay", title="Essay", weight=4_000, mode=Mode.ONLINE),
    Part(id="exam", title="Examination", weight=6_000, mode=Mode.OFFLINE, proctored=True),
)
SCALE = Scale(lowest=0, highest=10_000, pass_mark=5_000, better=Better.HIGHER)
GERMAN = Scale(
    lowest=100,
    highest=500,
    pass_mark=400,
    better=Better.LOWER,
    step=10,
    rounding=Rounding.TRUNCATE,
)


def salt(number: int) -> bytes:
    """A salt that is another for each number."""
    return number.to_bytes(32, "big")


def caller(account: str = STUDENT, role: Role = Role.STUDENT, key_digest: str = "f" * 64) -> Caller:
    """Who signed, as a certificate of that account says."""
    _, msp_id, identifier = account.split("/")
    return Caller(msp_id=msp_id, role=role, identifier=identifier, key_digest=key_digest)


def make_account(
    key: str = STUDENT,
    role: Role = Role.STUDENT,
    status: AccountStatus = AccountStatus.ACTIVE,
) -> Account:
    """An account whose key is the one of `caller`."""
    return Account.model_validate(
        {
            "key": key,
            "version": 1,
            "operation": OPERATION,
            "owner": key.split("/")[1],
            "role": role,
            "status": status,
            "key_digest": "f" * 64,
            "sealing_key": SEALING_KEY,
            "attestations": (Attestation(kind=AttestationKind.IDENTITY, by="registrar", at=NOW),),
            "registered_at": NOW,
        }
    )


def make_content(parts: tuple[Part, ...] = PARTS, scale: Scale = SCALE) -> CourseContent:
    """What a course is about, its window open for a month around now."""
    return CourseContent(
        title="Distributed systems",
        field="0613",
        credits=600,
        class_hours=54,
        parts=parts,
        scale=scale,
        window=Window(opens=NOW - timedelta(days=20), closes=NOW + timedelta(days=20)),
        teacher=TEACHER,
    )


def make_course(content: CourseContent | None = None, *, approved: bool = True) -> Course:
    """A course of beta's."""
    proposed = Course.proposed(
        COURSE, "betaMSP", content or make_content(), at=NOW, operation=OPERATION
    )
    if not approved:
        return proposed
    return proposed.checked(approve=True, reason=None, by=REGISTRAR, at=NOW, operation=NEXT)


def make_enrolment(
    course: Course | None = None, status: EnrolmentStatus = EnrolmentStatus.ADMITTED
) -> Enrolment:
    """An enrolment of alpha's student at beta."""
    course = course or make_course()
    return Enrolment(
        key=ENROLMENT,
        version=1,
        operation=OPERATION,
        course=course.key,
        course_digest=course.digest,
        student=STUDENT,
        teacher=TEACHER,
        home="alphaMSP",
        teaching="betaMSP",
        key_commitment=key_commitment(ENROLMENT_KEY),
        status=status,
        applied_at=NOW,
        decided_at=None,
        reason=None,
    )


def opened_work(number: int) -> OpenedWork:
    """What was committed as the work of that number."""
    return OpenedWork(
        number=number,
        digest=f"{number:064x}",
        body="b" * 64,
        size=1_000 + number,
        media_type="application/pdf",
        salt=salt(number).hex(),
    )


def commit_work(part: str, opened: OpenedWork, *, enrolment: str = ENROLMENT) -> str:
    """The commitment to opened work."""
    return work_commitment(
        enrolment=enrolment,
        part=part,
        digest=opened.digest,
        body=opened.body,
        size=opened.size,
        media_type=opened.media_type,
        salt=bytes.fromhex(opened.salt),
    )


def opened_grade(number: int, mark: int = 8_000) -> OpenedGrade:
    """What was committed as the grade of that number."""
    return OpenedGrade(number=number, mark=mark, salt=salt(100 + number).hex())


def commit_grade(part: str, opened: OpenedGrade, *, enrolment: str = ENROLMENT) -> str:
    """The commitment to an opened grade."""
    return grade_commitment(
        enrolment=enrolment,
        part=part,
        number=opened.number,
        mark=opened.mark,
        salt=bytes.fromhex(opened.salt),
    )


def empty_work() -> Work:
    """The slot as an application creates it."""
    return Work(key=f"work/{SLOT}", version=1, operation=OPERATION, entries=())


def empty_grade() -> Grade:
    """The slot as an application creates it."""
    return Grade(key=f"grade/{SLOT}", version=1, operation=OPERATION, entries=())


def open_credit() -> Credit:
    """The slot as an application creates it."""
    return Credit(
        key=f"credit/{SLOT}",
        version=1,
        operation=OPERATION,
        status=CreditStatus.OPEN,
        applied_at=None,
        applied_grades=None,
        award=None,
    )


def upload(work: Work, part: str, *, limit: int = 64) -> Work:
    """Hand in the next work of a part."""
    opened = opened_work(len(work.entries) + 1)
    return work.uploaded(
        part=part,
        commitment=commit_work(part, opened),
        by=STUDENT,
        at=NOW,
        limit=limit,
        operation=NEXT,
    )


def add_grade(
    grade: Grade,
    part: Part,
    work_number: int,
    *,
    mark: int = 8_000,
    reason: GradeReason = GradeReason.FIRST,
    limit: int = 64,
) -> Grade:
    """Grade a part."""
    opened = opened_grade(len(grade.entries) + 1, mark)
    return grade.graded(
        part=part,
        work_number=work_number,
        commitment=commit_grade(part.id, opened),
        reason=reason,
        by=TEACHER,
        at=NOW,
        limit=limit,
        operation=NEXT,
    )


def review(
    grade: Grade,
    number: int,
    *,
    outcome: ReviewOutcome = ReviewOutcome.APPROVED,
    by: str = REGISTRAR,
) -> Grade:
    """Review an offline grade."""
    return grade.reviewed(number, outcome=outcome, by=by, at=NOW, operation=NEXT)


def make_request() -> VerificationRequest:
    """A request of gamma's registrar, good for a week."""
    return VerificationRequest(
        key=REQUEST,
        version=1,
        operation=OPERATION,
        requester="gammaMSP",
        by=VERIFIER,
        enrolment=ENROLMENT,
        purpose=Purpose.RECOGNITION,
        requested_at=NOW,
        expires_at=NOW + timedelta(days=7),
    )


def make_consent(
    request: VerificationRequest, status: ConsentStatus = ConsentStatus.GRANTED
) -> Consent:
    """The student's answer to a request."""
    return Consent(
        key=request.key.replace("request/", "consent/"),
        version=1,
        operation=OPERATION,
        request=request.key,
        request_digest=request.digest(),
        credit_version=3,
        by=STUDENT,
        status=status,
        at=NOW,
    )


def text_of(instant: datetime) -> str:
    """A time as documents write it."""
    return format_instant(instant)
