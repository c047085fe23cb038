"""Learning agreements: proposals, answers, and what the three parties have said."""

from datetime import date
from typing import Annotated

from pydantic import Field

from chaincode.domain.agreements.answers import Party, RefusalReason
from chaincode.domain.agreements.tables import MAX_ROWS
from chaincode.domain.agreements.version import (
    MAX_VERSIONS,
    LateReason,
    VersionKind,
    VersionStatus,
)
from chaincode.domain.values import Digest, Instant, Value, Version
from gateway.api.documents.decimals import Amount, CreditsText
from gateway.api.documents.identifiers import CourseId, ProgrammeId, RecordId

VersionNumber = Annotated[int, Field(ge=1, le=MAX_VERSIONS)]


class HostCourseBody(Value):
    """A row of table A; without a digest, the course as it is now."""

    course: CourseId
    digest: Digest | None = None


class HomeCourseBody(HostCourseBody):
    """A row of table B: how many of the course's credits are replaced."""

    credits: CreditsText


TableA = Annotated[list[HostCourseBody], Field(max_length=MAX_ROWS)]
TableB = Annotated[list[HomeCourseBody], Field(max_length=MAX_ROWS)]


class ProposeAgreementBody(Value):
    """What to take in a term of the host, and what it replaces in a programme at home.

    `rules` is the series of rules by which home recognises. Without `answer_by`, answers are due
    as late as is possible, after two weeks at most.
    """

    programme: ProgrammeId
    programme_digest: Digest | None = None
    term: RecordId
    rules: RecordId
    table_a: TableA
    table_b: TableB
    late_reason: Annotated[LateReason | None, Field(strict=False)] = None
    answer_by: Instant | None = None


class ChangeAgreementBody(Value):
    """The next version: other tables, or with `kind` cancel none."""

    expected_version: Version
    kind: Annotated[VersionKind, Field(strict=False)] = VersionKind.CHANGE
    table_a: TableA = Field(default_factory=list)
    table_b: TableB = Field(default_factory=list)
    late_reason: Annotated[LateReason | None, Field(strict=False)] = None
    answer_by: Instant | None = None


class SeenVersionBody(Value):
    """The version that is meant, by the number and the digest that were seen."""

    number: VersionNumber
    digest: Digest


class RefuseAgreementBody(SeenVersionBody):
    """A refusal has its reason."""

    reason: Annotated[RefusalReason, Field(strict=False)]


class HostCourseView(Value):
    """A row of table A."""

    course: CourseId
    digest: Digest


class HomeCourseView(HostCourseView):
    """A row of table B."""

    credits: Amount


class AnswerView(Value):
    """What one party said."""

    approve: bool
    reason: RefusalReason | None
    by: str
    at: Instant


class AnswersView(Value):
    """What each party said; null where it has not."""

    student: AnswerView | None
    host: AnswerView | None
    home: AnswerView | None


class AgreementVersionView(Value):
    """One version as it stands now. Who still has to answer is in `awaited`, until `answer_by`."""

    number: VersionNumber
    kind: VersionKind
    status: VersionStatus
    digest: Digest
    table_a: tuple[HostCourseView, ...]
    table_b: tuple[HomeCourseView, ...]
    late_reason: LateReason | None
    proposed_by: str
    proposed_at: Instant
    answer_by: Instant
    answers: AnswersView
    awaited: tuple[Party, ...]


class ChangeWindowView(Value):
    """The last day on which a proposal is in time, in the host's time zone."""

    through: date
    time_zone: str


class AgreementView(Value):
    """A learning agreement with all its versions; `in_force` is the number of the one that binds.

    `you_are` says for whom the person who asks speaks, `your_answer` whether it is awaited.
    """

    id: RecordId
    version: Version
    student: str
    home: str
    host: str
    programme: ProgrammeId
    programme_digest: Digest
    term: RecordId
    rules: RecordId
    changes: ChangeWindowView
    in_force: VersionNumber | None
    cancelled: bool
    you_are: tuple[Party, ...]
    your_answer: bool
    versions: tuple[AgreementVersionView, ...]


class AgreementList(Value):
    """Agreements that concern the person who asks."""

    agreements: tuple[AgreementView, ...]
