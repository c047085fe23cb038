"""Learning agreements."""

from typing import Annotated

from pydantic import Field

from chaincode.domain.agreements.answers import RefusalReason
from chaincode.domain.agreements.tables import HomeCourses, HostCourses
from chaincode.domain.agreements.version import MAX_VERSIONS, LateReason, VersionKind
from chaincode.domain.commands.base import Command
from chaincode.domain.keys import AgreementKey, ProgrammeKey, SeriesKey, TermKey
from chaincode.domain.values import Digest, Instant, RandomId, Version


class _Proposing(Command):
    table_a: HostCourses
    table_b: HomeCourses
    answer_by: Instant
    late_reason: LateReason | None = None


class ProposeAgreement(_Proposing):
    """A student proposes what to take in a term of the host, and what it replaces at home."""

    agreement: RandomId
    programme: ProgrammeKey
    programme_digest: Digest
    term: TermKey
    rules: SeriesKey


class ProposeAgreementChange(_Proposing):
    """One of the three proposes the next version: other tables, or none to cancel."""

    agreement: AgreementKey
    expected_version: Version
    kind: VersionKind


class _Answering(Command):
    agreement: AgreementKey
    expected_version: Version
    number: Annotated[int, Field(ge=1, le=MAX_VERSIONS)]
    digest: Digest


class ApproveAgreement(_Answering):
    """One of the three approves the version that it saw, or refuses it with a reason."""

    approve: bool
    reason: RefusalReason | None = None


class WithdrawAgreementProposal(_Answering):
    """The proposer takes the version back, while nobody else has answered."""
