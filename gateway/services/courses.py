"""Courses: a teacher proposes, a registrar checks, anybody reads."""

from dataclasses import dataclass

from chaincode.domain.caller import Role
from chaincode.domain.commands.courses import CheckCourse, ProposeCourse
from chaincode.domain.course import Course, CourseStatus, Window, require_consistent
from chaincode.domain.errors import NotParty
from chaincode.domain.grading import Part, Scale
from chaincode.domain.keys import Kind, record_key, split_key
from chaincode.domain.recognition.demands import Category, CourseKind
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.intent import Intent, LedgerCall, WriteRequest, new_id
from gateway.services.operations import Operations, OperationView
from gateway.services.pages import whole_page
from gateway.services.records import Records

_PAGE = 100


@dataclass(frozen=True, slots=True)
class CourseProposal:
    """What a teacher proposes; `previous` is the version that it follows."""

    title: str
    field: str
    credits: int
    class_hours: int
    parts: tuple[Part, ...]
    scale: Scale
    window: Window
    category: Category | None
    course_kind: CourseKind | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class CoursePage:
    """Some courses; `after` continues behind them."""

    courses: tuple[Course, ...]
    after: str | None


class Courses:
    """The course catalogue of the consortium, and this member's part in it."""

    def __init__(self, operations: Operations, records: Records) -> None:
        self._operations = operations
        self._records = records

    async def propose(
        self, person: AuthenticatedPerson, proposal: CourseProposal, write: WriteRequest
    ) -> OperationView:
        """Propose a new course, or the next version of an own one (ProposeCourse).

        Raises:
            NotPermitted: the person is no teacher.
            InvalidArgument: the parts do not fit together.
        """
        person.require(Role.TEACHER)
        require_consistent(proposal.parts, proposal.course_kind)
        operation = new_id()
        identifier, number = new_id(), 1
        if proposal.previous is not None:
            parts = split_key(proposal.previous)
            if parts.owner != person.msp_id:
                raise NotParty("the course belongs to another university", field="previous")
            identifier = parts.identifier
            number = int(proposal.previous.rpartition("/")[2]) + 1
        command = ProposeCourse(
            operation=operation,
            course=identifier,
            number=number,
            title=proposal.title,
            field=proposal.field,
            credits=proposal.credits,
            class_hours=proposal.class_hours,
            parts=proposal.parts,
            scale=proposal.scale,
            window=proposal.window,
            category=proposal.category,
            course_kind=proposal.course_kind,
        )
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="propose-course",
                request=write,
                calls=(LedgerCall(person.account, command),),
                result={"course": record_key(Kind.COURSE, person.msp_id, identifier, number)},
            )
        )

    async def check(
        self,
        person: AuthenticatedPerson,
        course: str,
        *,
        approve: bool,
        reason: str | None,
        expected_version: int,
        write: WriteRequest,
    ) -> OperationView:
        """Approve a proposed course, or refuse it with a reason (CheckCourse).

        Raises:
            NotPermitted: the person is no registrar.
            NotParty: the course belongs to another university.
        """
        person.require(Role.REGISTRAR)
        if split_key(course).owner != person.msp_id:
            raise NotParty("the course belongs to another university", field="course")
        operation = new_id()
        command = CheckCourse(
            operation=operation,
            course=course,
            expected_version=expected_version,
            approve=approve,
            reason=reason,
        )
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="check-course",
                request=write,
                calls=(LedgerCall(person.account, command, endorsers=(person.msp_id,)),),
                result={"course": course},
            )
        )

    async def read(self, course: str) -> Course:
        """One version of a course.

        Raises:
            LedgerRefused: there is none (record-not-found).
        """
        return await self._records.load(Course, course)

    async def page(
        self, owner: str, *, status: CourseStatus | None, after: str | None
    ) -> CoursePage:
        """Courses of one university in the order of their keys, all versions."""
        found = await self._records.page(Course, owner, after=after, limit=_PAGE)
        whole, following = whole_page(found, limit=_PAGE)
        return CoursePage(
            tuple(c for c in whole if status is None or c.status is status), following
        )
