"""A person takes an account over: one-time code, passphrase, and the first word of the key."""

import hashlib
from dataclasses import replace
from typing import Final

from chaincode.domain.account import Account as LedgerAccount
from chaincode.domain.commands.membership import ActivateAccount
from gateway.custody.activation import Activation, redeem_code
from gateway.custody.errors import ActivationRefused, PassphraseUnfit
from gateway.custody.passphrases import Passphrases
from gateway.model.people import (
    Account,
    AccountPurpose,
    AccountState,
    ActivationCode,
    Person,
    PersonStatus,
)
from gateway.services.account_effects import ACTIVATED
from gateway.services.errors import Conflict, CredentialsRefused, InvalidRequest
from gateway.services.intent import Effect, Intent, LedgerCall, WriteRequest, new_id
from gateway.services.operation_views import OperationView
from gateway.services.operations import Operations
from gateway.services.ports import Clock, Database, Session
from gateway.services.records import Records

_REFUSED: Final = "login and code do not belong together, or the code is no longer good"


class Accounts:
    """Activation of accounts."""

    def __init__(
        self,
        *,
        database: Database,
        operations: Operations,
        records: Records,
        passphrases: Passphrases,
        clock: Clock,
    ) -> None:
        """Take what activation needs."""
        self._database = database
        self._operations = operations
        self._records = records
        self._passphrases = passphrases
        self._clock = clock

    async def activate(
        self, write: WriteRequest, *, login: str, code: str, passphrase: str
    ) -> OperationView:
        """Spend the code, set the passphrase, and activate the account on the ledger.

        `write.person` is replaced by the person whom the code belongs to. The same request is
        recognised by login and code alone: a digest of the passphrase is never stored.

        Raises:
            CredentialsRefused: login and code do not belong together; which is wrong is not said.
            InvalidRequest: the passphrase is unfit.
            Conflict: the ledger does not know the account yet, or it is active already.
        """
        request = replace(write, request_digest=_digest(login, code))
        before = await self._repeated(request, login)
        if before is not None:
            return before
        # Before the hash: who has no code must not keep others from logging in by its cost.
        person = await self._invited(login, code)
        try:
            hashed = await self._passphrases.hash(passphrase)
        except PassphraseUnfit as error:
            raise InvalidRequest(str(error), field="passphrase") from error
        account = await self._account(person)
        record = await self._records.load(LedgerAccount, account.key)

        async def spend(session: Session) -> None:
            row = await session.get(ActivationCode, person)
            holder = await session.get(Person, person)
            if row is None or holder is None:
                raise CredentialsRefused(_REFUSED)
            try:
                redeem_code(_activation(row), code, now=self._clock())
            except ActivationRefused as error:
                raise CredentialsRefused(_REFUSED) from error
            row.used = True
            row.sealed_code = None
            holder.passphrase_hash = hashed

        operation = new_id()
        command = ActivateAccount(operation=operation, expected_version=record.version)
        return await self._operations.accept(
            Intent(
                operation=operation,
                kind="activate-account",
                request=replace(request, person=person),
                calls=(LedgerCall(account.key, command),),
                result={"account": account.key},
                effect=Effect(ACTIVATED, {"account": account.key}),
                guard=spend,
            )
        )

    async def _repeated(self, request: WriteRequest, login: str) -> OperationView | None:
        async with self._database.reading() as session:
            found = await session.find(Person, login=login)
        if not found:
            return None
        return await self._operations.repeated(replace(request, person=found[0].id))

    async def _invited(self, login: str, code: str) -> str:
        """The person whose code it is."""
        async with self._database.reading() as session:
            found = await session.find(Person, login=login, status=PersonStatus.INVITED)
            row = await session.get(ActivationCode, found[0].id) if found else None
        if row is None:
            raise CredentialsRefused(_REFUSED)
        try:
            redeem_code(_activation(row), code, now=self._clock())
        except ActivationRefused as error:
            raise CredentialsRefused(_REFUSED) from error
        return found[0].id

    async def _account(self, person: str) -> Account:
        async with self._database.reading() as session:
            found = await session.find(Account, person=person, purpose=AccountPurpose.HOME)
        if not found or found[0].state is AccountState.PENDING:
            raise Conflict("the ledger does not know the account yet: try again in a moment")
        return found[0]


def _digest(login: str, code: str) -> str:
    return hashlib.sha256(f"activate\x00{login}\x00{code}".encode(errors="replace")).hexdigest()


def _activation(row: ActivationCode) -> Activation:
    return Activation(row.person, row.digest, row.expires_at, row.used)
