"""Programmes and terms as REST takes and shows them."""

from typing import Annotated, Self

from pydantic import Field

from chaincode.domain.keys import Kind
from chaincode.domain.qualification.days import Day, TimeZone
from chaincode.domain.qualification.programme import (
    CourseCount,
    Group,
    Limit,
    Minimum,
    Programme,
    ProgrammeContent,
    ProgrammeCourse,
    ShareLimit,
    Trait,
    Within,
)
from chaincode.domain.qualification.term import (
    AcademicYear,
    ChangeWeeks,
    Term,
    TermContent,
    Weeks,
)
from chaincode.domain.recognition.demands import Category
from chaincode.domain.values import Digest, Instant, Slug, Title, Value, Version
from gateway.api.documents.decimals import Amount, CreditFloorText, CreditSumText, ShareText
from gateway.api.documents.identifiers import (
    CourseId,
    ProgrammeId,
    RecordId,
    identifier_of,
    key_of,
)

_TRAITS = len(Trait)
_NONE = Field(json_schema_extra={"default": "0.00"})
TraitText = Annotated[Trait, Field(strict=False)]
WithinText = Annotated[Within, Field(strict=False)]
TraitsText = Annotated[list[TraitText], Field(max_length=_TRAITS)]


class GroupBody(Group):
    """A kind of subject, and the credits that it needs at least."""

    at_least: Annotated[CreditFloorText, _NONE] = 0


class MinimumBody(Value):
    """At least so many credits that have any of the traits."""

    id: Slug
    traits: Annotated[TraitsText, Field(min_length=1)]
    at_least: CreditSumText


class LimitBody(Value):
    """No more than so many credits count within each; no traits means all credits."""

    id: Slug
    within: WithinText
    traits: TraitsText = Field(default_factory=list)
    at_most: CreditFloorText


class ShareBody(Value):
    """No more than this share counts, in per cent."""

    id: Slug
    within: WithinText
    traits: Annotated[TraitsText, Field(min_length=1)]
    at_most: ShareText


class ProgrammeCourseBody(Value):
    """A course version of the programme, and the groups in which it counts."""

    course: CourseId
    category: Annotated[Category | None, Field(strict=False)] = None
    groups: Annotated[list[Slug] | None, Field(min_length=1, max_length=50)] = None

    def listed(self) -> ProgrammeCourse:
        """The course in the domain's own type."""
        return ProgrammeCourse(
            course=key_of(Kind.COURSE, self.course),
            category=self.category,
            groups=None if self.groups is None else tuple(self.groups),
        )


class PublishProgrammeBody(Value):
    """A new programme, or the version that follows `previous`, the member's own."""

    title: Title
    total: CreditSumText
    groups: Annotated[list[GroupBody], Field(min_length=1, max_length=50)]
    minimums: list[MinimumBody] = Field(default_factory=list, max_length=20)
    limits: list[LimitBody] = Field(default_factory=list, max_length=20)
    shares: list[ShareBody] = Field(default_factory=list, max_length=20)
    home_credits: Annotated[CreditFloorText, _NONE] = 0
    home_share: Annotated[ShareText, _NONE] = 0
    courses: Annotated[list[ProgrammeCourseBody] | None, Field(min_length=1, max_length=300)] = None
    """Left out, the programme does not list its courses."""
    course_count: CourseCount | None = None
    previous: ProgrammeId | None = None

    def content(self, granted_by: str) -> ProgrammeContent:
        """The programme in the domain's own type."""
        return ProgrammeContent(
            title=self.title,
            granted_by=granted_by,
            total=self.total,
            groups=tuple(Group(**dict(one)) for one in self.groups),
            minimums=tuple(
                Minimum(id=one.id, traits=tuple(one.traits), at_least=one.at_least)
                for one in self.minimums
            ),
            limits=tuple(
                Limit(id=one.id, within=one.within, traits=tuple(one.traits), at_most=one.at_most)
                for one in self.limits
            ),
            shares=tuple(
                ShareLimit(
                    id=one.id, within=one.within, traits=tuple(one.traits), at_most=one.at_most
                )
                for one in self.shares
            ),
            home_credits=self.home_credits,
            home_share=self.home_share,
            courses=None if self.courses is None else tuple(one.listed() for one in self.courses),
            course_count=self.course_count,
        )


