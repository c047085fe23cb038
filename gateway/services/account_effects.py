"""What the database learns when the ledger has registered, activated or closed an account."""

from collections.abc import Mapping
from typing import Final

from chaincode.domain.json_value import JsonValue
from gateway.model.operations import Operation
from gateway.model.people import (
    AccessToken,
    Account,
    AccountState,
    ActivationCode,
    Application,
    ApplicationStatus,
    Person,
    PersonStatus,
)
from gateway.services.ports import Session

REGISTERED: Final = "account-registered"
ACTIVATED: Final = "account-activated"
CLOSED: Final = "account-closed"


class AccountRegistered:
    """What follows when the ledger has registered, or refused, a person's account."""

    async def committed(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """The account can be activated."""
        del operation
        account = await session.get(Account, str(arguments["account"]))
        application = await session.get(Application, str(arguments["application"]))
        if account is not None:
            account.state = AccountState.REGISTERED
        if application is not None:
            application.status = ApplicationStatus.APPROVED
            application.person = str(arguments["person"])

    async def refused(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """The application waits again; what was made for it is forgotten."""
        del operation
        person = str(arguments["person"])
        application = await session.get(Application, str(arguments["application"]))
        if application is not None:
            application.status = ApplicationStatus.SUBMITTED
            application.decided_at = application.decided_by = None
        for row in (
            await session.get(ActivationCode, person),
            await session.get(Account, str(arguments["account"])),
            await session.get(Person, person),
        ):
            if row is not None:
                await session.delete(row)


class AccountActivated:
    """What follows when the person's own key has spoken on the ledger, or was refused."""

    async def committed(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """The account is the person's; the code is of no more use."""
        account = await session.get(Account, str(arguments["account"]))
        person = await session.get(Person, operation.person)
        code = await session.get(ActivationCode, operation.person)
        # A closing may have come to its end before this one, after a crash say: it stays closed.
        if account is not None and account.state is not AccountState.CLOSED:
            account.state = AccountState.ACTIVE
        if person is not None and person.status is not PersonStatus.CLOSED:
            person.status = PersonStatus.ACTIVE
        if code is not None:
            await session.delete(code)

    async def refused(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """The person may try again with the same code."""
        del arguments
        person = await session.get(Person, operation.person)
        code = await session.get(ActivationCode, operation.person)
        if person is not None:
            person.passphrase_hash = None
        if code is not None:
            code.used = False


class AccountClosed:
    """What follows when the ledger has closed a person's account, or refused to."""

    async def committed(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """No token, passphrase or code of the person is good for anything any more."""
        del operation
        identifier = str(arguments["person"])
        account = await session.get(Account, str(arguments["account"]))
        person = await session.get(Person, identifier)
        code = await session.get(ActivationCode, identifier)
        if account is not None:
            account.state = AccountState.CLOSED
        if person is not None:
            person.status = PersonStatus.CLOSED
            person.passphrase_hash = None
        if code is not None:
            await session.delete(code)
        for token in await session.find(AccessToken, person=identifier):
            await session.delete(token)

    async def refused(
        self, session: Session, operation: Operation, arguments: Mapping[str, JsonValue]
    ) -> None:
        """Everything stays as it was."""
