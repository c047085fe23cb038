"""Registration: somebody applies, a registrar verifies and approves, or refuses with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from chaincode.domain.account import AttestationKind
from chaincode.domain.caller import Role
from chaincode.domain.commands.membership import RegisterAccount
from gateway.custody.activation import issue_code
from gateway.model.operations import Operation, OperationStatus
from gateway.model.people import (
    AccountPurpose,
    ActivationCode,
    Application,
    ApplicationStatus,
    Person,
    PersonStatus,
)
from gateway.services.account_effects import REGISTERED
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.errors import Conflict, InvalidRequest, LoginTaken, NotFound, TooManyAttempts
from gateway.services.intent import Effect, Intent, LedgerCall, WriteRequest, new_id
from gateway.services.keyring import Keyring, NewAccount
from gateway.services.operation_views import OperationView
from gateway.services.operations import Operations
from gateway.services.ports import Clock, Database, SecretBox, Session

CODE_LIFE: Final = timedelta(days=14)
CODE_PURPOSE: Final = "activation-code"
_OPEN_LIMIT: Final = 10_000
"""Applications that wait at most: the door is open to everybody."""
_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class Approval:
    """The operation that registers the account, and the code for its owner."""

    operation: OperationView
    activation_code: str | None = field(repr=False)
    """None once it was used or replaced, or where the account was refused."""


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """Some applications, oldest first; `after` continues behind them."""

    applications: tuple[Application, ...]
    after: str | None


class Applications:
    """What applicants and registrars do."""

    def __init__(
        self,
        *,
        database: Database,
        operations: Operations,
        keyring: Keyring,
        box: SecretBox,
        clock: Clock,
    ) -> None:
        """Take what registration needs."""
        self._database = database
        self._operations = operations
        self._keyring = keyring
        self._box = box
        self._clock = clock

    async def apply(self, *, role: str, login: str, name: str, documents: str) -> Application:
        """Ask to become a student or a teacher of this member.

        Raises:
            InvalidRequest: another role.
            LoginTaken: somebody has this login, or asked for it.
            TooManyAttempts: too many applications wait for a registrar.
        """
        if role not in {Role.STUDENT, Role.TEACHER}:
            raise InvalidRequest("one applies as student or as teacher", field="role")
        row = Application(
            id=new_id(),
            role=role,
            login=login,
            name=name,
            documents=documents,
            status=ApplicationStatus.SUBMITTED,
            submitted_at=self._clock(),
        )
        open_states = (ApplicationStatus.SUBMITTED, ApplicationStatus.APPROVING)
        async with self._database.writing() as session:
            taken = await session.find(Person, login=login, limit=1)
            asked = await session.find(Application, login=login, status=open_states, limit=1)
            if taken or asked:
                raise LoginTaken("choose another login", field="login")
            if await session.count(Application, status=open_states) >= _OPEN_LIMIT:
                raise TooManyAttempts("too many applications wait: try later")
            session.add(row)
        return row

    async def page(
        self,
        registrar: AuthenticatedPerson,
        *,
        status: ApplicationStatus | None = None,
        after: str | None = None,
    ) -> ApplicationPage:
        """The applications to this member, oldest first, 200 on a page.

        Args:
            registrar: who asks.
            status: those of one status alone.
            after: the application behind which the page begins.

        Raises:
            NotPermitted: only registrars see them.
            NotFound: `after` is no application.
        """
        registrar.require(Role.REGISTRAR)
        statuses = (status,) if status else tuple(ApplicationStatus)
        async with self._database.reading() as session:
            last = None if after is None else await application_of(session, after)
            rows: Sequence[Application] = await session.find(
                Application,
                status=statuses,
                order_by=("submitted_at", "id"),
                at_least=None if last is None else {"submitted_at": last.submitted_at},
                limit=_PAGE + 1 if last is None else None,
            )
        if last is not None:
            rows = [
                one for one in rows if (one.submitted_at, one.id) > (last.submitted_at, last.id)
            ]
        page = tuple(rows[:_PAGE])
        return ApplicationPage(page, page[-1].id if len(rows) > _PAGE else None)

    async def refuse(
        self, registrar: AuthenticatedPerson, application: str, *, reason: str
    ) -> Application:
        """Refuse with a reason; refusing again with the same reason changes nothing.

        Raises:
            NotPermitted, NotFound, Conflict: not a registrar, no such one, or decided already.
        """
        registrar.require(Role.REGISTRAR)
        async with self._database.writing() as session:
            row = await application_of(session, application)
            if row.status is ApplicationStatus.REFUSED and row.reason == reason:
                return row
            require_status(row, ApplicationStatus.SUBMITTED)
            row.status = ApplicationStatus.REFUSED
            row.reason = reason
            row.decided_at, row.decided_by = self._clock(), registrar.id
        return row

    async def approve(
        self,
        registrar: AuthenticatedPerson,
        write: WriteRequest,
        application: str,
        *,
        identity_verified: bool,
        qualification_verified: bool,
    ) -> Approval:
        """Vouch for an applicant: keys are made and certified, the account registered.

        Raises:
            NotPermitted, NotFound, Conflict: not a registrar, no such one, or decided already.
            InvalidRequest: what the role needs was not verified.
            CertificationUnavailable, CertificationRefused: the authority did not certify.
        """
        registrar.require(Role.REGISTRAR)
        before = await self._operations.repeated(write)
        if before is not None:
            return Approval(before, await self._code(before))
        async with self._database.reading() as session:
            row = await application_of(session, application)
        require_status(row, ApplicationStatus.SUBMITTED)
        attestations = _attestations(
            row.role, identity=identity_verified, qualification=qualification_verified
        )
        person = Person(
            id=new_id(),
            login=row.login,
            name=row.name,
            role=row.role,
            status=PersonStatus.INVITED,
            created_at=self._clock(),
        )
        account = await self._keyring.new_account(
            person=person.id, role=row.role, purpose=AccountPurpose.HOME
        )
        view = await self._operations.accept(
            self._intent(
                registrar,
                write,
                person=person,
                account=account,
                attestations=attestations,
                application=row.id,
            )
        )
        return Approval(view, await self._code(view))

    def _intent(
        self,
        registrar: AuthenticatedPerson,
        write: WriteRequest,
        *,
        person: Person,
        account: NewAccount,
        attestations: tuple[AttestationKind, ...],
        application: str,
    ) -> Intent:
        async def mark(session: Session) -> None:
            # Two registrars at once: the second finds it taken.
            row = await application_of(session, application)
            require_status(row, ApplicationStatus.SUBMITTED)
            row.status = ApplicationStatus.APPROVING
            row.decided_at, row.decided_by = self._clock(), registrar.id

        operation = new_id()
        code, activation = issue_code(person.id, expires=self._clock() + CODE_LIFE)
        row = ActivationCode(
            person=person.id,
            digest=activation.digest,
            sealed_code=self._box.seal(code.encode(), owner=person.id, purpose=CODE_PURPOSE),
            expires_at=activation.expires,
        )
        command = RegisterAccount.check(
            {
                "operation": operation,
                "identifier": account.identifier,
                "role": person.role,
                "key_digest": account.key_digest,
                "sealing_key": account.sealing_key,
                "attestations": [kind.value for kind in attestations],
            }
        )
        return Intent(
            operation=operation,
            kind="approve-application",
            request=write,
            calls=(LedgerCall(registrar.account, command),),
            result={"account": account.row.key, "person": person.id},
            rows=(person, account.row, row),
            guard=mark,
            effect=Effect(
                REGISTERED,
                {"application": application, "person": person.id, "account": account.row.key},
            ),
        )

    async def _code(self, view: OperationView) -> str | None:
        """The code while it is unused: the same request gives the same answer."""
        if view.status is OperationStatus.REFUSED:
            return None
        async with self._database.reading() as session:
            operation = await session.get(Operation, view.id)
            person = str(operation.effect_arguments["person"]) if operation else ""
            row = await session.get(ActivationCode, person)
        if row is None or row.sealed_code is None:
            return None
        return self._box.open(row.sealed_code, owner=person, purpose=CODE_PURPOSE).decode()


def _attestations(role: str, *, identity: bool, qualification: bool) -> tuple[AttestationKind, ...]:
    if not identity:
        raise InvalidRequest("the registrar has to verify the identity", field="identity_verified")
    if role == Role.TEACHER and not qualification:
        raise InvalidRequest(
            "a teacher's qualification has to be verified", field="qualification_verified"
        )
    if role == Role.TEACHER:
        return (AttestationKind.IDENTITY, AttestationKind.QUALIFICATION)
    return (AttestationKind.IDENTITY,)


async def application_of(session: Session, identifier: str) -> Application:
    """The application of that id.

    Raises:
        NotFound: there is none.
    """
    row = await session.get(Application, identifier)
    if row is None:
        raise NotFound("there is no such application")
    return row


def require_status(row: Application, status: ApplicationStatus) -> None:
    """Refuse an application that is not where it has to be.

    Raises:
        Conflict: it is elsewhere.
    """
    if row.status is not status:
        raise Conflict(
            f"the application is {row.status.value}, not {status.value}",
            facts={"status": row.status.value},
        )
