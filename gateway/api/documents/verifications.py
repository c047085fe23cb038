"""Requests to see a credit's evidence, the holder's answer, review and verdict."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from chaincode.domain.values import (
    Digest,
    FileSize,
    Instant,
    MediaType,
    Number,
    Outcome,
    Slug,
    Value,
    Version,
)
from chaincode.domain.verification import ConsentStatus, Purpose
from gateway.api.documents.credits import ReportView
from gateway.api.documents.decimals import Amount
from gateway.api.documents.identifiers import CourseId, RecordId


def _prose(text: str) -> str:
    if any(unicodedata.category(letter) in {"Cc", "Cs"} and letter != "\n" for letter in text):
        raise ValueError("a report holds no control characters but line ends")
    return text


ReportText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=10_000, strip_whitespace=True),
    AfterValidator(_prose),
    Field(repr=False),
]


class RequestVerificationBody(Value):
    """Ask for a credit's evidence. `reviewer` is the account of a teacher of the requester."""

    credit: RecordId
    purpose: Annotated[Purpose, Field(strict=False)]
    expires_at: Instant
    reviewer: RecordId


class AnswerBody(Value):
    """The holder's answer to the request, and about the credit, as seen."""

    grant: bool
    request_digest: Digest
    credit_version: Version


class WithdrawBody(Value):
    """Take a consent back."""

    expected_version: Version


class ReviewBody(Value):
    """A teacher's review of the work; the report stays with the member."""

    outcome: Annotated[Outcome, Field(strict=False)]
    report: ReportText


class VerdictBody(ReviewBody):
    """A registrar's decision on the reviewed work."""

    expected_version: Version


class ConsentView(Value):
    """The holder's answer as it stands on the ledger."""

    version: Version
    status: ConsentStatus
    credit_version: Version
    at: Instant


class FindingView(Value):
    """What one person found; `report` is shown where it is kept."""

    by: str
    at: Instant
    outcome: Outcome
    report_commitment: Digest
    report: Annotated[str | None, Field(repr=False)]


class VerdictView(Value):
    """Review and decision."""

    version: Version
    review: FindingView
    decision: FindingView | None


class VerificationView(Value):
    """A request with all that has followed on it. `digest` is what an answer refers to."""

    id: RecordId
    version: Version
    digest: Digest
    requester: str
    by: str
    credit: RecordId
    credit_version: Version
    course: CourseId
    purpose: Purpose
    requested_at: Instant
    expires_at: Instant
    reviewer: str | None
    consent: ConsentView | None
    verdict: VerdictView | None


class VerificationList(Value):
    """Requests that concern the person who asks."""

    requests: tuple[VerificationView, ...]
    next: RecordId | None = None
    """Behind which request the next page begins."""


class OpenedGradeView(Value):
    """A mark as the holder showed it; `matches` compares it with the ledger's commitment."""

    number: Number
    part: Slug
    mark: Annotated[Amount, Field(repr=False)]
    matches: bool


class OpenedWorkView(Value):
    """A piece of work as the holder showed it; `matches` as for grades."""

    number: Number
    part: Slug
    media_type: MediaType
    size: FileSize
    file_name: Annotated[str, Field(repr=False)]
    digest: Digest
    body: Digest
    matches: bool


class EvidenceView(Value):
    """Opened evidence, and CheckStudent's report from the asking member's own peer."""

    report: ReportView
    grades: tuple[OpenedGradeView, ...]
    works: tuple[OpenedWorkView, ...]
