"""Errors as problems (RFC 9457): mapped here and nowhere else."""

import secrets
from collections.abc import Mapping
from typing import Final

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from chaincode.domain.errors import DomainError
from chaincode.domain.faults import further
from chaincode.domain.json_value import JsonValue
from gateway.api.documents.decimals import format_hundredths
from gateway.api.schemas import Document, JsonObject
from gateway.api.strict import pointer_of
from gateway.services.errors import LedgerRefused, ServiceError, TooManyAttempts

_log = structlog.get_logger()
TYPE: Final = "urn:crosscredit:problem:"
MEDIA_TYPE: Final = "application/problem+json"
_DEFAULT_STATUS: Final = 409
_METHOD_NOT_ALLOWED: Final = 405
_UNAUTHORIZED: Final = 401
_AMOUNTS: Final = frozenset({"amount", "awarded", "left", "wanted"})
"""Facts in hundredths; every other number among them counts something."""
_STATUSES: Final[Mapping[str, int]] = {
    "account-inactive": 403,
    "already-redeemed": 409,
    "ballot-closed": 409,
    "ballot-open": 409,
    "check-failed": 422,
    "commitment-mismatch": 422,
    "consent-missing": 403,
    "constitution-unexpected": 409,
    "framework-broken": 409,
    "invalid-argument": 422,
    "ledger-invalid": 502,
    "not-elector": 403,
    "not-party": 403,
    "not-permitted": 403,
    "outside-window": 409,
    "private-input-forbidden": 500,
    "private-input-missing": 500,
    "record-corrupt": 502,
    "record-exists": 409,
    "record-not-found": 404,
    "rule-not-in-force": 409,
    "stale-reference": 409,
    "too-intricate": 422,
    "unknown-operation": 500,
    "version-conflict": 409,
    "wrong-state": 409,
}
"""The contract's codes; every other error names its own status."""
_HTTP_TITLES: Final[Mapping[int, tuple[str, str]]] = {
    400: ("malformed-request", "The request is malformed"),
    404: ("not-found", "There is nothing under this address"),
    405: ("method-not-allowed", "This address does not take this method"),
    408: ("request-timeout", "The body did not come in time"),
    413: ("too-large", "The request is too large"),
    415: ("unsupported-media-type", "This media type is not taken"),
}


class Problem(Document):
    """Why a request was refused (RFC 9457)."""

    type: str
    """urn:crosscredit:problem:<code>; the code is stable."""
    title: str
    status: int
    detail: str
    instance: str
    """The operation, or an id by which the gateway's operators find the request."""
    field: str | None = None
    """A JSON pointer to the member of the body at fault, or "/" and the parameter's name."""
    facts: JsonObject | None = None
    """Values that a program may use."""


def problem(
    code: str,
    *,
    status: int,
    title: str,
    detail: str,
    instance: str,
    field: str | None = None,
    facts: Mapping[str, JsonValue] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Make the response. `field` is a path of the contract's, or a JSON pointer already."""
    document: dict[str, JsonValue] = {
        "type": TYPE + code,
        "title": title,
        "status": status,
        "detail": detail,
        "instance": instance,
    }
    if field is not None:
        document["field"] = pointer(field)
    if facts:
        document["facts"] = _shown(dict(facts))
    return JSONResponse(
        document, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {})
    )


def of_operation(stored: Mapping[str, JsonValue], *, instance: str) -> dict[str, JsonValue]:
    """The problem of an operation that was refused for good, as a member of its document."""
    code = str(stored["code"])
    head: dict[str, JsonValue] = {
        "type": TYPE + code,
        "title": title_of(code),
        "status": status_of(code),
        "instance": instance,
    }
    members = {name: _shown(value) for name, value in stored.items() if name != "code"}
    if isinstance(field := members.get("field"), str):
        members["field"] = pointer(field)
    return head | members


def refused(code: str, detail: str, *, instance: str, **members: JsonValue) -> JSONResponse:
    """The problem of an operation that was refused for good."""
    field, facts = members.get("field"), members.get("facts")
    return problem(
        code,
        status=status_of(code),
        title=title_of(code),
        detail=detail,
        instance=instance,
        field=field if isinstance(field, str) else None,
        facts=facts if isinstance(facts, dict) else None,
    )


