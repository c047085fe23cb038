"""Verification by another member."""

from chaincode.domain.commands.base import Command
from chaincode.domain.keys import EnrolmentKey, RequestKey
from chaincode.domain.values import Digest, Instant, Outcome, RandomId, Version
from chaincode.domain.verification import Purpose


class RequestVerification(Command):
    """A registrar asks to see the evidence of a credit."""

    request: RandomId
    enrolment: EnrolmentKey
    purpose: Purpose
    expires_at: Instant


class AnswerRequest(Command):
    """The holder consents to a request as seen, or refuses it."""

    request: RequestKey
    request_digest: Digest
    credit_version: Version
    grant: bool


class WithdrawConsent(Command):
    """The holder takes a consent back."""

    request: RequestKey
    expected_version: Version


class ReviewVerification(Command):
    """A teacher of the requester reports on the work; the report stays with the member."""

    request: RequestKey
    outcome: Outcome
    report_commitment: Digest


class RecordVerdict(Command):
    """A registrar of the requester decides on the reviewed work."""

    request: RequestKey
    expected_version: Version
    outcome: Outcome
    report_commitment: Digest
