"""Requests are read strictly: JSON that means one thing only, and no unknown query field.

Who calls is found out first: FastAPI itself would parse a body of megabytes for anybody.
"""

import json
import re
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from chaincode.domain import canonical
from gateway.api.dependencies import authenticate_early, authenticated
from gateway.services.errors import InvalidRequest, ServiceError

_JSON: Final = "application/json"
_CHARSETS: Final = frozenset({"", "charset=utf-8", 'charset="utf-8"'})
_LONGEST_INTEGER: Final = 20
_SHOWN: Final = 64
_DIGITS: Final = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)


class MalformedJson(ServiceError):
    """The body is no JSON document in UTF-8 (RFC 8259)."""

    code = "malformed-json"
    status = 400
    title = "The body is no JSON"


class NamedRoute(APIRoute):
    """Stands in the OpenAPI document under its endpoint's name; no id of its path has a colon."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Take what a router gives its routes."""
        named = {"generate_unique_id_function": _name}
        super().__init__(path, endpoint, **(options | named))
        # Else `/credits/{credit}` would answer for `/credits/{credit}:award` in other methods.
        self.path_regex = re.compile(self.path_regex.pattern.replace("[^/]+", "[^/:]+"))


class StrictRoute(NamedRoute):
    """Refuses what FastAPI would read leniently, before the endpoint's own checks."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler."""
        handle = super().get_route_handler()
        takes_json = self.body_field is not None
        names = _query_names(self.dependant)
        asks_who = _asks_who(self.dependant)

        async def strict(request: Request) -> Response:
            if asks_who:
                await authenticate_early(request)
            _require_query(request, names)
            if takes_json:
                request = _StrictRequest(request.scope, request.receive)
                await request.json()
            return await handle(request)

        return strict


class _StrictRequest(Request):
    async def json(self) -> Any:
        """The body's document.

        Raises:
            HTTPException: 415, it is announced as something else.
            MalformedJson: there is none, or it is no JSON.
            InvalidRequest: a name stands twice in one object, or is no Unicode, or it nests
                deeper than can be read.
        """
        if not hasattr(self, "_document"):
            body = await self.body()
            if not body:
                raise MalformedJson("the body is empty: it has to be a JSON document")
            media_type, _, parameters = self.headers.get("content-type", "").partition(";")
            charset = parameters.strip().lower()
            if media_type.strip().lower() != _JSON or charset not in _CHARSETS:
                raise HTTPException(415)
            self._document = _decoded(body)
        return self._document


def pointer_of(steps: Iterable[str | int]) -> str:
    """A JSON pointer (RFC 6901); names that somebody made up are cut, and escaped as in Python."""
    names = (ascii(str(step)[:_SHOWN])[1:-1] if isinstance(step, str) else step for step in steps)
    return "".join("/" + str(name).replace("~", "~0").replace("/", "~1") for name in names)


def digits(value: object) -> object:
    """Hold a number in a path or query to plain digits: pydantic would take "1.0" and " 1 ".

    Raises:
        ValueError: another form.
    """
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        raise ValueError("a number is written in digits")
    return value


class _Ambiguous(NamedTuple):
    """A document that readers would not agree on: where, and why."""

    path: tuple[str | int, ...]
    why: str


@dataclass(frozen=True, slots=True)
class _Twice:
    name: str


def _name(route: APIRoute) -> str:
    return route.name


def _decoded(body: bytes) -> Any:
    try:
        document = json.loads(
            body.decode(),
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_int=_integer,
        )
        fault = _ambiguous(document, ())
    except ValueError:
        # Without the cause, which holds the document.
        raise MalformedJson("the body is no JSON document in UTF-8") from None
    except RecursionError:
        field = pointer_of(canonical.path_too_deep(body.decode()))
        raise InvalidRequest("the body nests too deep", field=field) from None
    if fault is not None:
        raise InvalidRequest(fault.why, field=pointer_of(fault.path))
    return document


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Twice:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            return _Twice(name)
        found[name] = value
    return found


def _ambiguous(value: Any, path: tuple[str | int, ...]) -> _Ambiguous | None:
    match value:
        case _Twice():
            return _Ambiguous((*path, value.name), "a name stands twice in one object")
        case dict():
            for name in value:
                if not _is_unicode(name):
                    return _Ambiguous((*path, name), "a name holds a lone surrogate")
            places: Iterable[tuple[str | int, Any]] = value.items()
        case list():
            places = enumerate(value)
        case _:
            return None
    found = (_ambiguous(item, (*path, name)) for name, item in places)
    return next((fault for fault in found if fault is not None), None)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_constant(_: str) -> None:
    raise ValueError


def _asks_who(dependant: Dependant) -> bool:
    return dependant.call is authenticated or any(map(_asks_who, dependant.dependencies))


def _query_names(dependant: Dependant) -> set[str]:
    names = {field.alias for field in dependant.query_params}
    return names.union(*(_query_names(item) for item in dependant.dependencies))


def _integer(text: str) -> int | float:
    # A longer one is beyond every range, and slow to convert: its field refuses a float.
    return int(text) if len(text) <= _LONGEST_INTEGER else float("inf")


def _require_query(request: Request, names: set[str]) -> None:
    seen: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name not in names or name in seen:
            raise InvalidRequest(
                "this query field stands twice" if name in seen else "there is no such query field",
                field=pointer_of([name]),
            )
        seen.add(name)
