"""Courses."""

from typing import Annotated

from pydantic import Field

from chaincode.domain.commands.base import Command
from chaincode.domain.course import Window
from chaincode.domain.grading import Part, Scale
from chaincode.domain.keys import CourseKey
from chaincode.domain.recognition.demands import Category, CourseKind
from chaincode.domain.values import (
    ClassHours,
    Credits,
    FieldOfStudy,
    RandomId,
    Reason,
    Title,
    Version,
)


class ProposeCourse(Command):
    """A teacher proposes version `number` of a course of her own."""

    course: RandomId
    number: Annotated[int, Field(ge=1, le=9_999)]
    title: Title
    field: FieldOfStudy
    credits: Credits
    class_hours: ClassHours
    parts: Annotated[tuple[Part, ...], Field(min_length=1, max_length=20)]
    scale: Scale
    window: Window
    category: Category | None = None
    course_kind: CourseKind | None = None


class CheckCourse(Command):
    """The paper's CheckCourse: a registrar approves, or refuses with a reason."""

    course: CourseKey
    expected_version: Version
    approve: bool
    reason: Reason | None = None
