"""Courses as REST takes and shows them."""

from typing import Annotated, Self

from pydantic import Field

from chaincode.domain.course import Course, CourseStatus, Window
from chaincode.domain.grading import Better, Mode, Part, Rounding, Scale
from chaincode.domain.recognition.demands import Category, CourseKind
from chaincode.domain.recognition.process_limits import ProcessFloor
from chaincode.domain.values import (
    ClassHours,
    Digest,
    FieldOfStudy,
    Instant,
    Reason,
    Slug,
    Title,
    Value,
    Version,
)
from gateway.api.documents.decimals import Amount, CreditsText, MarkText, StepText, WeightText
from gateway.api.documents.identifiers import CourseId, identifier_of


class PartBody(Part):
    """One assessed part; the weights of all parts sum to "100.00" per cent."""

    weight: WeightText
    mode: Annotated[Mode, Field(strict=False)]


class ScaleBody(Scale):
    """A numeric scale; every mark on it is a text with two decimals."""

    lowest: MarkText
    highest: MarkText
    pass_mark: MarkText
    better: Annotated[Better, Field(strict=False)]
    step: Annotated[StepText, Field(json_schema_extra={"default": "0.01"})] = 1
    rounding: Annotated[Rounding, Field(strict=False)] = Rounding.HALF_UP


class ProposeCourseBody(Value):
    """A new course, or the version that follows `previous`, the teacher's own."""

    title: Title
    field: FieldOfStudy
    credits: CreditsText
    class_hours: ClassHours
    parts: Annotated[list[PartBody], Field(min_length=1, max_length=20)]
    scale: ScaleBody
    window: Window
    category: Annotated[Category | None, Field(strict=False)] = None
    course_kind: Annotated[CourseKind | None, Field(strict=False)] = None
    """How it is taught; left out, its parts say it."""
    previous: CourseId | None = None

    def domain_parts(self) -> tuple[Part, ...]:
        """The parts in the domain's own type."""
        return tuple(Part(**dict(part)) for part in self.parts)

    def domain_scale(self) -> Scale:
        """The scale in the domain's own type."""
        return Scale(**dict(self.scale))


class CheckCourseBody(Value):
    """A registrar's finding on the version of the record that was seen."""

    approve: bool
    expected_version: Version
    reason: Reason | None = None


class PlaceView(Value):
    """Where a part is examined; no member means on no member's premises."""

    country: str
    province: str | None
    city: str | None
    member: str | None


class PartView(Value):
    """One assessed part."""

    id: Slug
    title: str
    weight: Amount
    mode: Mode
    proctored: bool
    place: PlaceView | None
    process: ProcessFloor | None

    @classmethod
    def of(cls, part: Part) -> Self:
        """Show a part."""
        place = PlaceView(**dict(part.place)) if part.place else None
        return cls(**dict(part) | {"place": place})


class ScaleView(Value):
    """A grading scale."""

    lowest: Amount
    highest: Amount
    pass_mark: Amount
    better: Better
    step: Amount
    rounding: Rounding


class CourseReviewView(Value):
    """Who reviewed a course, when, and why it was refused."""

    by: str
    at: Instant
    reason: str | None


class CourseView(Value):
    """One version of a course. `version` counts the record's changes, not the course's."""

    id: CourseId
    version: Version
    status: CourseStatus
    university: str
    title: str
    field: FieldOfStudy
    credits: Amount
    class_hours: ClassHours
    parts: tuple[PartView, ...]
    scale: ScaleView
    window: Window
    category: Category | None
    course_kind: CourseKind
    """As stated, else by its parts."""
    teacher: str
    digest: Digest
    proposed_at: Instant
    review: CourseReviewView | None

    @classmethod
    def of(cls, course: Course) -> Self:
        """Show a record."""
        content, review = course.content, course.review
        return cls(
            id=identifier_of(course.key),
            version=course.version,
            status=course.status,
            university=course.owner,
            title=content.title,
            field=content.field,
            credits=content.credits,
            class_hours=content.class_hours,
            parts=tuple(map(PartView.of, content.parts)),
            scale=ScaleView(**dict(content.scale)),
            window=content.window,
            category=content.category,
            course_kind=content.taught,
            teacher=identifier_of(content.teacher),
            digest=course.digest,
            proposed_at=course.proposed_at,
            review=None
            if review is None
            else CourseReviewView(by=identifier_of(review.by), at=review.at, reason=review.reason),
        )


class CourseList(Value):
    """Courses of one university; `next` continues where there are more."""

    courses: tuple[CourseView, ...]
    next: str | None
