"""Programmes and terms."""

from typing import Annotated

from pydantic import Field

from chaincode.domain.commands.base import Command
from chaincode.domain.qualification.days import Day, TimeZone
from chaincode.domain.qualification.programme import (
    CourseCount,
    CreditFloor,
    CreditSum,
    Group,
    Limit,
    Minimum,
    ProgrammeContent,
    ProgrammeCourses,
    ShareLimit,
)
from chaincode.domain.qualification.shares import Share
from chaincode.domain.qualification.term import AcademicYear, ChangeWeeks, TermContent, Weeks
from chaincode.domain.values import RandomId, Title


class PublishProgramme(Command):
    """A registrar publishes version `number` of a programme that her member grants."""

    programme: RandomId
    number: Annotated[int, Field(ge=1, le=9_999)]
    title: Title
    total: CreditSum
    groups: Annotated[tuple[Group, ...], Field(min_length=1, max_length=50)]
    minimums: Annotated[tuple[Minimum, ...], Field(max_length=20)] = ()
    limits: Annotated[tuple[Limit, ...], Field(max_length=20)] = ()
    shares: Annotated[tuple[ShareLimit, ...], Field(max_length=20)] = ()
    home_credits: CreditFloor
    home_share: Share
    courses: ProgrammeCourses | None = None
    course_count: CourseCount | None = None

    def content(self, granted_by: str) -> ProgrammeContent:
        """What is published, by whom the degree is granted."""
        return ProgrammeContent(
            title=self.title,
            granted_by=granted_by,
            total=self.total,
            groups=self.groups,
            minimums=self.minimums,
            limits=self.limits,
            shares=self.shares,
            home_credits=self.home_credits,
            home_share=self.home_share,
            courses=self.courses,
            course_count=self.course_count,
        )


class PublishTerm(Command):
    """A registrar publishes a term of her member."""

    term: RandomId
    title: Title
    academic_year: AcademicYear
    starts_on: Day
    ends_on: Day
    time_zone: TimeZone
    change_weeks: ChangeWeeks
    answer_weeks: Weeks
    transcript_weeks: Weeks
    recognition_weeks: Weeks

    def content(self) -> TermContent:
        """What is published."""
        return TermContent(**{name: getattr(self, name) for name in TermContent.model_fields})
