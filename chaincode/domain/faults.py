"""One clear answer to a document that is not well formed: which field, and what is wrong there."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from chaincode.domain import canonical
from chaincode.domain.errors import InvalidArgument
from chaincode.domain.json_value import JsonValue

_FAULT = "fault"
_REQUIRED = "Field required"


def fault(*path: str | int, message: str) -> PydanticCustomError:
    """What a validator of a whole model raises to point into it; `path` starts at that model."""
    return PydanticCustomError(_FAULT, "{message}", {"message": message, "path": list(path)})


def refusal(error: ValidationError, document: JsonValue) -> InvalidArgument:
    """Name the first field at fault; the path leads through `document`, no value is repeated."""
    path, message = located(error, document)
    where = canonical.field_path(path)
    return InvalidArgument(f"{where or 'the document'}: {message}", field=where or None)


def located(error: ValidationError, document: JsonValue) -> tuple[list[str | int], str]:
    """Where the first fault lies in `document`, step by step, and what is wrong there."""
    first = error.errors(include_input=False, include_url=False)[0]
    path, message = list(_inside(first, document)), first["msg"].removeprefix("Value error, ")
    context = first.get("ctx", {})
    path += further(first)
    if first["type"] in ("union_tag_invalid", "union_tag_not_found"):
        path.append(str(context["discriminator"]).strip("'"))
        message = f"Expected one of {context['expected_tags']}" if "tag" in context else _REQUIRED
    return path, message


def further(error: Mapping[str, Any]) -> list[str | int]:
    """The way that a fault points on from the model at which it was found."""
    return list(error["ctx"]["path"]) if error["type"] == _FAULT else []


def _inside(first: ErrorDetails, document: JsonValue) -> list[str | int]:
    """The error's location without the steps that are the model's own: tags of unions."""
    found: list[str | int] = []
    for step in first["loc"]:
        if isinstance(document, dict) and step in document:
            document = document[step]
        elif isinstance(document, list | tuple) and isinstance(step, int):
            document = cast("Sequence[JsonValue]", document)[step]
        elif first["type"] != "missing" or step != first["loc"][-1]:
            continue
        found.append(step)
    return found
