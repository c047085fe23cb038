"""Credits and their checks as REST takes and shows them."""

from typing import Annotated

from pydantic import Field

from chaincode.domain.check import CheckCode
from chaincode.domain.credit import CreditStatus
from chaincode.domain.values import Digest, Instant, Outcome, Slug, Value, Version
from gateway.api.documents.decimals import Amount
from gateway.api.documents.identifiers import CourseId, RecordId


class ApplyForCreditBody(Value):
    """Apply on the grades as seen, and seal the work to the home university."""

    expected_version: Version
    grade_version: Version


class AwardBody(Value):
    """Award on the very versions that a check has shown."""

    expected_version: Version
    work_version: Version
    grade_version: Version


class AwardView(Value):
    """What was awarded, by whom, on which versions of work and grades."""

    credits: Amount
    result_commitment: Digest
    work_version: Version
    grade_version: Version
    by: str
    at: Instant


class CreditView(Value):
    """The credit of one enrolment; its id is the enrolment's."""

    id: RecordId
    version: Version
    status: CreditStatus
    course: CourseId
    student: str
    """The account that speaks for the credit, and its university: as they are now."""
    home: str
    teaching: str
    applied_at: Instant | None
    award: AwardView | None


class CreditList(Value):
    """The credits that concern the person who asks."""

    credits: tuple[CreditView, ...]


class CheckView(Value):
    """One answer of CheckStudent."""

    code: CheckCode
    outcome: Outcome
    part: Slug | None


class ReportView(Value):
    """CheckStudent's report, and the versions that it is about."""

    outcome: Outcome
    mark: Annotated[Amount | None, Field(repr=False)]
    checks: tuple[CheckView, ...]
    credit_version: Version
    work_version: Version
    grade_version: Version
