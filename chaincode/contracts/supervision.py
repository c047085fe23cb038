"""RuleOnCredit: an authority's word on a credit."""

from chaincode.contracts.holding import expect_version, load_holding, write
from chaincode.contracts.operation import Call, Operations
from chaincode.domain.caller import Role
from chaincode.domain.commands.supervision import RuleOnCredit
from chaincode.domain.constitution import MemberKind
from chaincode.domain.keys import Kind, sibling
from chaincode.domain.ruling import Ruling

operations = Operations()


@operations.writes(Role.SUPERVISOR)
async def rule_on_credit(call: Call, command: RuleOnCredit) -> None:
    """Suspend, lift or revoke; a revocation may give back what is not yet a degree."""
    authority = call.caller.msp_id
    call.constitution.require_kind(authority, MemberKind.AUTHORITY)
    holding = await load_holding(call, command.enrolment)
    key = sibling(command.enrolment, Kind.RULING)
    expect_version(holding.ruling, key, command.expected_version)
    holding.credit.expect(command.credit_version, field="credit_version")
    ruling = Ruling.ruled(
        holding.ruling,
        key=key,
        ruling=command.ruling,
        reason=command.reason,
        gives_back=command.gives_back,
        authority=authority,
        authorities=call.constitution.count(MemberKind.AUTHORITY),
        by=call.caller.account,
        at=call.ledger.now,
        operation=command.operation,
    )
    await write(call, ruling)
    if command.gives_back and holding.redemption is not None:
        freed = holding.redemption.given_back(
            by=call.caller.account, at=call.ledger.now, operation=command.operation
        )
        if freed is not None:
            await call.ledger.replace(freed)
