"""Application, admission, work and grades."""

from typing import Annotated

from pydantic import Field

from chaincode.domain.commands.base import Arguments, Command
from chaincode.domain.enrolment import AdmissionRefusal
from chaincode.domain.grade import GradeReason, ReviewOutcome
from chaincode.domain.keys import CourseKey, EnrolmentKey
from chaincode.domain.values import (
    Digest,
    Mark,
    Number,
    RandomId,
    Secret256,
    Slug,
    Version,
)


class ApplyForCourse(Command):
    """A student applies; the four slots of the enrolment are created empty."""

    enrolment: RandomId
    course: CourseKey
    course_digest: Digest
    key_commitment: Digest


class LearnCourse(Command):
    """The paper's LearnCourse: the teacher admits, or refuses with a reason."""

    enrolment: EnrolmentKey
    expected_version: Version
    admit: bool
    reason: AdmissionRefusal | None = None


class LearnCoursePrivate(Arguments):
    """The key that both gateways agreed on."""

    enrolment_key: Secret256


class WorkUpload(Command):
    """The paper's WorkUpload: commit to sealed work."""

    enrolment: EnrolmentKey
    expected_version: Version
    part: Slug
    commitment: Digest


class AddGrade(Command):
    """The paper's AddGrade: grade one part, or correct it with a reason."""

    enrolment: EnrolmentKey
    expected_version: Version
    part: Slug
    work_number: Number
    commitment: Digest
    reason: GradeReason


class AddGradePrivate(Arguments):
    """The mark, and what hides it."""

    enrolment_key: Secret256
    mark: Annotated[Mark, Field(repr=False)]
    salt: Secret256


class ReviewGrade(Command):
    """The second level of review for an offline grade, as seen."""

    enrolment: EnrolmentKey
    expected_version: Version
    number: Number
    outcome: ReviewOutcome