class GroupView(Value):
    """A kind of subject."""

    id: Slug
    title: str
    at_least: Amount


class MinimumView(Value):
    """At least so many credits that have any of the traits."""

    id: Slug
    traits: tuple[Trait, ...]
    at_least: Amount


class BoundView(Value):
    """A limit in credits, or a share in per cent."""

    id: Slug
    within: Within
    traits: tuple[Trait, ...]
    at_most: Amount


class ProgrammeCourseView(Value):
    """A course version of the programme."""

    course: CourseId
    category: Category | None
    groups: tuple[Slug, ...] | None

    @classmethod
    def of(cls, listed: ProgrammeCourse) -> Self:
        """Show a course of the list."""
        return cls(
            course=identifier_of(listed.course), category=listed.category, groups=listed.groups
        )


class ProgrammeView(Value):
    """One version of a programme. It never changes: `digest` is what others refer to."""

    id: ProgrammeId
    version: Version
    granted_by: str
    title: str
    total: Amount
    groups: tuple[GroupView, ...]
    minimums: tuple[MinimumView, ...]
    limits: tuple[BoundView, ...]
    shares: tuple[BoundView, ...]
    home_credits: Amount
    home_share: Amount
    courses: tuple[ProgrammeCourseView, ...] | None
    course_count: int | None
    digest: Digest
    published_by: str
    published_at: Instant

    @classmethod
    def of(cls, programme: Programme) -> Self:
        """Show a record."""
        content = programme.content
        return cls(
            id=identifier_of(programme.key),
            version=programme.version,
            granted_by=content.granted_by,
            title=content.title,
            total=content.total,
            groups=tuple(GroupView(**dict(one)) for one in content.groups),
            minimums=tuple(MinimumView(**dict(one)) for one in content.minimums),
            limits=tuple(BoundView(**dict(one)) for one in content.limits),
            shares=tuple(BoundView(**dict(one)) for one in content.shares),
            home_credits=content.home_credits,
            home_share=content.home_share,
            courses=None
            if content.courses is None
            else tuple(map(ProgrammeCourseView.of, content.courses)),
            course_count=content.course_count,
            digest=programme.digest,
            published_by=identifier_of(programme.published_by),
            published_at=programme.published_at,
        )


class ProgrammeList(Value):
    """Programmes of one member; `next` continues where there are more."""

    programmes: tuple[ProgrammeView, ...]
    next: str | None


class PublishTermBody(Value):
    """A term: its days in the member's time zone, and the weeks for what is due."""

    title: Title
    academic_year: Annotated[
        AcademicYear, Field(json_schema_extra={"pattern": "^[0-9]{4}(/[0-9]{2})?$"})
    ]
    starts_on: Day
    ends_on: Day
    time_zone: TimeZone
    change_weeks: ChangeWeeks
    answer_weeks: Weeks
    transcript_weeks: Weeks
    recognition_weeks: Weeks

    def content(self) -> TermContent:
        """The term in the domain's own type."""
        return TermContent(**dict(self))


class TermView(Value):
    """A term. It never changes: `digest` is what others refer to."""

    id: RecordId
    version: Version
    university: str
    title: str
    academic_year: str
    starts_on: Day
    ends_on: Day
    time_zone: str
    change_weeks: int
    changes_through: Day
    """The last day on which a change of a learning agreement is in time."""
    answer_weeks: int
    transcript_weeks: int
    recognition_weeks: int
    digest: Digest
    published_by: str
    published_at: Instant

    @classmethod
    def of(cls, term: Term) -> Self:
        """Show a record."""
        return cls(
            id=identifier_of(term.key),
            version=term.version,
            university=term.owner,
            changes_through=term.content.changes_through,
            digest=term.digest,
            published_by=identifier_of(term.published_by),
            published_at=term.published_at,
            **dict(term.content),
        )


class TermList(Value):
    """Terms of one member; `next` continues where there are more."""

    terms: tuple[TermView, ...]
    next: str | None
