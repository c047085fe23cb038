"""What the database learns when the ledger has registered or activated a person's account."""

from collections.abc import Mapping
from typing import Final

from chaincode.domain.json_value import JsonValue
from gateway.model.operations import Operation
from gateway.model.people import (
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
        if account is not None:
            account.state = AccountState.ACTIVE
        if person is not None:
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
