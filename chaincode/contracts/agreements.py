"""ProposeAgreement, ProposeAgreementChange, ApproveAgreement, WithdrawAgreementProposal."""

from datetime import timedelta

from chaincode.contracts.operation import Call, Operations
from chaincode.domain.agreements.agreement import Agreement
from chaincode.domain.agreements.answers import Answer
from chaincode.domain.agreements.change_window import ChangeWindow
from chaincode.domain.agreements.conflict import Seen
from chaincode.domain.agreements.purpose import Purpose
from chaincode.domain.agreements.tables import Tables
from chaincode.domain.agreements.version import Proposal, VersionKind
from chaincode.domain.caller import Role
from chaincode.domain.commands.agreements import (
    ApproveAgreement,
    ProposeAgreement,
    ProposeAgreementChange,
    WithdrawAgreementProposal,
)
from chaincode.domain.constitution import MemberKind
from chaincode.domain.course import Course
from chaincode.domain.errors import DomainError, InvalidArgument, NotParty
from chaincode.domain.keys import Kind, record_key, split_key
from chaincode.domain.qualification.programme import Programme
from chaincode.domain.qualification.term import Term

operations = Operations()


@operations.writes(Role.STUDENT)
async def propose_agreement(call: Call, command: ProposeAgreement) -> None:
    """A student begins an agreement; what is on it later takes home and host together."""
    purpose = await _purpose(call, command)
    proposal = _proposal(command, VersionKind.FIRST)
    agreement = Agreement.proposed(
        record_key(Kind.AGREEMENT, purpose.home, command.agreement),
        purpose,
        proposal,
        by=call.caller.account,
        at=call.ledger.now,
        margin=_margin(call),
        operation=command.operation,
    )
    await _require_courses(call, proposal.tables)
    await call.ledger.create(agreement, changed_by=(purpose.home, purpose.host))


@operations.writes(Role.STUDENT, Role.REGISTRAR)
async def propose_agreement_change(call: Call, command: ProposeAgreementChange) -> None:
    """The student, or a registrar of host or home, proposes the next version."""
    agreement = await call.ledger.load(Agreement, command.agreement)
    agreement.parties_of(call.caller)
    agreement.expect(command.expected_version)
    proposal = _proposal(command, command.kind)
    changed = agreement.changed(
        proposal,
        caller=call.caller,
        at=call.ledger.now,
        margin=_margin(call),
        operation=command.operation,
    )
    await _require_courses(call, proposal.tables)
    await call.ledger.replace(changed)


@operations.writes(Role.STUDENT, Role.REGISTRAR)
async def approve_agreement(call: Call, command: ApproveAgreement) -> None:
    """A party approves the version that it saw, or refuses it; the caller says for whom."""
    agreement = await call.ledger.load(Agreement, command.agreement)
    answered = agreement.answered(
        _seen(command),
        Answer(
            approve=command.approve,
            reason=command.reason,
            by=call.caller.account,
            at=call.ledger.now,
        ),
        caller=call.caller,
        margin=_margin(call),
        operation=command.operation,
    )
    if command.approve:
        await _require_courses(call, agreement.versions[-1].tables)
    await call.ledger.replace(answered)


@operations.writes(Role.STUDENT, Role.REGISTRAR)
async def withdraw_agreement_proposal(call: Call, command: WithdrawAgreementProposal) -> None:
    """Who proposed takes the proposal back."""
    agreement = await call.ledger.load(Agreement, command.agreement)
    await call.ledger.replace(
        agreement.withdrawn(
            _seen(command),
            caller=call.caller,
            at=call.ledger.now,
            margin=_margin(call),
            operation=command.operation,
        )
    )


async def _purpose(call: Call, command: ProposeAgreement) -> Purpose:
    """Who agrees and what for, as programme, term and rules stand on the ledger."""
    home, host = call.caller.msp_id, split_key(command.term).owner
    call.constitution.require_kind(home, MemberKind.UNIVERSITY, MemberKind.CREDIT_BANK)
    call.constitution.require_kind(host, MemberKind.UNIVERSITY)
    if split_key(command.programme).owner != home:
        raise NotParty("the programme belongs to another member", field="programme")
    programme = await call.ledger.load(Programme, command.programme)
    programme.require_seen(command.programme_digest)
    term = await call.ledger.load(Term, command.term)
    await call.ledger.read_stored(command.rules)
    return Purpose(
        student=call.caller.account,
        home=home,
        host=host,
        programme=programme.key,
        programme_digest=programme.digest,
        term=term.key,
        rules=command.rules,
        changes=ChangeWindow.of(term.content),
    )


def _margin(call: Call) -> timedelta:
    return timedelta(seconds=call.margin_seconds)


def _seen(command: ApproveAgreement | WithdrawAgreementProposal) -> Seen:
    return Seen(command.expected_version, command.number, command.digest)


def _proposal(command: ProposeAgreement | ProposeAgreementChange, kind: VersionKind) -> Proposal:
    return Proposal(
        kind=kind,
        tables=Tables(table_a=command.table_a, table_b=command.table_b),
        late_reason=command.late_reason,
        answer_by=command.answer_by,
    )


async def _require_courses(call: Call, tables: Tables) -> None:
    """Hold every row to its course as it is now: its university could have rewritten it."""
    for place, row in enumerate(tables.table_a):
        await _course(call, row.course, row.digest, f"table_a.{place}")
    for place, home_row in enumerate(tables.table_b):
        course = await _course(call, home_row.course, home_row.digest, f"table_b.{place}")
        if home_row.credits > course.content.credits:
            raise InvalidArgument(
                "no more credits are replaced than the course has",
                field=f"table_b.{place}.credits",
            )


async def _course(call: Call, key: str, digest: str, field: str) -> Course:
    try:
        course = await call.ledger.load(Course, key)
        course.require_approved(digest)
    except DomainError as error:
        error.field = f"{field}.digest" if error.field else f"{field}.course"
        raise
    return course
