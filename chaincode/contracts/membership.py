"""InitLedger, accounts and members' keys."""

from chaincode.contracts.operation import Call, Operations
from chaincode.domain.account import (
    Account,
    AccountStatus,
    AttestationKind,
    attested,
    require_may_register,
    required_attestations,
)
from chaincode.domain.caller import Role
from chaincode.domain.commands.membership import (
    ActivateAccount,
    CloseAccount,
    InitLedger,
    PublishMemberKeys,
    RegisterAccount,
    RegisterPseudonym,
)
from chaincode.domain.constitution import Constitution, MemberKind
from chaincode.domain.errors import InvalidArgument, NotParty, RecordNotFound
from chaincode.domain.keys import Kind, member_key, record_key, split_key
from chaincode.domain.member import MemberProfile

operations = Operations()


@operations.writes(Role.OPERATOR)
async def init_ledger(call: Call, command: InitLedger) -> None:
    """Found the consortium; the constitution was compared with the configured digest before."""
    constitution = Constitution.founded(command.content, operation=command.operation)
    constitution.kind_of(call.caller.msp_id)
    await call.ledger.create(constitution, changed_by=None)


@operations.writes(Role.OPERATOR, Role.REGISTRAR)
async def register_account(call: Call, command: RegisterAccount) -> None:
    """Register a person whom the caller has verified."""
    require_may_register(call.caller, command.role)
    kinds = (
        (MemberKind.AUTHORITY,)
        if command.role is Role.SUPERVISOR
        else (MemberKind.UNIVERSITY, MemberKind.AUTHORITY, MemberKind.CREDIT_BANK)
    )
    call.constitution.require_kind(call.caller.msp_id, *kinds)
    missing = required_attestations(command.role) - set(command.attestations)
    if missing or len(set(command.attestations)) != len(command.attestations):
        raise InvalidArgument(
            f"a {command.role.value} needs each once: "
            + ", ".join(sorted(required_attestations(command.role))),
            field="attestations",
        )
    await _register(call, command, command.role, command.attestations)


@operations.writes(Role.GATEWAY)
async def register_pseudonym(call: Call, command: RegisterPseudonym) -> None:
    """Register a student's pseudonym: active at once, since its key acts for nothing else."""
    call.constitution.require_kind(
        call.caller.msp_id, MemberKind.UNIVERSITY, MemberKind.CREDIT_BANK
    )
    await _register(call, command, Role.STUDENT, (AttestationKind.IDENTITY,))


async def _register(
    call: Call,
    command: RegisterAccount | RegisterPseudonym,
    role: Role,
    attestations: tuple[AttestationKind, ...],
) -> None:
    owner = call.caller.msp_id
    pseudonym = isinstance(command, RegisterPseudonym)
    account = Account.model_validate(
        {
            "key": record_key(Kind.ACCOUNT, owner, command.identifier),
            "version": 1,
            "operation": command.operation,
            "owner": owner,
            "role": role,
            "status": AccountStatus.ACTIVE if pseudonym else AccountStatus.REGISTERED,
            "key_digest": command.key_digest,
            "sealing_key": command.sealing_key,
            "attestations": attested(attestations, by=call.caller.identifier, at=call.ledger.now),
            "registered_at": call.ledger.now,
        }
    )
    await call.ledger.create(account, changed_by=(owner,))


@operations.writes(Role.REGISTRAR, Role.SUPERVISOR, Role.TEACHER, Role.STUDENT)
async def activate_account(call: Call, command: ActivateAccount) -> None:
    """Activate the caller's own account; the router has held the key to it."""
    account = await call.ledger.load(Account, call.caller.account)
    account.expect(command.expected_version)
    await call.ledger.replace(account.activated(operation=command.operation))


@operations.writes(Role.OPERATOR, Role.REGISTRAR)
async def close_account(call: Call, command: CloseAccount) -> None:
    """Close an account of the caller's own member."""
    if split_key(command.account).owner != call.caller.msp_id:
        raise NotParty("the account belongs to another member", field="account")
    account = await call.ledger.load(Account, command.account)
    account.expect(command.expected_version)
    require_may_register(call.caller, account.role)
    await call.ledger.replace(account.closed(operation=command.operation))


@operations.writes(Role.OPERATOR)
async def publish_member_keys(call: Call, command: PublishMemberKeys) -> None:
    """Publish the keys that others seal to, or replace them."""
    call.constitution.kind_of(call.caller.msp_id)
    key = member_key(call.caller.msp_id)
    fields = {"evidence_key": command.evidence_key, "intake_key": command.intake_key}
    if command.expected_version is None:
        profile = MemberProfile(key=key, version=1, operation=command.operation, **fields)
        await call.ledger.create(profile, changed_by=(call.caller.msp_id,))
        return
    found = await call.ledger.find(MemberProfile, key)
    if found is None:
        raise RecordNotFound("no keys were published yet", field="expected_version")
    found.expect(command.expected_version)
    await call.ledger.replace(found.next(command.operation, **fields))
