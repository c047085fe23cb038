"""What becomes of a new pseudonym's account when its first application is final."""

from collections.abc import Mapping

from chaincode.domain.json_value import JsonValue
from gateway.model.operations import CallState, Operation, OperationCall
from gateway.model.people import Account, AccountState
from gateway.services.ports import Session


class PseudonymRegistered:
    """The effect of an application: the pseudonym is usable once the ledger has it."""

    async def committed(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """Both calls stand."""
        del operation
        await _settle(session, arguments, AccountState.ACTIVE)

    async def refused(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """The application was refused; the pseudonym stands if its own call had committed."""
        calls = await session.find(OperationCall, operation=operation.id)
        registered = any(
            call.function == "RegisterPseudonym" and call.state is CallState.COMMITTED
            for call in calls
        )
        await _settle(
            session, arguments, AccountState.ACTIVE if registered else AccountState.REFUSED
        )


async def _settle(
    session: Session, arguments: Mapping[str, JsonValue], state: AccountState
) -> None:
    account = await session.get(Account, str(arguments["account"]))
    # An account of an earlier application is active already, whatever becomes of this one.
    if account is not None and account.state is AccountState.PENDING:
        account.state = state
