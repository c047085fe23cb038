"""A student's pseudonym towards each other university: made when it is first needed."""

from collections.abc import Mapping
from typing import NamedTuple

from chaincode.domain.caller import Role
from chaincode.domain.commands.membership import RegisterPseudonym
from chaincode.domain.json_value import JsonValue
from gateway.model.operations import CallState, Operation, OperationCall
from gateway.model.people import Account, AccountPurpose, AccountState
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.intent import GATEWAY, Effect, LedgerCall
from gateway.services.keyring import Keyring
from gateway.services.ports import Database, Session

PSEUDONYM_EFFECT = "pseudonym-registered"


class Pseudonym(NamedTuple):
    """The account that acts; where it is new, `rows` and `register` come first."""

    account: str
    """Ledger key."""
    rows: tuple[object, ...]
    register: tuple[LedgerCall, ...]

    @property
    def effect(self) -> Effect:
        """What the operation has to do when it is final."""
        return Effect(PSEUDONYM_EFFECT, {"account": self.account})


class Pseudonyms:
    """Finds or makes the account under which a student acts towards one university."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    async def towards(
        self, person: AuthenticatedPerson, university: str, operation: str
    ) -> Pseudonym:
        """The student's pseudonym for a university (MSP id); `operation` registers a new one."""
        async with self._database.reading() as session:
            found = await session.find(
                Account,
                person=person.id,
                purpose=AccountPurpose.PSEUDONYM,
                teaching=university,
                state=AccountState.ACTIVE,
                order_by=("created_at", "key"),
                limit=1,
            )
        if found:
            return Pseudonym(found[0].key, (), ())
        made = await self._keyring.new_account(
            person=person.id,
            role=Role.STUDENT,
            purpose=AccountPurpose.PSEUDONYM,
            teaching=university,
        )
        register = RegisterPseudonym(
            operation=operation,
            identifier=made.identifier,
            key_digest=made.key_digest,
            sealing_key=made.sealing_key,
        )
        return Pseudonym(made.row.key, (made.row,), (LedgerCall(GATEWAY, register),))


class PseudonymRegistered:
    """The effect of the first operation: the pseudonym is usable once the ledger has it."""

    async def committed(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """Both calls stand."""
        del operation
        await _settle(session, arguments, AccountState.ACTIVE)

    async def refused(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """The operation was refused; the pseudonym stands if its own call had committed."""
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
    # An account of an earlier operation is active already, whatever becomes of this one.
    if account is not None and account.state is AccountState.PENDING:
        account.state = state
