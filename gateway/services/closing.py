"""Somebody leaves: a registrar closes the account, and no door opens to it any more."""

from chaincode.domain.account import REGISTERED_BY
from chaincode.domain.account import Account as LedgerAccount
from chaincode.domain.caller import Role
from chaincode.domain.commands.membership import CloseAccount
from gateway.model.people import Account, AccountPurpose, AccountState, Person, PersonStatus
from gateway.services.account_effects import CLOSED
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.errors import Conflict, NotFound, NotPermitted
from gateway.services.intent import Effect, Intent, LedgerCall, WriteRequest, new_id
from gateway.services.operation_views import OperationView
from gateway.services.operations import Operations
from gateway.services.ports import Database
from gateway.services.records import Records


class Closing:
    """Closes accounts of teachers and students of this member.

    The account at the member alone: a student's pseudonyms closed at once would show on the ledger
    that they are one person's, and their keys are opened for nobody who cannot log in.
    """

    def __init__(self, *, database: Database, operations: Operations, records: Records) -> None:
        """Take what closing needs."""
        self._database = database
        self._operations = operations
        self._records = records

    async def close(
        self, registrar: AuthenticatedPerson, write: WriteRequest, person: str
    ) -> OperationView:
        """Close a person's account on the ledger; when that is final, here too.

        Raises:
            NotPermitted: not a registrar, or the person is one whom the operator brought in.
            NotFound: there is no such person at this member.
            Conflict: the account is closed, or the ledger does not know it yet.
        """
        registrar.require(Role.REGISTRAR)
        before = await self._operations.repeated(write)
        if before is not None:
            return before
        account = await self._open_account(person)
        record = await self._records.load(LedgerAccount, account.key)
        operation = new_id()
        command = CloseAccount(
            operation=operation, account=account.key, expected_version=record.version
        )
        named = {"account": account.key, "person": person}
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="close-account",
                request=write,
                calls=(LedgerCall(registrar.account, command),),
                result=named,
                effect=Effect(CLOSED, named),
            )
        )

    async def _open_account(self, identifier: str) -> Account:
        async with self._database.reading() as session:
            person = await session.get(Person, identifier)
            found = await session.find(Account, person=identifier, purpose=AccountPurpose.HOME)
        if person is None or not found:
            raise NotFound("there is no such person here")
        if REGISTERED_BY.get(Role(person.role)) is not Role.REGISTRAR:
            raise NotPermitted(f"the account of a {person.role} is the operator's to close")
        if person.status is PersonStatus.CLOSED:
            raise Conflict("the account is closed already")
        if found[0].state is AccountState.PENDING:
            raise Conflict("the ledger does not know the account yet: try again in a moment")
        return found[0]
