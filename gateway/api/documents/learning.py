"""Enrolments, work and grades as REST takes and shows them."""

from typing import Annotated, Self

from pydantic import Field

from chaincode.domain.enrolment import AdmissionRefusal, Enrolment, EnrolmentStatus
from chaincode.domain.grade import GradeReason, ReviewOutcome
from chaincode.domain.grading import Mode
from chaincode.domain.values import (
    Digest,
    FileSize,
    Instant,
    MediaType,
    Number,
    Slug,
    Value,
    Version,
)
from gateway.api.documents.decimals import Amount, MarkText
from gateway.api.documents.identifiers import CourseId, RecordId, identifier_of


class EnrolBody(Value):
    """Apply for a course version. `course_digest`, where given, is what the student saw."""

    course: CourseId
    course_digest: Digest | None = None


class LearnBody(Value):
    """The teacher's admission, or refusal with its reason."""

    admit: bool
    expected_version: Version
    reason: Annotated[AdmissionRefusal | None, Field(strict=False)] = None


class GradeBody(Value):
    """A mark for one part. `work_number` is what was graded; without it the latest work is."""

    part: Slug
    mark: Annotated[MarkText, Field(repr=False)]
    expected_version: Version
    work_number: Number | None = None
    reason: Annotated[GradeReason, Field(strict=False)] = GradeReason.FIRST


class ReviewGradeBody(Value):
    """The second person's finding on an offline grade."""

    outcome: Annotated[ReviewOutcome, Field(strict=False)]
    expected_version: Version


class EnrolmentView(Value):
    """One student, under one pseudonym, in one course. `ready`: this gateway holds its key."""

    id: RecordId
    version: Version
    status: EnrolmentStatus
    course: CourseId
    student: str
    teacher: str
    home: str
    teaching: str
    ready: bool
    applied_at: Instant
    decided_at: Instant | None
    reason: AdmissionRefusal | None

    @classmethod
    def of(cls, enrolment: Enrolment, *, ready: bool) -> Self:
        """Show a record."""
        return cls(
            id=identifier_of(enrolment.key),
            version=enrolment.version,
            status=enrolment.status,
            course=identifier_of(enrolment.course),
            student=identifier_of(enrolment.student),
            teacher=identifier_of(enrolment.teacher),
            home=enrolment.home,
            teaching=enrolment.teaching,
            ready=ready,
            applied_at=enrolment.applied_at,
            decided_at=enrolment.decided_at,
            reason=enrolment.reason,
        )


class EnrolmentList(Value):
    """The enrolments that concern the person who asks."""

    enrolments: tuple[EnrolmentView, ...]


class WorkView(Value):
    """One committed piece of work. `here`: its sealed body lies at this gateway."""

    number: Number
    part: Slug
    commitment: Digest
    by: str
    at: Instant
    here: bool
    body: Digest | None
    sealed_size: FileSize | None


class WorkList(Value):
    """All work of one enrolment, at one version of its slot."""

    version: Version
    entries: tuple[WorkView, ...]


class GradeReviewView(Value):
    """The second level of review."""

    by: str
    at: Instant
    outcome: ReviewOutcome


class GradeView(Value):
    """One grading of one part. `matches`: the value recomputes the ledger's commitment."""

    number: Number
    part: Slug
    mode: Mode
    mark: Annotated[Amount, Field(repr=False)]
    work_number: Number
    commitment: Digest
    matches: bool
    counts: bool
    reason: GradeReason
    by: str
    at: Instant
    review: GradeReviewView | None


class GradeList(Value):
    """All grades of one enrolment, at one version of its slot."""

    version: Version
    entries: tuple[GradeView, ...]


class UploadView(Value):
    """What work was taken in, as the uploader's gateway saw it."""

    media_type: MediaType
    size: FileSize
    digest: Digest
