"""RequestVerification, AnswerRequest, WithdrawConsent, ReviewVerification, RecordVerdict."""

from chaincode.contracts.holding import load_holding
from chaincode.contracts.operation import Call, Operations
from chaincode.domain.caller import Role
from chaincode.domain.commands.verification import (
    AnswerRequest,
    RecordVerdict,
    RequestVerification,
    ReviewVerification,
    WithdrawConsent,
)
from chaincode.domain.credit import Credit, CreditStatus
from chaincode.domain.errors import (
    ConsentMissing,
    InvalidArgument,
    NotParty,
    OutsideWindow,
    StaleReference,
    WrongState,
)
from chaincode.domain.keys import Kind, record_key, sibling
from chaincode.domain.verification import (
    Consent,
    ConsentStatus,
    Finding,
    Verdict,
    VerificationRequest,
)

operations = Operations()


@operations.writes(Role.REGISTRAR)
async def request_verification(call: Call, command: RequestVerification) -> None:
    """A registrar asks for a credit's evidence, with a purpose and an end."""
    owner = call.caller.msp_id
    if command.expires_at <= call.ledger.now:
        raise InvalidArgument("the request would have expired already", field="expires_at")
    _require_awarded(await call.ledger.load(Credit, sibling(command.enrolment, Kind.CREDIT)))
    request = VerificationRequest(
        key=record_key(Kind.REQUEST, owner, command.request),
        version=1,
        operation=command.operation,
        requester=owner,
        by=call.caller.account,
        enrolment=command.enrolment,
        purpose=command.purpose,
        requested_at=call.ledger.now,
        expires_at=command.expires_at,
    )
    await call.ledger.create(request, changed_by=(owner,))


@operations.writes(Role.STUDENT)
async def answer_request(call: Call, command: AnswerRequest) -> None:
    """The holder consents to a request as seen, or refuses it."""
    request = await call.ledger.load(VerificationRequest, command.request)
    holding = await load_holding(call, request.enrolment)
    holding.require_holder(call.caller)
    if request.digest() != command.request_digest:
        raise StaleReference("the request is not the one that was seen", field="request_digest")
    if call.ledger.now > request.expires_at:
        raise OutsideWindow("the request has expired")
    credit = _require_awarded(holding.credit)
    credit.expect(command.credit_version, field="credit_version")
    consent = Consent(
        key=sibling(request.key, Kind.CONSENT),
        version=1,
        operation=command.operation,
        request=request.key,
        request_digest=command.request_digest,
        credit_version=credit.version,
        by=call.caller.account,
        status=ConsentStatus.GRANTED if command.grant else ConsentStatus.REFUSED,
        at=call.ledger.now,
    )
    await call.ledger.create(consent, changed_by=None)


@operations.writes(Role.STUDENT)
async def withdraw_consent(call: Call, command: WithdrawConsent) -> None:
    """The holder takes a consent back."""
    consent = await call.ledger.load(Consent, sibling(command.request, Kind.CONSENT))
    if consent.by != call.caller.account:
        await _require_moved_here(call, command.request)
    consent.expect(command.expected_version)
    await call.ledger.replace(consent.withdrawn(at=call.ledger.now, operation=command.operation))


@operations.writes(Role.TEACHER)
async def review_verification(call: Call, command: ReviewVerification) -> None:
    """A teacher of the requester reports on work that the holder consented to show."""
    request, consent = await _consented(call, command.request)
    verdict = Verdict(
        key=sibling(request.key, Kind.VERDICT),
        version=1,
        operation=command.operation,
        request=request.key,
        enrolment=request.enrolment,
        credit_version=consent.credit_version,
        review=_finding(call, command),
        decision=None,
    )
    await call.ledger.create(verdict, changed_by=None)


@operations.writes(Role.REGISTRAR)
async def record_verdict(call: Call, command: RecordVerdict) -> None:
    """A registrar of the requester decides on the reviewed work."""
    request, _ = await _consented(call, command.request)
    verdict = await call.ledger.load(Verdict, sibling(request.key, Kind.VERDICT))
    verdict.expect(command.expected_version)
    await call.ledger.replace(verdict.decided(_finding(call, command), operation=command.operation))


def _finding(call: Call, command: ReviewVerification | RecordVerdict) -> Finding:
    return Finding(
        by=call.caller.account,
        at=call.ledger.now,
        outcome=command.outcome,
        report_commitment=command.report_commitment,
    )


async def _consented(call: Call, key: str) -> tuple[VerificationRequest, Consent]:
    request = await call.ledger.load(VerificationRequest, key)
    if request.requester != call.caller.msp_id:
        raise NotParty("another member asked for this", field="request")
    consent = await call.ledger.find(Consent, sibling(key, Kind.CONSENT))
    if consent is None:
        raise ConsentMissing("the holder has not answered this request")
    consent.require_covers(request, call.ledger.now)
    return request, consent


async def _require_moved_here(call: Call, key: str) -> None:
    """The holder after a transfer takes back what the earlier pseudonym consented to."""
    request = await call.ledger.load(VerificationRequest, key)
    holding = await load_holding(call, request.enrolment)
    if call.caller.account != holding.holder:
        raise NotParty("this is another person's consent", field="request")


def _require_awarded(credit: Credit) -> Credit:
    if credit.status is not CreditStatus.AWARDED:
        raise WrongState(
            f"the credit is {credit.status.value}, not awarded",
            facts={"status": credit.status.value},
        )
    return credit
