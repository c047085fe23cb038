"""PublishProgramme and PublishTerm: what degrees ask for, and on which days deadlines stand."""

from chaincode.contracts.operation import Call, Operations
from chaincode.domain.caller import Role
from chaincode.domain.commands.programmes import PublishProgramme, PublishTerm
from chaincode.domain.constitution import MemberKind
from chaincode.domain.keys import Kind, record_key
from chaincode.domain.qualification.programme import Programme
from chaincode.domain.qualification.term import Term

operations = Operations()


@operations.writes(Role.REGISTRAR)
async def publish_programme(call: Call, command: PublishProgramme) -> None:
    """A version is written once; a later one needs the member's own one before it."""
    owner = call.caller.msp_id
    call.constitution.require_kind(owner, MemberKind.UNIVERSITY, MemberKind.CREDIT_BANK)
    if command.number > 1:
        before = record_key(Kind.PROGRAMME, owner, command.programme, command.number - 1)
        await call.ledger.load(Programme, before)
    programme = Programme.published(
        record_key(Kind.PROGRAMME, owner, command.programme, command.number),
        command.content(granted_by=owner),
        by=call.caller.account,
        at=call.ledger.now,
        operation=command.operation,
    )
    await call.ledger.create(programme, changed_by=(owner,))


@operations.writes(Role.REGISTRAR)
async def publish_term(call: Call, command: PublishTerm) -> None:
    """A term is written once: a mistake is a term of its own that nothing refers to."""
    owner = call.caller.msp_id
    call.constitution.require_kind(owner, MemberKind.UNIVERSITY, MemberKind.CREDIT_BANK)
    term = Term.published(
        record_key(Kind.TERM, owner, command.term),
        owner,
        command.content(),
        by=call.caller.account,
        at=call.ledger.now,
        operation=command.operation,
    )
    await call.ledger.create(term, changed_by=(owner,))
