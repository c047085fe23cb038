"""From an invocation to a contract function: the one place where calls are let in.

The order is fixed: who calls (certificate), may that role (declaration), does the account speak
for the key (ledger), are the arguments well-formed; only then does the function run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chaincode.contracts import (
    agreements,
    corrections,
    courses,
    credit,
    decisions,
    learning,
    membership,
    programmes,
    quality,
    reading,
    redemption,
    rules,
    supervision,
    transfers,
    verification,
)
from chaincode.contracts.operation import Call, Operation
from chaincode.domain import canonical
from chaincode.domain.account import Account
from chaincode.domain.caller import Caller, Role
from chaincode.domain.commands.base import Arguments
from chaincode.domain.commands.membership import ActivateAccount, InitLedger
from chaincode.domain.constitution import Constitution
from chaincode.domain.errors import (
    AccountInactive,
    ConstitutionUnexpected,
    DomainError,
    InvalidArgument,
    NotPermitted,
    PrivateInputForbidden,
    PrivateInputMissing,
    RecordCorrupt,
    UnknownOperation,
    WrongState,
)
from chaincode.domain.json_value import JsonValue
from chaincode.domain.keys import CONSTITUTION_KEY
from chaincode.ledger.certificate import caller_of
from chaincode.ledger.ledger import Ledger
from chaincode.ledger.stub import Stub

PRIVATE = "private"
"""The one transient field."""

OPERATIONS: Mapping[str, Operation] = {
    operation.name: operation
    for subject in (
        membership,
        courses,
        learning,
        credit,
        corrections,
        verification,
        rules,
        programmes,
        quality,
        transfers,
        redemption,
        decisions,
        supervision,
        agreements,
        reading,
    )
    for operation in subject.operations.all
}


@dataclass(frozen=True, slots=True)
class Reply:
    """A chaincode response: `status` 200, or 500 with the error's document as `message`."""

    status: int
    message: str
    payload: bytes


class Router:
    """Dispatches invocations at one member's peer."""

    def __init__(self, constitution_digest: str, *, member: str) -> None:
        """Take what this member's operator agreed to, and the member's MSP id."""
        self._constitution_digest = constitution_digest
        self._member = member

    async def __call__(self, stub: Stub) -> Reply:
        """Run one invocation; a refusal is a reply, a crash is the shim's business."""
        try:
            payload = canonical.encode(await self._invoke(stub))
        except DomainError as error:
            return Reply(500, canonical.encode(error.document()).decode(), b"")
        return Reply(200, "", payload)

    async def _invoke(self, stub: Stub) -> Mapping[str, JsonValue]:
        operation = _find(stub)
        caller = caller_of(stub.creator)
        if caller.role not in operation.callers:
            raise NotPermitted(
                f"{operation.name} is for: {', '.join(sorted(operation.callers))}; "
                f"the certificate says {caller.role.value}",
                facts={"role": caller.role.value},
            )
        ledger = Ledger(stub)
        constitution = await self._constitution(ledger, stub, operation)
        constitution.kind_of(caller.msp_id)
        await _authenticate(ledger, operation, caller)
        command = operation.arguments.parse(_document(stub))
        call = Call(ledger, caller, constitution, self._member)
        answer = await operation.handler(call, command, **_private(stub, operation))
        if not operation.writes:
            return answer or {}
        intent: str = command.operation  # type: ignore[attr-defined] # every writing function takes a Command
        ledger.emit(operation.name, intent)
        return {"operation": intent, "written": ledger.written}

    async def _constitution(self, ledger: Ledger, stub: Stub, operation: Operation) -> Constitution:
        found = await ledger.find(Constitution, CONSTITUTION_KEY)
        if found is None:
            if operation.arguments is not InitLedger:
                raise WrongState("the ledger has no constitution yet: InitLedger comes first")
            command = InitLedger.parse(_document(stub))
            found = Constitution.founded(command.content, operation=command.operation)
        if found.content.digest() != self._constitution_digest:
            raise ConstitutionUnexpected("this member agreed to another constitution")
        return found


def _find(stub: Stub) -> Operation:
    name = stub.arguments[0].decode("utf-8", "replace") if stub.arguments else ""
    operation = OPERATIONS.get(name)
    if operation is None:
        raise UnknownOperation(f"there is no function {name[:64]!r}")
    return operation


def _document(stub: Stub) -> bytes:
    if len(stub.arguments) != 2:  # noqa: PLR2004 - name and document
        raise InvalidArgument("a function takes one JSON document")
    return stub.arguments[1]


async def _authenticate(ledger: Ledger, operation: Operation, caller: Caller) -> None:
    """Hold the certificate to its account; operators and gateways are the members' machines."""
    if caller.role in (Role.OPERATOR, Role.GATEWAY):
        return
    account = await _account(ledger, caller)
    account.require_speaks(caller, activating=operation.arguments is ActivateAccount)


async def _account(ledger: Ledger, caller: Caller) -> Account:
    try:
        account = await ledger.find(Account, caller.account)
    except RecordCorrupt as error:
        raise AccountInactive("the caller's account cannot be read") from error
    if account is None:
        raise AccountInactive("the certificate's account is not on the ledger")
    return account


def _private(stub: Stub, operation: Operation) -> dict[str, Any]:
    given = dict(stub.transient)
    if operation.private is None:
        if given:
            raise PrivateInputForbidden(f"{operation.name} takes no private inputs")
        return {}
    document = given.pop(PRIVATE, None)
    if document is None or given:
        raise PrivateInputMissing(f"{operation.name} needs its private inputs, and nothing else")
    return {PRIVATE: _parse_private(operation.private, document)}


def _parse_private(private: type[Arguments], document: bytes) -> Arguments:
    try:
        return private.parse(document)
    except InvalidArgument as error:
        field = f"{PRIVATE}.{error.field}" if error.field else PRIVATE
        raise InvalidArgument(error.detail, field=field) from error
