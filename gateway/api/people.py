"""Applications, activation, tokens, and who one is."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import JSONResponse
from pydantic import Field, StringConstraints

from chaincode.domain.caller import Role
from chaincode.domain.values import RandomId
from gateway.api.dependencies import OpenWriteDep, PersonDep, TokenDep, WriteDep, service
from gateway.api.documents.identifiers import identifier_of
from gateway.api.operations import WRITES, OperationDocument, answer
from gateway.api.schemas import Body, Document, Login, Note, Passphrase, Reason, Time, Title
from gateway.api.strict import StrictRoute
from gateway.model.people import Application, ApplicationStatus
from gateway.services.accounts import Accounts
from gateway.services.activation_codes import ActivationCodes
from gateway.services.applications import Applications
from gateway.services.authentication import Authentication
from gateway.services.closing import Closing

router = APIRouter(prefix="/v1", tags=["people"], route_class=StrictRoute)
ActivationCodesDep = Annotated[ActivationCodes, Depends(service(ActivationCodes))]
ApplicationsDep = Annotated[Applications, Depends(service(Applications))]
AccountsDep = Annotated[Accounts, Depends(service(Accounts))]
ClosingDep = Annotated[Closing, Depends(service(Closing))]
AuthenticationDep = Annotated[Authentication, Depends(service(Authentication))]
ApplicationId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
PersonId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


class NewApplication(Body):
    """Somebody asks to become a student or a teacher."""

    role: Literal["student", "teacher"]
    login: Login
    name: Title
    documents: Note = ""
    """What you will show the registrar: identity card, diploma."""


class ApplicationDocument(Document):
    """An application, for registrars and whoever made it."""

    id: str
    role: str
    login: str
    name: str
    documents: str
    status: ApplicationStatus
    submitted_at: Time
    decided_at: Time | None = None
    reason: str | None = None
    person: str | None = None
    """Once approved: the id by which the account is closed."""


class ApplicationList(Document):
    """Applications, oldest first."""

    applications: tuple[ApplicationDocument, ...]
    next: str | None = None
    """Behind which application the next page begins."""


class Verified(Body):
    """What the registrar has seen with own eyes."""

    identity_verified: bool
    qualification_verified: bool = False


class SeenAgain(Body):
    """What the registrar has seen with own eyes, once more."""

    identity_verified: bool


class CodeDocument(Document):
    """A one-time code, shown once."""

    activation_code: str
    expires_at: Time


class RefusalReason(Body):
    """Why an application is refused."""

    reason: Reason


class Activation(Body):
    """What turns an invitation into an account."""

    login: Login
    code: Annotated[
        str,
        StringConstraints(min_length=1, max_length=64),
        Field(json_schema_extra={"format": "password", "writeOnly": True}),
    ]
    passphrase: Passphrase


class Credentials(Body):
    """Login and passphrase."""

    login: Login
    passphrase: Passphrase


class NewPassphrase(Body):
    """The passphrase, and the one that takes its place."""

    passphrase: Passphrase
    new_passphrase: Passphrase


class ApprovalDocument(OperationDocument):
    """The operation, and what the applicant needs to take the account over."""

    activation_code: str | None
    """Shown while it is unused and not replaced."""


class TokenDocument(Document):
    """An access token, shown once."""

    token: str
    token_type: str = "Bearer"  # noqa: S105 - the name of the scheme (RFC 6750)
    expires_at: Time


class Me(Document):
    """Who one is here."""

    login: str
    name: str
    role: str
    account: str
    member: str


APPROVES = {status: given | {"model": ApprovalDocument} for status, given in WRITES.items()}


@router.post("/applications", status_code=201, response_model_exclude_none=True)
async def apply(body: NewApplication, applications: ApplicationsDep) -> ApplicationDocument:
    """Ask to become a student or a teacher of this university."""
    return _document(
        await applications.apply(
            role=body.role, login=body.login, name=body.name, documents=body.documents
        )
    )


@router.get("/applications", response_model_exclude_none=True)
async def list_applications(
    person: PersonDep,
    applications: ApplicationsDep,
    status: ApplicationStatus | None = None,
    after: Annotated[RandomId | None, Query()] = None,
) -> ApplicationList:
    """The applications to this university, for its registrars, oldest first; 200 on a page."""
    found = await applications.page(person, status=status, after=after)
    return ApplicationList(applications=tuple(map(_document, found.applications)), next=found.after)


@router.post("/applications/{application}:approve", responses=APPROVES)
async def approve(
    application: ApplicationId,
    body: Verified,
    person: PersonDep,
    write: WriteDep,
    applications: ApplicationsDep,
) -> JSONResponse:
    """Vouch for an applicant. The activation code is for the applicant alone."""
    approval = await applications.approve(
        person,
        write,
        application,
        identity_verified=body.identity_verified,
        qualification_verified=body.qualification_verified,
    )
    return answer(approval.operation, activation_code=approval.activation_code)


@router.post("/applications/{application}:refuse", response_model_exclude_none=True)
async def refuse(
    application: ApplicationId,
    body: RefusalReason,
    person: PersonDep,
    applications: ApplicationsDep,
) -> ApplicationDocument:
    """Refuse an applicant, with a reason."""
    return _document(await applications.refuse(person, application, reason=body.reason))


@router.post("/applications/{application}:reissue-code")
async def reissue_code(
    application: ApplicationId, body: SeenAgain, person: PersonDep, codes: ActivationCodesDep
) -> CodeDocument:
    """Replace a code that was lost or has expired, for the applicant alone."""
    issued = await codes.reissue(person, application, identity_verified=body.identity_verified)
    return CodeDocument(activation_code=issued.code, expires_at=issued.expires_at)


@router.post("/accounts:activate", responses=WRITES)
async def activate(body: Activation, write: OpenWriteDep, accounts: AccountsDep) -> JSONResponse:
    """Take an account over with the one-time code, and choose a passphrase."""
    return answer(
        await accounts.activate(write, login=body.login, code=body.code, passphrase=body.passphrase)
    )


@router.post("/people/{holder}:close", responses=WRITES)
async def close_account(
    holder: PersonId, person: PersonDep, write: WriteDep, closing: ClosingDep
) -> JSONResponse:
    """Shut out a teacher or student who leaves, for good: account, tokens, passphrase and code."""
    return answer(await closing.close(person, write, holder))


@router.post("/tokens", status_code=201)
async def log_in(body: Credentials, authentication: AuthenticationDep) -> TokenDocument:
    """Log in: an access token for eight hours."""
    issued = await authentication.log_in(body.login, body.passphrase)
    return TokenDocument(token=issued.token, expires_at=issued.expires_at)


@router.delete("/tokens/current", status_code=204)
async def log_out(
    token: TokenDep, person: PersonDep, authentication: AuthenticationDep
) -> Response:
    """Log out: the token is of no more use."""
    del person
    await authentication.log_out(token)
    return Response(status_code=204)


@router.post("/me:change-passphrase", status_code=204)
async def change_passphrase(
    body: NewPassphrase, token: TokenDep, person: PersonDep, authentication: AuthenticationDep
) -> Response:
    """Choose another passphrase; every other token of yours ends."""
    await authentication.change_passphrase(
        person, token, passphrase=body.passphrase, new_passphrase=body.new_passphrase
    )
    return Response(status_code=204)


@router.get("/me")
async def me(person: PersonDep) -> Me:
    """Who the token belongs to."""
    return Me(
        login=person.login,
        name=person.name,
        role=Role(person.role).value,
        account=identifier_of(person.account),
        member=person.msp_id,
    )


def _document(row: Application) -> ApplicationDocument:
    return ApplicationDocument(
        id=row.id,
        role=row.role,
        login=row.login,
        name=row.name,
        documents=row.documents,
        status=row.status,
        submitted_at=row.submitted_at,
        decided_at=row.decided_at,
        reason=row.reason,
        person=row.person,
    )
