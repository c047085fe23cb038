"""What request and response documents share."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)

from chaincode.domain.values import INSTANT_SCHEMA, Reason, Title, format_instant

__all__ = ["Body", "Document", "Login", "Passphrase", "Reason", "Time", "Title"]


class Body(BaseModel):
    """A request: unknown fields and implicit conversions are refused."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )


class Document(BaseModel):
    """An answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


def _printable(value: str) -> str:
    if any(not (character.isprintable() or character == "\n") for character in value):
        raise ValueError("text must hold no control characters")
    return value


Time = Annotated[datetime, PlainSerializer(format_instant, return_type=str), INSTANT_SCHEMA]
Login = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9._-]{2,63}$")]
Passphrase = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1024),
    Field(json_schema_extra={"format": "password", "writeOnly": True}),
]
Note = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_printable)]
JsonObject = dict[str, Any]
