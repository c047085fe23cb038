"""What endpoints ask for: a service, the person who calls, and how a write is to be done."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Final, TypeVar

from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from gateway.services.authentication import AuthenticatedPerson, Authentication
from gateway.services.errors import InvalidRequest, NotAuthenticated
from gateway.services.intent import WriteRequest, with_content

__all__ = [
    "OpenWriteDep",
    "PersonDep",
    "PollDep",
    "StreamedWriteDep",
    "TokenDep",
    "WaitDep",
    "WriteDep",
    "service",
    "with_content",
]

Kind = TypeVar("Kind")
DEFAULT_WAIT: Final = 10.0
LONGEST_WAIT: Final = 60.0
_WAIT: Final = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?(\d{1,6})\"?\s*(?:$|[,;])")
_KEY: Final = r"^[\x21-\x7e]{1,200}$"
_BEARER: Final = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    bearerFormat="opaque",
    description="The access token that POST /v1/tokens gives, for eight hours.",
)


def service(kind: type[Kind]) -> Callable[[Request], Kind]:
    """A dependency that gives the one instance of a service that bootstrap registered."""

    def find(request: Request) -> Kind:
        found = request.app.state.services[kind]
        if not isinstance(found, kind):
            raise TypeError(f"{kind.__name__} is registered as something else")
        return found

    return find


def access_token(
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
) -> str:
    """The bearer token (RFC 6750).

    Raises:
        NotAuthenticated: there is none.
    """
    if bearer is None:
        raise NotAuthenticated("log in at /v1/tokens and send `Authorization: Bearer <token>`")
    return bearer.credentials.strip()


TokenDep = Annotated[str, Depends(access_token)]


async def authenticated(
    request: Request,
    token: TokenDep,
    authentication: Annotated[Authentication, Depends(service(Authentication))],
) -> AuthenticatedPerson:
    """The person who calls."""
    found = getattr(request.state, "person", None)
    if not isinstance(found, AuthenticatedPerson):
        found = request.state.person = await authentication.authenticate(token)
    return found


async def authenticate_early(request: Request) -> None:
    """Find out who calls before anything of the request is read: strangers cost nothing then.

    Raises:
        NotAuthenticated: there is no token, or it is unknown, expired, or of somebody who left.
    """
    token = access_token(await _BEARER(request))
    await authenticated(request, token, service(Authentication)(request))


PersonDep = Annotated[AuthenticatedPerson, Depends(authenticated)]


Prefer = Annotated[
    str | None,
    Header(
        alias="Prefer",
        max_length=500,
        description="wait=N (RFC 7240): seconds to wait for the outcome",
    ),
]


def wait_seconds(prefer: Prefer = None) -> float:
    """`Prefer: wait=N` (RFC 7240): how long the writer waits, at most a minute."""
    return _waits(prefer, DEFAULT_WAIT)


def poll_seconds(prefer: Prefer = None) -> float:
    """As `wait_seconds`, for reading: who does not ask to wait is answered at once."""
    return _waits(prefer, 0.0)


def _waits(prefer: str | None, otherwise: float) -> float:
    found = _WAIT.search(prefer or "")
    return min(float(found[1]), LONGEST_WAIT) if found else otherwise


WaitDep = Annotated[float, Depends(wait_seconds)]
PollDep = Annotated[float, Depends(poll_seconds)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="The same key with the same request is the same operation: 1 to 200 visible "
        "ASCII characters",
        json_schema_extra={"pattern": _KEY},
    ),
]


def _checked(key: str | None) -> str | None:
    if key is not None and not re.fullmatch(_KEY, key):
        raise InvalidRequest(
            "an Idempotency-Key has 1 to 200 visible ASCII characters", field="Idempotency-Key"
        )
    return key


def _digest(request: Request, body: bytes) -> str:
    head = f"{request.method}\x00{request.url.path}\x00{request.url.query}\x00"
    return hashlib.sha256(head.encode() + body).hexdigest()


async def write_request(
    request: Request, person: PersonDep, wait: WaitDep, key: IdempotencyKey = None
) -> WriteRequest:
    """Who writes, and how the same request is recognised."""
    return WriteRequest(person.id, _checked(key), _digest(request, await request.body()), wait)


def streamed_write_request(
    request: Request, person: PersonDep, wait: WaitDep, key: IdempotencyKey = None
) -> WriteRequest:
    """As `write_request`, for bodies that are not held in memory: see `with_content`."""
    return WriteRequest(person.id, _checked(key), _digest(request, b""), wait)


def open_write_request(request: Request, wait: WaitDep, key: IdempotencyKey = None) -> WriteRequest:
    """A write by somebody who has no token yet; the use case finds out who it is."""
    return WriteRequest("", _checked(key), _digest(request, b""), wait)


WriteDep = Annotated[WriteRequest, Depends(write_request)]
StreamedWriteDep = Annotated[WriteRequest, Depends(streamed_write_request)]
OpenWriteDep = Annotated[WriteRequest, Depends(open_write_request)]
Dependency = Callable[..., Awaitable[object]]