def status_of(code: str) -> int:
    """The HTTP status of a contract's code."""
    return _STATUSES.get(code, _DEFAULT_STATUS)


def title_of(code: str) -> str:
    """A title for people: the code in words."""
    return code.replace("-", " ").capitalize()


def pointer(field: str) -> str:
    """From `parts.0.weight` to the JSON pointer `/parts/0/weight` (RFC 6901)."""
    if field.startswith("/"):
        return field
    steps = field.split(".")
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


def install(app: FastAPI) -> None:
    """Have every error leave as a problem; internals stay inside."""

    @app.exception_handler(ServiceError)
    async def service(request: Request, error: ServiceError) -> Response:
        return _of_service(request, error)

    @app.exception_handler(DomainError)
    async def domain(request: Request, error: DomainError) -> Response:
        return refused(
            error.code,
            error.detail,
            instance=instance_of(request),
            field=error.field,
            facts=error.facts,
        )

    @app.exception_handler(RequestValidationError)
    async def validation(request: Request, error: RequestValidationError) -> Response:
        return _of_validation(request, error)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        code, title = _HTTP_TITLES.get(error.status_code, ("refused", "Refused"))
        headers = dict(error.headers or {})
        if error.status_code == _METHOD_NOT_ALLOWED:
            # Starlette names those of the first route alone.
            headers["Allow"] = ", ".join(sorted(_methods(request)))
        return problem(
            code,
            status=error.status_code,
            title=title,
            detail=title,
            instance=instance_of(request),
            headers=headers,
        )

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        instance = instance_of(request)
        # The text of an unexpected error may hold what people wrote: the log gets type and place.
        _log.error("request failed", instance=instance, error=type(error).__name__)
        return problem(
            "internal-error",
            status=500,
            title="Something failed inside",
            detail="the gateway's operators find the cause in their log under this instance",
            instance=instance,
        )


def _shown(facts: JsonValue) -> JsonValue:
    """Facts of the contract's as REST shows them: amounts are decimal texts."""
    match facts:
        case dict():
            return {
                name: format_hundredths(value)
                if name in _AMOUNTS and isinstance(value, int)
                else _shown(value)
                for name, value in facts.items()
            }
        case list() | tuple():
            return [_shown(item) for item in facts]
        case _:
            return facts


def _methods(request: Request) -> set[str]:
    """The methods that the routes of this address take; HEAD comes with GET."""
    found = {
        method
        for route in request.app.routes
        if route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods
    }
    return found | {"HEAD"} if "GET" in found else found


def instance_of(request: Request) -> str:
    """An id by which operators find the request in the log."""
    found = getattr(request.state, "instance", None)
    if not isinstance(found, str):
        found = f"urn:crosscredit:request:{secrets.token_hex(8)}"
        request.state.instance = found
    return found


def _of_service(request: Request, error: ServiceError) -> JSONResponse:
    if isinstance(error, LedgerRefused):
        return refused(
            error.refusal,
            error.detail,
            instance=instance_of(request),
            field=error.field,
            facts=error.facts,
        )
    headers: dict[str, str] = {}
    if error.status == _UNAUTHORIZED:
        signed = request.url.path.startswith("/v1/exchange/")
        headers["WWW-Authenticate"] = "Signature" if signed else "Bearer"
    if isinstance(error, TooManyAttempts) and "retry_after" in error.facts:
        headers["Retry-After"] = str(error.facts["retry_after"])
    return problem(
        error.code,
        status=error.status,
        title=error.title,
        detail=error.detail,
        instance=instance_of(request),
        field=error.field,
        facts=error.facts,
        headers=headers,
    )


def _of_validation(request: Request, error: RequestValidationError) -> JSONResponse:
    """One problem that names the first field at fault; its value is never repeated."""
    first = error.errors()[0]
    where, *steps = first["loc"] or ("body",)
    message = str(first["msg"]).removeprefix("Value error, ")
    place = pointer_of([*steps, *further(first)])
    return problem(
        "invalid-argument",
        status=422,
        title="A value is not acceptable",
        detail=f"{place or where}: {message}",
        instance=instance_of(request),
        field=place or None,
    )
