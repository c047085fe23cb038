"""RequestTransfer, ReleaseStudent, AcceptTransfer: a credit moves to another home."""

from chaincode.contracts.holding import expect_version, load_holding, write
from chaincode.contracts.operation import Call, Operations
from chaincode.domain.account import Account, AccountStatus
from chaincode.domain.caller import Role
from chaincode.domain.commands.transfers import AcceptTransfer, ReleaseStudent, RequestTransfer
from chaincode.domain.constitution import MemberKind
from chaincode.domain.errors import AccountInactive, InvalidArgument, RecordNotFound
from chaincode.domain.holding import Holding
from chaincode.domain.keys import Kind, sibling, split_key
from chaincode.domain.transfer import Transfer

operations = Operations()


@operations.writes(Role.STUDENT)
async def request_transfer(call: Call, command: RequestTransfer) -> None:
    """The holder names the account at the new home; an unaccepted earlier request falls."""
    holding = await load_holding(call, command.enrolment)
    holding.require_holder(call.caller)
    key = sibling(command.enrolment, Kind.TRANSFER)
    expect_version(holding.transfer, key, command.expected_version)
    holding.require_result()
    target = split_key(command.student).owner
    call.constitution.require_kind(target, MemberKind.UNIVERSITY, MemberKind.CREDIT_BANK)
    await _require_student(call, command.student)
    transfer = Transfer.requested(
        holding.transfer,
        key=key,
        source=holding.home,
        target=target,
        student=command.student,
        by=call.caller.account,
        at=call.ledger.now,
        operation=command.operation,
    )
    await write(call, transfer)


@operations.writes(Role.REGISTRAR)
async def release_student(call: Call, command: ReleaseStudent) -> None:
    """The old home's release is recorded; it stays home until the new one accepts."""
    _, transfer = await _asked(call, command)
    await call.ledger.replace(
        transfer.released(
            member=call.caller.msp_id,
            by=call.caller.account,
            at=call.ledger.now,
            operation=command.operation,
        )
    )


@operations.writes(Role.REGISTRAR)
async def accept_transfer(call: Call, command: AcceptTransfer) -> None:
    """The new home is home from now on; the old one's redemptions without a degree are free."""
    holding, transfer = await _asked(call, command)
    accepted = transfer.accepted(
        member=call.caller.msp_id,
        by=call.caller.account,
        at=call.ledger.now,
        operation=command.operation,
        faults=command.faults,
    )
    await _require_student(call, accepted.entries[-1].student)
    await call.ledger.replace(accepted)
    if holding.redemption is not None:
        freed = holding.redemption.freed_from(
            holding.home, by=call.caller.account, at=call.ledger.now, operation=command.operation
        )
        if freed is not None:
            await call.ledger.replace(freed)


async def _asked(call: Call, command: ReleaseStudent | AcceptTransfer) -> tuple[Holding, Transfer]:
    holding = await load_holding(call, command.enrolment)
    if holding.transfer is None:
        key = sibling(command.enrolment, Kind.TRANSFER)
        raise RecordNotFound("the holder has asked for no transfer", facts={"key": key})
    holding.transfer.expect(command.expected_version)
    return holding, holding.transfer


async def _require_student(call: Call, key: str) -> None:
    account = await call.ledger.load(Account, key)
    if account.role is not Role.STUDENT:
        raise InvalidArgument("a credit moves to a student's account", field="student")
    if account.status is not AccountStatus.ACTIVE:
        raise AccountInactive("the account at the new home is not active", field="student")
